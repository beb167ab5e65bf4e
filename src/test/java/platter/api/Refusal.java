package platter.api;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import platter.error.ErrorCode;

/** Whether a refusal is as docs/api.md says: a documented code in the shape of its family. */
final class Refusal {
  /** All that may stand in one: codes with the statuses they may have. */
  private static final Set<String> CODES =
      Arrays.stream(ErrorCode.values())
          .map(code -> code.code() + " " + code.status())
          .collect(Collectors.toSet());

  private static final Set<String> CODE_NAMES =
      Arrays.stream(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toSet());

  private Refusal() {}

  /**
   * What is wrong with it; nothing when it is as documented.
   *
   * @param family as {@link Operation#family} tells it
   */
  static Optional<String> fault(String family, Answer answer) {
    int status = answer.status();
    var body = answer.json();
    if (body.has("error_code")) {
      var code = body.path("error_code").asString("");
      return CODES.contains(code + " " + status)
              && body.path("request_id")
                  .asString("")
                  .equals(answer.header("X-Request-Id").orElse(""))
          ? Optional.empty()
          : Optional.of("no refusal of the gateway");
    }
    var fine =
        switch (family) {
          case "EvsRefusal" ->
              CODES.contains(body.at("/error/code").asString("") + " " + status)
                  && !body.at("/error/message").asString("").isEmpty();
          case "CinderRefusal" ->
              body.size() == 1
                  && body.iterator().next().path("code").asInt(0) == status
                  && !body.iterator().next().path("message").asString("").isEmpty()
                  && CODE_NAMES.contains(answer.header("X-Platter-Detail").orElse(""));
          case "IamRefusal" ->
              body.at("/error/code").asInt(0) == status
                  && body.at("/error/message").isString()
                  && body.at("/error/title").isString();
          default -> false;
        };
    return fine ? Optional.empty() : Optional.of("not as " + family);
  }
}
