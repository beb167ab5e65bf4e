package platter.account;

import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import platter.auth.Role;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.ListQuery;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Shape;
import platter.id.ProjectId;

/** What bodies and queries of these calls may say; everything else is INVALID_REQUEST. */
final class Wishes {
  static final int MIN_PASSWORD = 8;
  static final int MAX_PASSWORD_BYTES = 128;
  private static final int MAX_DESCRIPTION_BYTES = 255;

  /** Fit for a path, a log and a shell. */
  private static final int MAX_NAME = 64;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  static final Shape.Member NAMED = needs("name", Shape.text(MAX_NAME));
  static final Shape.Member DOMAIN = may("domain_id", Shape.text());
  static final Shape.Member DESCRIPTION = may("description", Shape.text(MAX_DESCRIPTION_BYTES));
  static final Shape.Member PASSWORD = may("password", Shape.text(MAX_PASSWORD_BYTES));
  static final Shape.Member EXPIRES = may("expires_at", Shape.time());
  static final Shape.Member ENABLED = may("enabled", Shape.flag());

  static final Shape.Member ROLE =
      may("role", Shape.oneOf("administrator", "operator", "member", "reader"));

  static final Shape.Member PROJECTS =
      may("projects", Shape.list(Shape.text(), 0, Integer.MAX_VALUE));

  /** What each list of accounts takes, beside filters by these names. */
  static List<Parameter> list(String... filters) {
    return ListQuery.all(
        List.of(ListQuery.LIMIT, ListQuery.OFFSET),
        Arrays.stream(filters).map(name -> Parameter.of(name, Shape.text())).toList());
  }

  private Wishes() {}

  /** The one object in the body. A misspelt member must not be passed over: it may be the role. */
  static Body of(Request request, String name) {
    var wanted =
        Body.of(request, ErrorCode.INVALID_BODY)
            .object(name)
            .orElseThrow(() -> bad(name + " is missing"));
    for (var member : wanted.names()) {
      if (!wanted.known().contains(member)) {
        throw bad(
            name + " has no member " + member + "; there are " + String.join(", ", wanted.known()));
      }
    }
    return wanted;
  }

  static ApiException bad(String detail) {
    return new ApiException(ErrorCode.INVALID_REQUEST, detail);
  }

  static String name(Body body) {
    var name = body.text("name").orElseThrow(() -> bad("name is missing"));
    if (!NAME.matcher(name).matches()) {
      throw bad("name must be 1..64 of A-Z a-z 0-9 . _ @ - and begin with a letter or a digit");
    }
    return name;
  }

  static Optional<ProjectId> projectId(Body body) {
    return body.text("id")
        .map(id -> ProjectId.parse(id).orElseThrow(() -> bad("id must be 32 lower-case hex")));
  }

  static Optional<String> password(Body body) {
    var password = body.text("password");
    password.ifPresent(
        text -> {
          if (text.length() < MIN_PASSWORD || !Body.isText(text, MAX_PASSWORD_BYTES)) {
            throw bad(
                "password must have "
                    + MIN_PASSWORD
                    + " characters or more, "
                    + MAX_PASSWORD_BYTES
                    + " bytes at most, and no control characters");
          }
        });
    return password;
  }

  static Optional<Role> role(Body body) {
    return body.text("role")
        .map(
            text ->
                Role.parse(text)
                    .orElseThrow(
                        () -> bad("role must be administrator, operator, member or reader")));
  }

  static Optional<List<String>> projects(Body body) {
    return body.texts("projects");
  }

  static Optional<String> description(Body body) {
    var description = body.text("description");
    description.ifPresent(
        text -> {
          if (!Body.isText(text, MAX_DESCRIPTION_BYTES)) {
            throw bad(
                "description may have "
                    + MAX_DESCRIPTION_BYTES
                    + " bytes and no control characters");
          }
        });
    return description;
  }

  /** Empty when nothing is said; an empty number for never. */
  static Optional<OptionalLong> expires(Body body, long nowMillis) {
    return body.text("expires_at")
        .map(
            text -> {
              if (text.isEmpty()) {
                return OptionalLong.empty();
              }
              try {
                long millis = Instant.parse(text).toEpochMilli();
                if (millis > nowMillis) {
                  return OptionalLong.of(millis);
                }
              } catch (DateTimeException | ArithmeticException _) {
                // told below, as one that is over
              }
              throw bad("expires_at must be a time to come, such as 2027-01-01T00:00:00Z");
            });
  }

  /** The part of a list that the query asks for. */
  static <T> List<T> page(Request request, List<T> all) {
    return all.stream().skip(ListQuery.offset(request)).limit(ListQuery.limit(request)).toList();
  }

  /** Whether a query parameter, when it is there, is this. */
  static boolean asks(Request request, String parameter, String is) {
    return request.query(parameter).map(is::equals).orElse(true);
  }
}
