package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;

/** {@code platter volume …} and {@code platter job …}. */
class VolumeCommandsTest {
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

  private static String create(String name) {
    return alice
        .run("volume", "create", "--name", name, "--size", "10", "-o", "json")
        .exits(0)
        .json()
        .at("/volumes/0/id")
        .stringValue();
  }

  @Test
  void aVolumeIsCreatedWaitedForAndShownAsATable() {
    var said = alice.run("volume", "create", "--name", "数据-1", "--size", "10").exits(0);
    assertThat(said.lines()).hasSize(2);
    assertThat(said.lines().getFirst()).matches("ID +NAME +STATUS +GIB +TYPE +ZONE");
    assertThat(said.lines().getLast()).matches("[0-9a-f-]{36}  数据-1  available  10   SSD   az1");
    assertThat(said.err().lines()).hasSize(2);
    assertThat(said.err()).contains("accepted").contains("ended: SUCCESS");
  }

  @Test
  void everyOptionOfCreateReachesTheService() {
    var said =
        alice
            .run(
                "volume",
                "create",
                "--name",
                "all",
                "--size",
                "20",
                "--type",
                "GPSSD2",
                "--zone",
                "az1",
                "--description",
                "a text",
                "--metadata",
                "a=1",
                "--metadata",
                "b=x=y",
                "--tag",
                "team=db",
                "--multiattach",
                "--iops",
                "3000",
                "--throughput",
                "125",
                "-o",
                "json")
            .exits(0);
    var volume = said.json().at("/volumes/0");
    assertThat(volume.path("size").intValue()).isEqualTo(20);
    assertThat(volume.path("volume_type").stringValue()).isEqualTo("GPSSD2");
    assertThat(volume.path("description").stringValue()).isEqualTo("a text");
    assertThat(volume.at("/metadata/b").stringValue()).isEqualTo("x=y");
    assertThat(volume.at("/tags/team").stringValue()).isEqualTo("db");
    assertThat(volume.path("multiattach").booleanValue()).isTrue();
    assertThat(volume.at("/iops/total_val").intValue()).isEqualTo(3000);
    assertThat(volume.at("/throughput/total_val").intValue()).isEqualTo(125);
    assertThat(said.json().at("/job/status").stringValue()).isEqualTo("SUCCESS");
    var table = alice.run("volume", "show", "all").exits(0).out();
    assertThat(table).contains("a=1, b=x=y").contains("team=db").contains("125 MiB/s");
  }

  @Test
  void aVolumeGetsAnotherType() {
    create("retyped");
    var said =
        alice
            .run("volume", "retype", "retyped", "GPSSD2", "--iops", "4000", "--throughput", "200")
            .exits(0);
    assertThat(said.lines().getLast())
        .matches("[0-9a-f-]{36}  retyped  available  10   GPSSD2  az1");
    assertThat(said.err()).contains("ended: SUCCESS");
    assertThat(alice.run("volume", "show", "retyped").exits(0).out()).contains("200 MiB/s");
    var job = alice.run("volume", "retype", "retyped", "SSD", "-o", "json").exits(0).json();
    assertThat(job.path("job_type").stringValue()).isEqualTo("retypeVolume");
    assertThat(alice.run("volume", "retype", "retyped", "SAS").exits(1).err())
        .contains("EVS.2087")
        .contains("is SSD and cannot become SAS");
    assertThat(alice.run("volume", "retype", "retyped").exits(2).err()).contains("TYPE");
  }

  @Test
  void theTypesAreListedWithTheirZones() {
    var said = alice.run("type", "list").exits(0);
    assertThat(said.lines()).hasSize(8);
    assertThat(said.lines().getFirst()).matches("TYPE +DESCRIPTION +ZONES +SOLD OUT IN *");
    assertThat(said.lines().get(4)).matches("SSD +Ultra-high I/O +az1 +-");
    assertThat(alice.run("type", "list", "-o", "json").exits(0).json().path("volume_types"))
        .hasSize(7);
  }

  @Test
  void aBatchIsNumberedAndItsJobCountsItsSubJobs() {
    var said =
        alice.run("volume", "create", "--name", "batch", "--size", "10", "--count", "3").exits(0);
    assertThat(said.lines()).hasSize(4);
    assertThat(said.out()).contains("batch-0001").contains("batch-0003");
    assertThat(said.err()).contains("3/3 sub-jobs");
    var jobs = alice.run("job", "list", "-o", "json").exits(0).json().path("jobs");
    var batch =
        jobs.valueStream()
            .filter(job -> job.path("job_type").stringValue().equals("batchCreateVolume"))
            .findFirst()
            .orElseThrow()
            .path("job_id")
            .stringValue();
    assertThat(alice.run("job", "show", batch).exits(0).lines())
        .anyMatch(line -> line.matches("SUB-JOB +TYPE +STATUS +VOLUME"))
        .anyMatch(line -> line.matches("progress +3/3"))
        .anyMatch(line -> line.matches(".* createVolume +SUCCESS +batch-0002"));
    assertThat(alice.run("job", "list", "--limit", "1000").exits(0).lines())
        .anyMatch(line -> line.matches(batch + " .*batchCreateVolume +SUCCESS +3/3"));
  }

