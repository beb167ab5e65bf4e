package platter.http;

import java.util.List;
import java.util.Optional;

/**
 * What a call takes beside its path: what its handler may read, and what the OpenAPI document tells
 * of it.
 *
 * @param query in the order of the document
 * @param headers that mean something to this call, beside those that all calls know
 * @param body empty when there is none
 * @param bodyNeeded whether a call without a body is refused
 */
public record Takes(
    List<Parameter> query,
    List<Parameter> headers,
    Optional<Shape.Members> body,
    boolean bodyNeeded) {
  static final Takes NOTHING = new Takes(List.of(), List.of(), Optional.empty(), false);

  public Takes {
    query = List.copyOf(query);
    headers = List.copyOf(headers);
  }

  /** The names of the parameters of the query. */
  public List<String> names() {
    return query.stream().map(Parameter::name).toList();
  }

  boolean has(String parameter) {
    return query.stream().anyMatch(one -> one.name().equals(parameter));
  }

  boolean hasHeader(String name) {
    return headers.stream().anyMatch(one -> one.name().equalsIgnoreCase(name));
  }
}
