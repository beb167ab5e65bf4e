package platter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import platter.db.Place;

class ConfigTest {
  private static Config of(Map<String, String> flags) throws Config.BadConfig {
    return Config.read(flags, Map.of(), Optional.empty());
  }

  @Test
  void theDefaultsAreThoseOfTheContract() throws Exception {
    var config = of(Map.of());
    assertThat(config.listen().getPort()).isEqualTo(8776);
    assertThat(config.listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(config.data()).isEqualTo(Path.of("./platter-data"));
    assertThat(config.region()).isEqualTo("region-1");
    assertThat(config.zones()).containsExactly("az1");
    assertThat(config.authOff()).isFalse();
    assertThat(config.strictDelete()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void eachSettingHasItsFlag(String name) {
    var command = new ServerCommand();
    var flag = "--" + name.replace('_', '-');
    new CommandLine(command).parseArgs(name.equals("strict_delete") ? flag : flag + "=said");
    assertThat(command.flags())
        .containsExactly(Map.entry(name, name.equals("strict_delete") ? "true" : "said"));
  }

  /** But the password, which would stand in the list of processes. */
  static Stream<String> settings() {
    return Config.DEFAULTS.keySet().stream().filter(name -> !name.equals("database_password"));
  }

  @Test
  void flagsWinOverVariablesWhichWinOverTheFileWhichWinsOverDefaults(@TempDir Path tmp)
      throws Exception {
    var file = Files.writeString(tmp.resolve("c.yaml"), "region: file\nnode: file\nzones: [a, b]");
    var config =
        Config.read(
            Map.of("region", "flag"),
            Map.of("PLATTER_REGION", "variable", "PLATTER_NODE", "variable"),
            Optional.of(file));
    assertThat(config.region()).isEqualTo("flag");
    assertThat(config.node()).isEqualTo("variable");
    assertThat(config.zones()).containsExactly("a", "b");
    assertThat(config.listen().getPort()).isEqualTo(8776);
  }

  @Test
  void volumesAreServedOnLoopbackUnlessTheyAreServedByTlsOrNowhere() throws Exception {
    assertThat(of(Map.of()).nbd().listen()).isInstanceOf(NbdSettings.Listen.Anywhere.class);
    assertThat(of(Map.of("nbd_listen", "off")).nbd().on()).isFalse();
    assertThat(of(Map.of("nbd_listen", "off", "nbd_socket", "/tmp/s")).nbd().on()).isTrue();
    assertThat(of(Map.of("nbd_listen", "127.0.0.1:0")).nbd().on()).isTrue();
    assertThat(of(Map.of("nbd_listen", "0.0.0.0:10809", "nbd_tls", "/etc/tls")).nbd().on())
        .isTrue();
    assertThatThrownBy(() -> of(Map.of("nbd_listen", "0.0.0.0:10809")))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessageContaining("needs nbd_tls");
    assertThatThrownBy(() -> of(Map.of("nbd_listen", "nowhere")))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessageStartingWith("nbd_listen: 'nowhere' must be HOST:PORT");
  }

  @Test
  void allProblemsAreToldAtOnce(@TempDir Path tmp) throws Exception {
    var file = Files.writeString(tmp.resolve("c.yaml"), "colour: blue\nregion: ''");
    assertThatThrownBy(
            () ->
                Config.read(
                    Map.of("listen", "nowhere", "jobs_at_once", "0", "auth", "maybe"),
                    Map.of("PLATTER_QUOTA_VOLUMES", "many"),
                    Optional.of(file)))
        .isInstanceOf(Config.BadConfig.class)
        .message()
        .contains(
            "colour: no such setting",
            "listen: 'nowhere' must be HOST:PORT",
            "jobs_at_once: '0' must be a number from 1 to 1000",
            "auth: 'maybe' must be on or none",
            "quota_volumes: 'many' must be a number",
            "region: '' must be a name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:8776", "[::]:8776", "192.0.2.1:8776"})
  void withoutAuthenticationOnlyLoopbackIsListenedTo(String listen) {
    assertThatThrownBy(() -> of(Map.of("auth", "none", "listen", listen)))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessageStartingWith("auth: none is refused unless the server listens on loopback only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "127.0.0.9:1", "[::1]:0", "localhost:0"})
  void withoutAuthenticationLoopbackIsFine(String listen) throws Exception {
    assertThat(of(Map.of("auth", "none", "listen", listen)).authOff()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x: [", "- a", "just text", "\t:"})
  void aFileThatHoldsNoSettingsIsTold(String text) throws Exception {
    var file = Files.writeString(Files.createTempFile("platter", ".yaml"), text);
    assertThatThrownBy(() -> Config.read(Map.of(), Map.of(), Optional.of(file)))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessageContaining("config file " + file);
    Files.delete(file);
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Config.read(Map.of(), Map.of(), Optional.of(Path.of("/no/such/file"))))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessage("config file /no/such/file does not exist");
  }

  @Test
  void theDatabaseIsSqliteOrAPostgresWhoseUserAndPasswordMayStandBesideIt() throws Exception {
    assertThat(of(Map.of()).database()).isEqualTo(new Place.Embedded());
    var url = "jdbc:postgresql://db.example:5432/platter";
    assertThat(of(Map.of("database", url + "?sslmode=require&user=u&password=p%26w")).database())
        .isEqualTo(
            new Place.Shared(url + "?sslmode=require", Optional.of("u"), Optional.of("p&w")));
    assertThat(
            Config.read(
                    Map.of("database", url),
                    Map.of("PLATTER_DATABASE_USER", "u", "PGPASSWORD", "p", "PGUSER", "other"),
                    Optional.empty())
                .database())
        .isEqualTo(new Place.Shared(url, Optional.of("u"), Optional.of("p")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://u:hush@h/d",
        "jdbc:postgresql://u:hush@h/d",
        "postgresql://h/d?password=hush",
        "jdbc:sqlite:hush"
      })
  void aBadDatabaseIsToldWithoutItsText(String database) {
    assertThatThrownBy(() -> of(Map.of("database", database)))
        .isInstanceOf(Config.BadConfig.class)
        .hasMessageStartingWith("database: ")
        .message()
        .doesNotContain("hush");
  }
}