  @Test
  void withoutWaitingTheServersAnswerIsPrintedAndTheJobCanBeWaitedFor() {
    var json =
        alice.run("volume", "create", "--size", "10", "--no-wait", "-o", "json").exits(0).json();
    var job = json.path("job_id").stringValue();
    assertThat(json.path("volume_ids")).hasSize(1);
    assertThat(alice.run("job", "wait", job, "--timeout", "60").exits(0).out()).isEmpty();
    assertThat(alice.run("job", "wait", job, "-o", "json").exits(0).json().path("status"))
        .hasToString("\"SUCCESS\"");
    assertThat(alice.run("job", "show", job, "-o", "json").exits(0).json())
        .isEqualTo(server.alice().job(job).now().json());
    assertThat(alice.run("volume", "create", "--size", "10", "--no-wait").exits(0).out())
        .matches("[0-9a-f-]{36}\\R");
  }

  @Test
  void jsonIsTheServersOwn() {
    var id = create("as-is");
    var path = "/v2/{project_id}/cloudvolumes/";
    assertThat(alice.run("volume", "show", id, "-o", "json").exits(0).out().strip())
        .isEqualTo(server.alice().get(path + id).body());
    assertThat(alice.run("volume", "list", "--name", "as-is", "-o", "json").exits(0).out().strip())
        .isEqualTo(server.alice().get(path + "detail?name=as-is").body());
  }

