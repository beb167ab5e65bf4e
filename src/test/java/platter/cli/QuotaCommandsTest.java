package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;

/** {@code platter quota …}. */
class QuotaCommandsTest {
  private final TestServer server = TestServer.start();
  private final Cli alice = Cli.alice(server);
  private final Cli operator = Cli.operator(server);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anOperatorSetsWhatAProjectMayHaveAndTheProjectSeesIt() {
    alice.run("volume", "create", "--name", "a", "--size", "10").exits(0);
    operator
        .run(
            "quota",
            "set",
            "gigabytes=15",
            "volumes_SAS=0",
            "snapshots=none",
            "--of",
            TestServer.ALICE_PROJECT)
        .exits(0);
    var shown = alice.run("quota", "show").exits(0);
    assertThat(shown.lines().getFirst()).matches("QUOTA +IN USE +LIMIT");
    assertThat(shown.out())
        .containsPattern("(?m)^gigabytes +10 +15$")
        .containsPattern("(?m)^volumes +1 +none$")
        .containsPattern("(?m)^volumes_SAS +0 +0$")
        .containsPattern("(?m)^gigabytes_SSD +10 +none$")
        .doesNotContain("backups");
    assertThat(
            alice
                .run("quota", "show", "-o", "json")
                .exits(0)
                .json()
                .at("/quota_set/gigabytes/limit")
                .intValue())
        .isEqualTo(15);
    assertThat(alice.run("volume", "create", "--size", "10").exits(1).err()).contains("EVS.1042");
    operator.run("quota", "reset", "--of", TestServer.ALICE_PROJECT).exits(0);
    alice.run("volume", "create", "--size", "10").exits(0);
  }

  @Test
  void whoeverIsNoOperatorIsTold() {
    assertThat(alice.run("quota", "set", "volumes=1").exits(1).err())
        .contains("the limits were not set")
        .contains("platter:service:operate");
    assertThat(alice.run("quota", "show", "--of", TestServer.BOB_PROJECT).exits(1).err())
        .contains("EVS.0001");
  }

  @Test
  void whatCannotBeALimitIsTold() {
    operator.run("quota", "set").exits(2);
    assertThat(operator.run("quota", "set", "volumes=many").exits(2).err())
        .contains("The limit of volumes must be a number, or none: many");
    assertThat(operator.run("quota", "set", "floppies=1").exits(1).err())
        .contains("Bad key(s) in quota set: floppies");
  }
}
