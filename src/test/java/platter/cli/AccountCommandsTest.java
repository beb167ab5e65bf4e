package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;
import platter.Cli;
import platter.TestServer;

/** {@code platter domain}, {@code project}, {@code user} and {@code key}. */
@Tag("slow-hashes")
class AccountCommandsTest {
  private final TestServer server = TestServer.start();
  private final Cli admin = Cli.operator(server);

  @AfterEach
  void stop() {
    server.close();
  }

  private Cli as(String project, String access, String secret) {
    return Cli.with(
        Map.of(
            "PLATTER_ENDPOINT",
            server.endpoint().toString(),
            "PLATTER_PROJECT_ID",
            project,
            "PLATTER_ACCESS_KEY",
            access,
            "PLATTER_SECRET_KEY",
            secret));
  }

  private static String shown(Cli.Said said, String label) {
    return said.lines().stream()
        .filter(line -> line.startsWith(label + "  "))
        .map(line -> line.substring(label.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecondUserIsMadeWithAKeyAndWorks() {
    var made = admin.run("user", "create", "carl", "--project", "region-1").exits(0);
    assertThat(shown(made, "role")).isEqualTo("member");
    assertThat(shown(made, "password")).hasSize(24);
    var key =
        admin.run("key", "create", "--user", "carl", "--expires", "90d", "--description", "laptop");
    var project =
        admin.run("project", "list", "-o", "json").json().at("/projects/0/id").stringValue();
    var bob = as(project, shown(key.exits(0), "access key"), shown(key, "secret key"));
    bob.run("volume", "create", "--name", "his", "--size", "10").exits(0);
    assertThat(admin.run("volume", "list").out()).contains("his");
    assertThat(bob.run("user", "list").exits(1).err()).contains("APIGW.0302");

    var users = admin.run("user", "list").exits(0);
    assertThat(users.lines().getFirst()).matches("ID +NAME +DOMAIN +ROLE +PROJECTS +STATE +SOURCE");
    assertThat(users.out())
        .containsPattern("carl +platter +member +region-1 +active +database")
        .containsPattern("alice +wonderland +member +region-1 +active +configuration");
    var keys = admin.run("key", "list", "--user", "carl").exits(0);
    assertThat(keys.out())
        .containsPattern("[A-Z]{20} +carl +active +20\\S+Z +database +laptop")
        .doesNotContain(shown(key, "secret key"));

    admin.run("key", "revoke", shown(key, "access key")).exits(0);
    assertThat(bob.run("volume", "list").exits(1).err()).contains("APIGW.0301");
    admin.run("key", "revoke", shown(key, "access key"), "--undo").exits(0);
    bob.run("volume", "list").exits(0);
    admin.run("user", "set", "carl", "--disable").exits(0);
    assertThat(bob.run("volume", "list").exits(1).err()).contains("APIGW.0301");
    admin.run("user", "set", "carl", "--enable", "--role", "reader").exits(0);
    bob.run("volume", "list").exits(0);
    assertThat(bob.run("volume", "create", "--size", "10").exits(1).err()).contains("EVS.2056");
    assertThat(shown(admin.run("user", "show", "carl").exits(0), "role")).isEqualTo("reader");
    admin.run("key", "delete", shown(key, "access key")).exits(0);
    assertThat(admin.run("user", "delete", "carl").exits(0).out())
        .isEqualTo("User carl deleted.\n");
    assertThat(admin.run("user", "show", "carl").exits(1).err())
        .contains("there is no user carl", "platter user list");
  }

  @Test
  void domainsAndProjectsAreMadeAndDeleted() {
    admin.run("domain", "create", "acme").exits(0);
    assertThat(admin.run("domain", "list").exits(0).out())
        .containsPattern("acme +active +database");
    var made = admin.run("project", "create", "team", "--domain", "acme", "-o", "json").exits(0);
    var id = made.json().at("/project/id").stringValue();
    assertThat(admin.run("project", "list").exits(0).out())
        .containsPattern(id + " +team +acme +active +database");
    admin.run("user", "create", "eve", "--domain", "acme").exits(0);
    assertThat(admin.run("domain", "delete", "acme").exits(1).err())
        .contains("PLATTER.0013", "1 projects and 1 users", "take away first");
    admin.run("user", "delete", "eve").exits(0);
    admin.run("project", "delete", id).exits(0);
    assertThat(admin.run("domain", "delete", "acme", "-o", "json").exits(0).out())
        .isEqualTo("{}\n");
  }

  @Test
  void aPasswordComesFromTheVariableAndIsNotShown() {
    var variables = new HashMap<String, String>();
    variables.put("PLATTER_DATA", server.data().toString());
    variables.put("PLATTER_NEW_PASSWORD", "chosen-by-me");
    var chosen = Cli.with(variables);
    assertThat(chosen.run("user", "create", "carl").exits(0).out()).doesNotContain("chosen-by-me");
    assertThat(chosen.run("user", "password", "carl").exits(0).out())
        .doesNotContain("chosen-by-me");
    assertThat(shown(admin.run("user", "password", "carl").exits(0), "password")).hasSize(24);
    variables.put("PLATTER_NEW_PASSWORD", "short");
    assertThat(Cli.with(variables).run("user", "password", "carl").exits(1).err())
        .contains("the password was not changed", "EVS.1070", "8 characters");
  }

  @Test
  void whatCannotBeIsTold() {
    assertThat(admin.run("user", "delete", "alice").exits(1).err())
        .contains("the user was not deleted", "PLATTER.0012", "change it there");
    assertThat(admin.run("project", "delete", "region-1").exits(1).err())
        .contains("3 domains have a project region-1", "name it DOMAIN/region-1 or by its id");
    assertThat(admin.run("project", "delete", "builders/region-1").exits(1).err())
        .contains("PLATTER.0012");
    assertThat(admin.run("user", "show", "builders/bob").exits(0).out()).contains("builders");
    assertThat(admin.run("user", "show", "builders/alice").exits(1).err())
        .contains("there is no user builders/alice");
    assertThat(admin.run("user", "create", "admin").exits(1).err())
        .contains("PLATTER.0011", "choose another name");
    assertThat(admin.run("key", "revoke", "NOKEY").exits(1).err())
        .contains("EVS.5404", "platter key list");
    assertThat(admin.run("user", "set", "alice").exits(1).err()).contains("nothing to change");
    admin.run("user", "set", "alice", "--disable", "--enable").exits(2);
    admin.run("key", "create").exits(2);
    assertThat(admin.run("key", "create", "--user", "alice", "--expires", "soon").exits(2).err())
        .contains("must be a time such as 90d");
    assertThat(Cli.alice(server).run("user", "create", "eve").exits(1).err())
        .contains("the user was not made", "platter:accounts:change");
  }

  @Test
  void anEndIsInSomeTimeOrAtATimeWithItsZone() {
    var now = Instant.parse("2026-11-22T07:00:00Z");
    assertThat(Ending.of("90d", now).instant()).isEqualTo("2027-02-20T07:00:00Z");
    assertThat(Ending.of("12h", now).instant()).isEqualTo("2026-11-22T19:00:00Z");
    assertThat(Ending.of("2027-01-01T01:00:00+01:00", now).instant())
        .isEqualTo("2027-01-01T00:00:00Z");
    assertThatThrownBy(() -> Ending.of("2027-01-01", now))
        .isInstanceOf(TypeConversionException.class);
  }
}
