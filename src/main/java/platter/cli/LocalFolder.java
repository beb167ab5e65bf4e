package platter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What a server on this machine leaves for its clients in its data folder: where it listens, while
 * it runs, and the account of its first start.
 */
record LocalFolder(Path root) {
  private static final String ENDPOINT = "endpoint";
  private static final String ACCOUNT = "account.json";

  Optional<String> endpoint() {
    return read(ENDPOINT).map(String::strip);
  }

  /** A member of the account, such as {@code access_key}. */
  Optional<String> account(String member) {
    return read(ACCOUNT)
        .map(this::parsed)
        .map(account -> account.path(member).asString(""))
        .filter(value -> !value.isEmpty());
  }

  private JsonNode parsed(String text) {
    try {
      return Json.read(text);
    } catch (Json.BadJson e) {
      throw unreadable(ACCOUNT, "it is not valid JSON");
    }
  }

  private Optional<String> read(String name) {
    try {
      return Optional.of(Files.readString(root.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(name, e.getClass().getSimpleName());
    }
  }

  private CliException unreadable(String name, String why) {
    return CliException.wrongUsage(
        "cannot read " + root.resolve(name),
        why,
        "run as the user of the server, or set PLATTER_ENDPOINT, PLATTER_PROJECT_ID,"
            + " PLATTER_ACCESS_KEY and PLATTER_SECRET_KEY");
  }
}
