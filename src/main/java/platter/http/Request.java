package platter.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import platter.auth.Caller;
import platter.id.ProjectId;

/** A request that was read whole, and whose caller is known and allowed to make it. */
public final class Request {
  private final String method;
  private final String path;
  private final Map<String, String> params;
  private final Map<String, List<String>> query;
  private final Function<String, Optional<String>> headers;
  private final byte[] body;
  private final @Nullable Caller caller;
  private final @Nullable ProjectId project;
  private final Microversion microversion;
  private final Supplier<String> base;
  private final Takes takes;

  Request(
      String method,
      String path,
      Map<String, String> params,
      Map<String, List<String>> query,
      Function<String, Optional<String>> headers,
      byte[] body,
      @Nullable Caller caller,
      @Nullable ProjectId project,
      Microversion microversion,
      Supplier<String> base,
      Takes takes) {
    this.method = method;
    this.path = path;
    this.params = params;
    this.query = query;
    this.headers = headers;
    this.body = body;
    this.caller = caller;
    this.project = project;
    this.microversion = microversion;
    this.base = base;
    this.takes = takes;
  }

  public String method() {
    return method;
  }

  /** The path as it was sent, without the query. */
  public String path() {
    return path;
  }

  /** The decoded value of a {@code {name}} of the route's pattern. */
  public String param(String name) {
    var value = params.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no {" + name + "}");
    }
    return value;
  }

  /** The first value of a query parameter, decoded; the route must say that it takes it. */
  public Optional<String> query(String name) {
    return all(name).stream().findFirst();
  }

  /** As {@link #query(String)}, all values. */
  public List<String> all(String name) {
    // an assertion: tests must see it, but a call is not refused for it
    assert takes.has(name) : "the route does not say that it takes the parameter " + name;
    return query.getOrDefault(name, List.of());
  }

  /** What the route says that may come. */
  public Takes takes() {
    return takes;
  }

  /** All query parameters, decoded, in the order of their first appearance. */
  public Map<String, List<String>> query() {
    return query;
  }

  /** A header's first value; the name in any case; the route must say that it takes it. */
  public Optional<String> header(String name) {
    assert takes.hasHeader(name) : "the route does not say that it takes the header " + name;
    return headers.apply(name);
  }

  /** The version of Cinder's v3 that the call asks for; the lowest on all other paths. */
  public Microversion microversion() {
    return microversion;
  }

  /** The body as it was sent; empty when there was none. Not copied: do not change it. */
  public byte[] body() {
    return body;
  }

  /** Who calls. Only on routes that ask for it: not on open ones. */
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("an open route has no caller");
    }
    return caller;
  }

  /** The project of the path, which the caller was found to belong to. */
  public ProjectId project() {
    if (project == null) {
      throw new IllegalStateException("the route has no {project_id}");
    }
    return project;
  }

  /** Scheme and authority the client used, such as {@code http://127.0.0.1:8776}: for links. */
  public String base() {
    return base.get();
  }
}
