package platter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import platter.api.Answer;
import platter.api.Client;

/** What becomes of accounts in the database when the configuration changes. */
@Tag("slow-hashes")
class HiddenAccountsTest {
  private static final String USERS = "/platter/v1/users";
  private static final String KEYS = "/platter/v1/keys";
  private static final String LIST = "/v2/{project_id}/cloudvolumes/detail";

  private final TestServer server = TestServer.with(Map.of()).run();

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer keyOf(String user) {
    var id =
        server
            .operator()
            .post(USERS, "{\"user\": {\"name\": \"" + user + "\"}}")
            .is(201)
            .text("user.id");
    return server.operator().post(KEYS, "{\"key\": {\"user_id\": \"" + id + "\"}}").is(201);
  }

  private Client with(Answer key) {
    return new Client(
        server.endpoint(),
        server.operator().project(),
        key.text("key.access"),
        key.text("key.secret"));
  }

  @Test
  void aNameThatTheConfigurationGetsLaterIsTheConfigurationsAndTheLogSaysSo() {
    var key = keyOf("root");
    with(key).get(LIST).is(200);
    server.stop();
    try (var log = new TestLog()) {
      server.environment(Map.of("PLATTER_USER", "root")).run();
      assertThat(log.lines())
          .anyMatch(line -> line.contains("ignored") && line.contains("user root"));
    }
    with(key).get(LIST).is(401);
    var users = server.operator().get(USERS + "?name=root").is(200).hasSize("users", 2);
    users.has("users[0].source", "configuration").has("users[1].state", "ignored");
    server.operator().get(KEYS + "/" + key.text("key.access")).has("key.state", "ignored");
    server.operator().delete(USERS + "/" + users.text("users[1].id")).is(204);
    server.operator().get(USERS + "?name=root").hasSize("users", 1);
  }

  @Test
  void aKeyThatWasSealedWithAnotherSecretIsDeadAndCanBeDeleted() throws IOException {
    var key = keyOf("carol");
    var secret = server.platter().account().get("token_secret");
    server.stop();
    var file = server.data().resolve("account.json");
    Files.writeString(file, Files.readString(file).replace(secret, "0".repeat(64)));
    server.run();
    with(key).get(LIST).is(401);
    var one = KEYS + "/" + key.text("key.access");
    server.operator().get(one).is(200).has("key.state", "ignored");
    server.operator().delete(one).is(204);
  }

  @Test
  void noSecretIsInTheDatabaseOfTheDataFolder() throws IOException {
    var key = keyOf("carol");
    server.stop();
    try (var files = Files.list(server.data())) {
      for (var file : files.filter(path -> path.toString().contains("platter.db")).toList()) {
        assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
            .as(file.toString())
            .doesNotContain(key.text("key.secret"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }
}
