package platter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.Cli;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code platter env}: what it prints is used, as far as the client is at hand. */
class EnvCommandTest {
  private static TestServer server;
  private static Cli operator;
  private static JsonNode account;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start();
    operator = Cli.operator(server);
    account = Json.read(Files.readAllBytes(server.data().resolve("account.json")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String of(String member) {
    return account.path(member).stringValue();
  }

  @Test
  void jsonNamesEverything() {
    var json = operator.run("env", "json").exits(0).json();
    assertThat(json.path("endpoint").stringValue()).isEqualTo(server.endpoint().toString());
    assertThat(json.path("region").stringValue()).isEqualTo("region-1");
    for (var member : List.of("project_id", "access_key", "secret_key", "user", "password")) {
      assertThat(json.path(member).stringValue()).isEqualTo(of(member));
    }
    assertThat(operator.run("env", "-o", "json").exits(0).json()).isEqualTo(json);
  }

  @Test
  void everyFormatLeadsToThisServerWithItsKey() {
    for (var format : List.of("shell", "terraform", "java", "python", "go", "ansible")) {
      assertThat(operator.run("env", format).exits(0).out())
          .as(format)
          .contains(server.endpoint().toString())
          .contains(of("secret_key"))
          .doesNotContain("{endpoint}")
          .doesNotContain(of("token_secret"));
    }
    operator.run("env", "cobol").exits(2);
  }

  @Test
  void aShellTakesItOver(@TempDir Path folder) throws IOException, InterruptedException {
    var odd = "it's \"$HOME\" `x`";
    var said =
        Cli.with(
                Map.of(
                    "PLATTER_ENDPOINT", server.endpoint().toString(),
                    "PLATTER_PROJECT_ID", of("project_id"),
                    "PLATTER_ACCESS_KEY", "K",
                    "PLATTER_SECRET_KEY", odd,
                    "PLATTER_DATA", server.data().toString()))
            .run("env")
            .exits(0);
    var script = folder.resolve("env.sh");
    Files.writeString(script, said.out() + "printf %s \"$HUAWEICLOUD_SDK_SK\"\n");
    var shell = new ProcessBuilder("sh", script.toString()).redirectErrorStream(true).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8)).isEqualTo(odd);
    assertThat(shell.waitFor()).isZero();
    // another key's login is not the folder's
    assertThat(said.out()).contains("PLATTER_PASSWORD").doesNotContain(of("password"));
  }

  @Test
  void cloudsYamlIsYaml() {
    var yaml = YAMLMapper.builder().build();
    var cloud =
        yaml.readTree(operator.run("env", "openstack").exits(0).out()).at("/clouds/platter");
    assertThat(cloud.at("/auth/auth_url").stringValue()).isEqualTo(server.endpoint() + "/v3");
    assertThat(cloud.at("/auth/password").stringValue()).isEqualTo(of("password"));
    assertThat(cloud.path("block_storage_endpoint_override").stringValue())
        .isEqualTo(server.endpoint() + "/v3/" + of("project_id"));
    assertThat(cloud.has("image_endpoint_override")).isTrue();
    var ansible = yaml.readTree(operator.run("env", "ansible").exits(0).out());
    assertThat(ansible.at("/platter_auth/project_id").stringValue()).isEqualTo(of("project_id"));
  }

  @Test
  void withoutDataFolderTheRegionIsAskedForAndTheLoginIsMissing() {
    var alice = Cli.alice(server);
    var json = alice.run("env", "json").exits(0).json();
    assertThat(json.path("region").stringValue()).isEqualTo("region-1");
    assertThat(json.has("password")).isFalse();
    assertThat(alice.run("env", "openstack").exits(0).out()).startsWith("# ");
  }

  @Test
  void theJavaExampleListsTheVolumes(@TempDir Path folder)
      throws IOException, InterruptedException {
    var id =
        operator
            .run("volume", "create", "--name", "seen-by-java", "--size", "10", "-o", "json")
            .exits(0)
            .json()
            .at("/volumes/0/id")
            .stringValue();
    var source = folder.resolve("Example.java");
    Files.writeString(source, operator.run("env", "java").exits(0).out());
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path"));
    var run =
        new ProcessBuilder(java, "-cp", classes, source.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(run.getInputStream().readAllBytes(), UTF_8);
    assertThat(run.waitFor()).as(said).isZero();
    assertThat(said).contains(id);
  }
}