  @Test
  void aListIsFilteredSortedAndLimited() {
    create("sort-a");
    alice.run("volume", "create", "--name", "sort-b", "--size", "30").exits(0);
    assertThat(
            alice
                .run("volume", "list", "--name", "sort-", "--sort", "size:desc", "--limit", "1")
                .exits(0)
                .lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("sort-b");
    var none = alice.run("volume", "list", "--name", "no-such-name").exits(0);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("No volume matches");
    alice.run("volume", "list", "--status", "nonsense").exits(1);
    alice.run("volume", "list", "--sort", "colour").exits(1);
  }

  @Test
  void aVolumeIsExtendedByNameOrId() {
    var id = create("grow");
    assertThat(alice.run("volume", "extend", "grow", "20").exits(0).out()).contains("20");
    assertThat(
            alice
                .run("volume", "extend", id, "--size", "30", "-o", "json")
                .exits(0)
                .json()
                .path("job_type")
                .stringValue())
        .isEqualTo("extendVolume");
    alice.run("volume", "extend", id, "30").exits(1);
    alice.run("volume", "extend", id).exits(2);
    alice.run("volume", "extend", id, "40", "--size", "40").exits(2);
  }

  @Test
  void oneVolumeOrSeveralAreDeleted() {
    var one = create("gone-1");
    create("gone-2");
    create("gone-3");
    var said = alice.run("volume", "delete", one).exits(0);
    assertThat(said.out()).isEmpty();
    assertThat(
            alice
                .run("volume", "delete", "gone-2", "gone-3", "-o", "json")
                .exits(0)
                .json()
                .at("/entities/sub_jobs"))
        .hasSize(2);
    assertThat(alice.run("volume", "list", "--name", "gone-").exits(0).out()).isEmpty();
    assertThat(alice.run("volume", "delete", one).exits(1).err())
        .contains("EVS.5404")
        .contains("platter volume list");
  }

  @Test
  void aNameThatSeveralHaveIsRefusedWithTheirIds() {
    var first = create("twin");
    var second = create("twin");
    for (var args :
        List.of(
            List.of("volume", "show", "twin"),
            List.of("volume", "extend", "twin", "20"),
            List.of("volume", "delete", "twin"))) {
      assertThat(alice.run(args.toArray(String[]::new)).exits(1).err())
          .contains(first)
          .contains(second);
    }
    assertThat(alice.run("volume", "show", "nobody").exits(1).err()).contains("nobody");
  }

  @Test
  void aRefusalSaysWhatWhyAndWhatToDo() {
    var said = alice.run("volume", "create", "--size", "5", "-o", "json").exits(1);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .contains("the volume was not created")
        .contains("EVS.1010")
        .contains("10..32768 GiB, not 5")
        .contains("next:");
    assertThat(alice.run("job", "show", "nonsense/..").exits(1).err()).contains("Common.0011");
  }

  @Test
  void wrongUsageIsTwoWithASuggestion() {
    assertThat(alice.run("volum").exits(2).err()).contains("platter volume");
    assertThat(alice.run("volume", "lsit").exits(2).err()).contains("--help");
    assertThat(alice.run("volume", "create", "--sise", "10").exits(2).err()).contains("--size");
    alice.run("volume", "create", "--name", "x").exits(2);
    alice.run("volume", "create", "--size", "ten").exits(2);
    alice.run("volume", "create", "--size", "10", "--tag", "nonsense").exits(2);
    alice.run("volume", "list", "--limit", "0").exits(2);
    alice.run("volume", "delete").exits(2);
    alice.run("volume", "list", "-o", "xml").exits(2);
    alice.run("job", "list", "--limit", "0").exits(2);
    alice.run("job").exits(2);
  }

  @Test
  void everyCommandHasAHelpWithAnExample() {
    for (var command :
        List.of(
            "volume",
            "volume create",
            "volume list",
            "volume show",
            "volume extend",
            "volume retype",
            "type",
            "type list",
            "volume delete",
            "job",
            "job show",
            "job wait",
            "job list",
            "job explain",
            "job cancel",
            "job retry",
            "job undo",
            "job accept",
            "quota",
            "quota show",
            "quota set",
            "quota reset",
            "node",
            "node list",
            "env",
            "verify")) {
      var help = alice.run((command + " --help").split(" ")).exits(0).out();
      assertThat(help).as(command).contains("Example").contains("-h, --help");
      assertThat(help.lines()).as(command).allMatch(line -> Table.width(line) <= 80);
    }
  }

  @Test
  void theServerIsFoundByOptionThenVariableThenDataFolder() {
    var nobody = Map.of("PLATTER_ENDPOINT", "http://127.0.0.1:1");
    var folder = Map.of("PLATTER_DATA", server.data().toString());
    Cli.with(folder).run("volume", "list").exits(0);
    Cli.with(Map.of()).run("volume", "list", "--data", server.data().toString()).exits(0);
    Cli.with(nobody)
        .run(
            "volume",
            "list",
            "--endpoint",
            server.endpoint() + "/",
            "--data",
            server.data().toString())
        .exits(0);
    assertThat(
            Cli.with(
                    Map.of(
                        "PLATTER_ENDPOINT",
                        server.endpoint().toString(),
                        "PLATTER_SECRET_KEY",
                        "alice-secret"))
                .run(
                    "volume",
                    "list",
                    "--project-id",
                    TestServer.ALICE_PROJECT,
                    "--access-key",
                    "ALICEKEY")
                .exits(0)
                .out())
        .contains("ID");
  }

  @Test
  void noServerIsThreeAndNoCredentialsAreTwo() {
    assertThat(Cli.with(Map.of()).run("volume", "list").exits(3).err())
        .contains("./platter server");
    assertThat(
            Cli.alice(server)
                .run("volume", "list", "--endpoint", "http://127.0.0.1:1")
                .exits(3)
                .err())
        .contains("no server answers at http://127.0.0.1:1");
    var endpoint = Map.of("PLATTER_ENDPOINT", server.endpoint().toString());
    assertThat(Cli.with(endpoint).run("job", "list").exits(2).err()).contains("PLATTER_ACCESS_KEY");
    assertThat(
            Cli.with(endpoint)
                .run("job", "list", "--project-id", "p", "--access-key", "ALICEKEY")
                .exits(2)
                .err())
        .contains("PLATTER_SECRET_KEY");
    alice.run("volume", "list", "--endpoint", "ftp://x").exits(2);
  }

  @Test
  void aSecretIsNeverTold() {
    var wrong =
        Cli.with(
            Map.of(
                "PLATTER_ENDPOINT",
                server.endpoint().toString(),
                "PLATTER_PROJECT_ID",
                TestServer.ALICE_PROJECT,
                "PLATTER_ACCESS_KEY",
                "ALICEKEY",
                "PLATTER_SECRET_KEY",
                "wrong-secret"));
    assertThat(wrong.run("volume", "list").exits(1).err())
        .contains("APIGW.0301")
        .contains("ALICEKEY")
        .doesNotContain("wrong-secret");
    for (var command : List.of("volume list", "job list -o json", "volume show nobody", "volume")) {
      var said = alice.run(command.split(" "));
      assertThat(said.out() + said.err()).doesNotContain("alice-secret");
    }
  }
}
