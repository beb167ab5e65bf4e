package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Function;
import platter.cli.Api;
import platter.cli.CliException;
import platter.error.BackendException;
import platter.json.Json;
import platter.verify.VerificationJson;
import tools.jackson.databind.JsonNode;

/** What {@code platter verify} looks at. Both speak the JSON of the API. */
sealed interface Verified extends AutoCloseable {
  /** What was found when it was opened or asked. */
  JsonNode report();

  JsonNode repair(boolean deleteData);

  @Override
  void close();

  /** A server that runs. */
  record Running(Api api, JsonNode report) implements Verified {
    static final String PATH = "/platter/v1/verify";

    @Override
    public JsonNode repair(boolean deleteData) {
      var body = "{\"delete_data\": " + deleteData + "}";
      return api.post("not everything was repaired", PATH + "/repair", body.getBytes(UTF_8)).json();
    }

    @Override
    public void close() {}
  }

  /**
   * The data folder of a server that does not run, opened.
   *
   * @param failed the error to tell when the storage cannot be looked at
   */
  record Stopped(Platter platter, Function<String, CliException> failed) implements Verified {
    @Override
    public JsonNode report() {
      try {
        var report = platter.verification().run();
        return Json.read(Json.write(g -> VerificationJson.write(g, report)));
      } catch (BackendException e) {
        throw failed.apply(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public JsonNode repair(boolean deleteData) {
      var by = "user " + System.getProperty("user.name") + " of the stopped server's machine";
      try {
        var outcome = platter.verification().repair(by, deleteData);
        return Json.read(Json.write(g -> VerificationJson.write(g, outcome)));
      } catch (BackendException e) {
        throw failed.apply(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void close() {
      platter.close();
    }
  }
}
