package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;

/** {@code platter snapshot …}. */
class SnapshotCommandsTest {
  private static TestServer server;
  private static Cli alice;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    alice = Cli.alice(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void volume(String name) {
    alice.run("volume", "create", "--name", name, "--size", "10").exits(0);
  }

  @Test
  void aSnapshotIsCreatedListedShownRolledBackUsedAndDeleted() {
    volume("db-1");
    var created = alice.run("snapshot", "create", "db-1", "--name", "before", "--description", "d");
    created.exits(0);
    assertThat(created.lines().getFirst()).matches("ID +NAME +STATUS +GIB +VOLUME +CREATED");
    assertThat(created.lines().getLast())
        .matches("[0-9a-f-]{36}  before  available  10   [0-9a-f-]{36}  .* UTC");
    assertThat(created.err()).contains("accepted").contains("ended: SUCCESS");
    var listed = alice.run("snapshot", "list", "--volume", "db-1", "-o", "json").exits(0).json();
    assertThat(listed.at("/snapshots/0/name").asString("")).isEqualTo("before");
    var shown = alice.run("snapshot", "show", "before").exits(0);
    assertThat(shown.out()).contains("available").contains("10 GiB");
    var rolledBack = alice.run("snapshot", "rollback", "before", "-o", "json").exits(0).json();
    assertThat(rolledBack.path("job_type").asString("")).isEqualTo("rollbackSnapshot");
    alice
        .run("volume", "create", "--name", "copy", "--size", "12", "--snapshot", "before")
        .exits(0);
    var refused = alice.run("volume", "delete", "db-1").exits(1);
    assertThat(refused.err()).contains("cascade");
    alice.run("snapshot", "delete", "before").exits(0);
    assertThat(alice.run("snapshot", "list", "--name", "before").exits(0).err())
        .contains("No snapshot matches.");
    assertThat(alice.run("snapshot", "show", "before").exits(1).err())
        .contains("no snapshot has the id or the name before");
  }

  @Test
  void withoutWaitingTheAnswerIsThatOfTheService() {
    volume("db-2");
    var created =
        alice.run("snapshot", "create", "db-2", "--name", "s", "--no-wait", "-o", "json").exits(0);
    assertThat(created.json().at("/snapshot/name").asString("")).isEqualTo("s");
    var second = alice.run("snapshot", "create", "db-2", "--name", "t", "--no-wait").exits(0);
    alice.run("job", "wait", second.out().strip()).exits(0);
    var gone = alice.run("snapshot", "delete", "t", "--no-wait", "-o", "json").exits(0);
    assertThat(gone.json().path("job_id").asString("")).hasSize(32);
    alice.run("job", "wait", gone.json().path("job_id").asString("")).exits(0);
  }

  @Test
  void aVolumeGoesWithItsSnapshots() {
    volume("db-3");
    alice.run("snapshot", "create", "db-3", "--name", "with-3").exits(0);
    alice.run("volume", "delete", "db-3", "--cascade").exits(0);
    assertThat(alice.run("snapshot", "list", "--name", "with-3").exits(0).out()).isEmpty();
  }

  /** The service has one code for whatever is not there. */
  @Test
  void ofASnapshotThatThereIsNotTheAdviceIsAboutSnapshots() {
    for (var command : List.of("show", "delete", "rollback")) {
      var refused = alice.run("snapshot", command, "11111111-2222-4333-8444-555555555555");
      assertThat(refused.exits(1).err())
          .as(command)
          .contains("EVS.5404")
          .contains("next: see which snapshots there are:  platter snapshot list")
          .doesNotContain("platter volume list");
    }
    assertThat(alice.run("snapshot", "create", "11111111-2222-4333-8444-555555555555").err())
        .contains("platter volume list");
  }

  @Test
  void aQuotaThatIsUsedUpIsToldWithWhatToDo() {
    try (var small = TestServer.with(Map.of("quota_snapshots", "1")).run()) {
      var cli = Cli.alice(small);
      cli.run("volume", "create", "--name", "db", "--size", "10").exits(0);
      cli.run("snapshot", "create", "db").exits(0);
      assertThat(cli.run("snapshot", "create", "db").exits(1).err())
          .contains("next: delete what nobody needs, or ask the operator for a larger quota");
    }
  }

  @Test
  void twoOfOneNameMustBeNamedByTheirIds() {
    volume("db-4");
    alice.run("snapshot", "create", "db-4", "--name", "twice").exits(0);
    alice.run("snapshot", "create", "db-4", "--name", "twice").exits(0);
    assertThat(alice.run("snapshot", "rollback", "twice").exits(1).err())
        .contains("2 snapshots have the name twice");
  }
}
