package platter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpResponse;
import platter.cli.CliException.Refused;
import platter.cli.ServerOptions.Connection;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** Makes an error of the service a message for people. */
final class Refusals {
  private static final String DETAIL = "X-Platter-Detail";

  /** Of whatever it was: callers that ask for something else than volumes replace the advice. */
  static final String NOT_FOUND = "EVS.5404";

  private static final int MAX_FOREIGN_TEXT = 200;

  private Refusals() {}

  static Refused of(String wish, HttpResponse<byte[]> response, Connection connection) {
    var text = new String(response.body(), UTF_8);
    var detail = response.headers().firstValue(DETAIL).orElse("");
    JsonNode body;
    try {
      body = Json.read(text);
    } catch (Json.BadJson e) {
      return new Refused(
          response.statusCode(),
          wish,
          connection.endpoint()
              + " answered HTTP "
              + response.statusCode()
              + ": "
              + text.strip().substring(0, Math.min(text.strip().length(), MAX_FOREIGN_TEXT)),
          "check that a Platter listens there");
    }
    // EVS and IAM put it into "error", the gateway does not
    var error = body.path("error");
    var code = error.path("code").asString(body.path("error_code").asString(""));
    var message = error.path("message").asString(body.path("error_msg").asString(""));
    if (code.isEmpty() && body.size() == 1 && body.iterator().next().has("message")) {
      // Cinder's is in a member named by its kind, and Platter's code beside the body
      code = detail;
      detail = body.iterator().next().path("message").asString("");
    }
    var why = (code + " " + message).strip();
    if (why.isEmpty()) {
      why = "HTTP " + response.statusCode();
    }
    return new Refused(
        response.statusCode(),
        wish,
        detail.isEmpty() ? why : why + "\n" + detail,
        message.contains("dependent snapshots")
            ? "look:  platter snapshot list\nor delete them with it:  platter volume delete --cascade"
            : next(code, response.statusCode(), connection));
  }

  private static String next(String code, int status, Connection connection) {
    return switch (code) {
      case "EVS.1034", "EVS.1042", "EVS.5413" ->
          "delete what nobody needs, or ask the operator for a larger quota";
      case "EVS.1046", "EVS.1064", "EVS.1065" ->
          "wait for the job that works on it (platter job list), then try again";
      case NOT_FOUND -> "see which volumes there are:  platter volume list";
      case "PLATTER.0011" -> "choose another name";
      case "PLATTER.0012" -> "change it there, and start the servers again";
      case "PLATTER.0013" -> "take away first what the line above names";
      case "Common.0011" -> "see which jobs there are:  platter job list";
      case "Common.0018" -> "check the project id, " + connection.project();
      default -> byStatus(status, connection);
    };
  }

  private static String byStatus(int status, Connection connection) {
    return switch (status) {
      case 401 ->
          "check access key "
              + connection.accessKey()
              + ", its secret, and the clock of this machine";
      case 403 ->
          "access key "
              + connection.accessKey()
              + " may not do this in project "
              + connection.project();
      case 404 -> "check that a Platter of this version listens at " + connection.endpoint();
      case 429 -> "wait a moment, then try again";
      case 400 -> "change what the lines above name, then try again";
      default -> status >= 500 ? "look into the server's log, then try again" : "";
    };
  }
}
