package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.Cli;
import platter.TestServer;

/** {@code platter verify --repair}: each kind of difference is made by hand, named and healed. */
class RepairTest {
  private static final long GIB = 1L << 30;

  private final AtomicReference<GatedDriver> gate = new AtomicReference<>();
  private final TestServer server =
      TestServer.with(Map.of())
          .aroundDriver(
              real -> {
                gate.set(new GatedDriver(real));
                return gate.get();
              })
          .run();
  private final Cli operator = Cli.operator(server);
  private final String volume = server.alice().volume("v", 10);

  @AfterEach
  void stop() {
    server.close();
  }

  /** A difference of the volume, and what is left of it when it is healed. */
  enum Kind {
    STORAGE_WITHOUT_ROW("of which there is no row", true, "available", "", 10 * GIB),
    STORAGE_LOST("has no storage", false, "error", "FAIL", 0),
    SMALLER("its row says 10737418240", false, "error", "FAIL", 3 * GIB),
    LARGER("its row says 10737418240", false, "available", "SUCCESS", 11 * GIB),
    FAILED_CREATE_HAS_STORAGE(
        "failed to be created, and still has", true, "error_deleting", "FAIL", 0),
    STORAGE_FOUND_AGAIN("has its storage, though", false, "available", "SUCCESS", 10 * GIB),
    CREATING_WITHOUT_JOB("(creating) waits for job", false, "available", "SUCCESS", 10 * GIB),
    CREATING_WITHOUT_STORAGE("(creating) waits for job", false, "error", "FAIL", 0),
    EXTENDING_WITHOUT_JOB("(extending) waits for job", false, "error_extending", "FAIL", 10 * GIB),
    RETYPING_WITHOUT_JOB("(retyping) waits for job", false, "available", "SUCCESS", 10 * GIB),
    IN_USE_BY_NOBODY("by which it is available", false, "available", "SUCCESS", 10 * GIB),
    DELETING_WITHOUT_JOB("(deleting) waits for job", false, "error_deleting", "FAIL", 10 * GIB),
    QUOTA("counts 7, the rows make 1", false, "available", "", 10 * GIB);

    private final String says;
    private final boolean deletes;
    private final String status;
    private final String job;
    private final long bytes;

    /**
     * @param says part of its sentence
     * @param deletes whether the repair deletes data
     * @param status of the volume afterwards
     * @param job status of the job that explains it; empty when none is needed
     * @param bytes of its storage afterwards; 0 when there is none
     */
    Kind(String says, boolean deletes, String status, String job, long bytes) {
      this.says = says;
      this.deletes = deletes;
      this.status = status;
      this.job = job;
      this.bytes = bytes;
    }
  }

  private void make(Kind kind) {
    switch (kind) {
      case STORAGE_WITHOUT_ROW -> resize(stray(), 10 * GIB);
      case STORAGE_LOST -> remove(file(volume));
      case SMALLER -> resize(file(volume), 3 * GIB);
      case LARGER -> resize(file(volume), 10 * GIB + 1);
      case FAILED_CREATE_HAS_STORAGE -> {
        sql("update job set state = 'failed' where id = (select job from volume)");
        sql("update volume set status = 'error'");
      }
      case STORAGE_FOUND_AGAIN -> sql("update volume set status = 'error'");
      case CREATING_WITHOUT_JOB -> sql("update volume set status = 'creating'");
      case CREATING_WITHOUT_STORAGE -> {
        sql("update volume set status = 'creating'");
        remove(file(volume));
      }
      case EXTENDING_WITHOUT_JOB -> {
        sql("update volume set status = 'extending', quota_gib = 20");
        sql(
            "update quota_usage set in_use = 20 where resource like 'gigabytes%' or resource = 'provisioned'");
      }
      case RETYPING_WITHOUT_JOB -> sql("update volume set status = 'retyping'");
      case IN_USE_BY_NOBODY -> sql("update volume set status = 'in-use'");
      case DELETING_WITHOUT_JOB ->
          sql("update volume set status = 'deleting', job = '" + "0".repeat(32) + "'");
      case QUOTA -> sql("update quota_usage set in_use = 7 where resource = 'volumes'");
    }
  }

  static Stream<Arguments> kindsOnARunningAndOnAStoppedServer() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, true), Arguments.of(kind, false)));
  }

  @ParameterizedTest
  @MethodSource("kindsOnARunningAndOnAStoppedServer")
  void eachDifferenceIsNamedAndHealedAndDataIsDeletedWithYesOnly(Kind kind, boolean running) {
    var foreign = file(volume).resolveSibling("notes.txt");
    write(foreign, "mine");
    if (!running) {
      server.stop();
    }
    make(kind);
    var made = files();
    var named = operator.run("verify").exits(1);
    assertThat(named.lines()).singleElement().asString().contains(kind.says);

    var careful = operator.run("verify", "--repair").exits(kind.deletes ? 1 : 0);
    assertThat(careful.out()).contains(kind.says).contains("  repair: ");
    if (kind.deletes) {
      assertThat(careful.out()).contains("(waits for --yes)").contains("Left: ");
      assertThat(files()).isEqualTo(made);
      operator.run("verify").exits(1);
    } else {
      assertThat(careful.out()).contains("Repaired: ").doesNotContain("--yes");
    }

    var done = operator.run("verify", "--repair", "--yes", "-o", "json").exits(0).json();
    assertThat(done.path("done").size()).isEqualTo(kind.deletes ? 1 : 0);
    operator.run("verify").exits(0);
    var healed = files();
    var again = operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(again.out()).isEmpty();
    assertThat(files()).isEqualTo(healed);
    assertThat(foreign).hasContent("mine");
    if (!running) {
      server.run();
    }
    isWhatItShouldBe(kind);
  }

  private void isWhatItShouldBe(Kind kind) {
    var alice = server.alice();
    var size = kind == Kind.LARGER ? "11" : "10";
    var shown = alice.get("/v2/{project_id}/cloudvolumes/" + volume).is(200);
    shown.has("volume.status", kind.status).has("volume.size", size);
    var newest = alice.get("/platter/v1/{project_id}/jobs").is(200);
    if (kind.job.isEmpty()) {
      newest.has("jobs[0].job_type", "createVolume");
    } else {
      newest
          .has("jobs[0].job_type", "repairVolume")
          .has("jobs[0].status", kind.job)
          .has("jobs[0].entities.volume_id", volume);
      var job = alice.job(newest.text("jobs[0].job_id")).ends(kind.job);
      if (kind.job.equals("FAIL")) {
        assertThat(job.text("fail_reason")).startsWith("EbsRepairVolumeTask-fail:");
      }
    }
    var file = file(volume);
    assertThat(Files.exists(file) ? file.toFile().length() : 0).isEqualTo(kind.bytes);
    assertThat(stray()).doesNotExist();
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200);
    alice.job(delete.text("job_id")).ends("SUCCESS");
    operator.run("verify").exits(0);
    assertThat(sizes()).isEmpty();
  }

  @Test
  void nobodyMakesAgainWhatIsBeingTakenAway() {
    var alice = server.alice();
    make(Kind.FAILED_CREATE_HAS_STORAGE);
    var created = alice.get("/platter/v1/{project_id}/jobs").text("jobs[0].job_id");
    var seen = new ArrayList<Integer>();
    gate.get()
        .beforeRetire(
            () -> {
              var path = "/platter/v1/{project_id}/jobs/" + created + "/retry";
              seen.add(alice.post(path, "").status());
            });
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(seen).containsExactly(409);
    operator.run("verify").exits(0);
    assertThat(alice.statusOf(volume)).isEqualTo("error_deleting");
    assertThat(sizes()).isEmpty();
  }

  /** A difference of a snapshot of the volume, and what is left of it when it is healed. */
  enum OfSnapshot {
    WITHOUT_ROW("of which there is no row", true, "available", "", 10 * GIB),
    LOST("has no storage", false, "error", "FAIL", 0),
    LARGER("its row says 10737418240", false, "error", "FAIL", 11 * GIB),
    SMALLER("its row says 10737418240", false, "error", "FAIL", 3 * GIB),
    FAILED_HAS_STORAGE("failed to be made, and has", true, "error_deleting", "FAIL", 0),
    CREATING_WITHOUT_JOB("(creating) waits for job", false, "available", "SUCCESS", 10 * GIB),
    CREATING_WITHOUT_STORAGE("(creating) waits for job", false, "error", "FAIL", 0),
    ROLLBACKING_WITHOUT_JOB("(rollbacking) waits for", false, "available", "SUCCESS", 10 * GIB),
    DELETING_WITHOUT_JOB("(deleting) waits for job", false, "error_deleting", "FAIL", 10 * GIB),
    QUOTA("snapshots counts 7, the rows make 1", false, "available", "", 10 * GIB);

    private final String says;
    private final boolean deletes;
    private final String status;
    private final String job;
    private final long bytes;

    /** As of {@link Kind}. */
    OfSnapshot(String says, boolean deletes, String status, String job, long bytes) {
      this.says = says;
      this.deletes = deletes;
      this.status = status;
      this.job = job;
      this.bytes = bytes;
    }
  }

  private void make(OfSnapshot kind, Path file) {
    switch (kind) {
      case WITHOUT_ROW -> resize(strayBeside(file), 10 * GIB);
      case LOST -> remove(file);
      case LARGER -> resize(file, 11 * GIB);
      case SMALLER -> resize(file, 3 * GIB);
      case FAILED_HAS_STORAGE -> {
        sql("update job set state = 'failed' where id = (select job from snapshot)");
        sql("update snapshot set status = 'error'");
      }
      case CREATING_WITHOUT_JOB -> sql("update snapshot set status = 'creating'");
      case CREATING_WITHOUT_STORAGE -> {
        sql("update snapshot set status = 'creating'");
        remove(file);
      }
      case ROLLBACKING_WITHOUT_JOB -> sql("update snapshot set status = 'rollbacking'");
      case DELETING_WITHOUT_JOB ->
          sql("update snapshot set status = 'deleting', job = '" + "0".repeat(32) + "'");
      case QUOTA -> sql("update quota_usage set in_use = 7 where resource = 'snapshots'");
    }
  }

  @ParameterizedTest
  @EnumSource
  void soIsEachDifferenceOfASnapshot(OfSnapshot kind) {
    var alice = server.alice();
    var path = "/v2/{project_id}/cloudsnapshots";
    var answer = alice.post(path, "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}").is(202);
    alice.job(answer.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
    var id = answer.text("snapshot.id");
    var kept = server.data().resolve("storage/snapshots/kept");
    var file = kept.resolve(id.substring(34)).resolve(id + ".raw");
    make(kind, file);
    var named = operator.run("verify").exits(1);
    assertThat(named.lines()).singleElement().asString().contains(kind.says);
    operator.run("verify", "--repair").exits(kind.deletes ? 1 : 0);
    operator.run("verify", "--repair", "--yes").exits(0);
    operator.run("verify").exits(0);
    alice.get(path + "/" + id).is(200).has("snapshot.status", kind.status);
    var newest = alice.get("/platter/v1/{project_id}/jobs").is(200);
    if (kind.job.isEmpty()) {
      newest.has("jobs[0].job_type", "createSnapshot");
    } else {
      newest.has("jobs[0].job_type", "repairSnapshot").has("jobs[0].status", kind.job);
    }
    assertThat(Files.exists(file) ? file.toFile().length() : 0).isEqualTo(kind.bytes);
    assertThat(strayBeside(file)).doesNotExist();
    var delete = alice.delete(path + "/" + id).is(202);
    alice.job(delete.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
    operator.run("verify").exits(0);
  }

  /** What a copy leaves that nobody goes on with: its job is over, and its name is not spoilt. */
  @ParameterizedTest
  @ValueSource(strings = {"storage/tmp", "storage/snapshots/tmp"})
  void aHalfMadeCopyThatNobodyMakesIsThrownAway(String tmp) {
    var id = stray().getFileName().toString().substring(0, 36);
    var draft =
        server
            .data()
            .resolve(tmp)
            .resolve(id.substring(35))
            .resolve(id + ".123456." + volume + ".1.100000.part");
    server.stop();
    resize(draft, 10 * GIB);
    var says =
        "has a half-made copy for " + (tmp.endsWith("snapshots/tmp") ? "snapshot " : "volume ");
    for (var running : List.of(false, true)) {
      if (running) {
        server.run();
      }
      assertThat(operator.run("verify").exits(1).lines())
          .singleElement()
          .asString()
          .contains(says + id);
    }
    assertThat(draft).exists();
    assertThat(operator.run("verify", "--repair").exits(0).out())
        .contains("repair: throw it away")
        .contains("Repaired: ");
    assertThat(draft).doesNotExist();
    operator.run("verify").exits(0);
  }

  private static Path strayBeside(Path file) {
    var name = file.getFileName().toString();
    return file.resolveSibling("11111111-2222-4333-8444-5555555555" + name.substring(34));
  }

  @Test
  void severalDifferencesAreHealedAtOnceAndTheRestIsToldWithItsReason() {
    var other = server.alice().volume("other", 10);
    make(Kind.STORAGE_WITHOUT_ROW);
    make(Kind.QUOTA);
    remove(file(other));
    var said = operator.run("verify", "--repair").exits(1);
    assertThat(said.out()).contains("Repaired: volume " + other).contains("Repaired: quota ");
    assertThat(said.err()).contains("3 differences.").contains("Repaired 2, left 1.");
    assertThat(operator.run("verify", "--repair", "--yes").exits(0).err())
        .contains("Repaired 1, left 0.");
  }

  @Test
  void aVolumeThatIsPutBackIsAvailableAgain() {
    var file = file(volume);
    var away = server.data().resolveSibling("away-" + volume);
    move(file, away);
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(server.alice().statusOf(volume)).isEqualTo("error");
    move(away, file);
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(server.alice().statusOf(volume)).isEqualTo("available");
    assertThat(file).exists();
  }

  @Test
  void whatIsBeingWorkedOnIsLeftAlone() {
    gate.get().hold();
    var alice = server.alice();
    var extend =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                "{\"os-extend\": {\"new_size\": 20}}")
            .is(202);
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(alice.statusOf(volume)).isEqualTo("extending");
    gate.get().release();
    alice.job(extend.text("job_id")).ends("SUCCESS");
    operator.run("verify").exits(0);
  }

  @Test
  void whatIsUsedIsNotRepairedAndTheStorageSaysWhyItCannot() {
    remove(file(volume));
    sql("update volume set status = 'in-use'");
    assertThat(operator.run("verify", "--repair", "--yes").exits(1).out()).contains("detach it");
    sql("update volume set status = 'available'");
    operator.run("verify", "--repair", "--yes").exits(0);
    make(Kind.STORAGE_WITHOUT_ROW);
    var stray = stray().getFileName().toString().replace(".raw", "");
    gate.get().breakDown(stray);
    assertThat(operator.run("verify", "--repair", "--yes").exits(1).out())
        .contains("is held by a test");
    gate.get().mend(stray);
    operator.run("verify", "--repair", "--yes").exits(0);
  }

  private Answer act(String action) {
    return server.alice().post("/v3/{project_id}/volumes/" + volume + "/action", action).is(202);
  }

  private void attach() {
    act(
        """
        {"os-attach": {"instance_uuid": "11111111-0000-4000-8000-000000000001", "mountpoint": "/dev/vdb"}}\
        """);
  }

  private void detachAndDelete() {
    act("{\"os-detach\": {}}");
    var alice = server.alice();
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + volume).is(200);
    alice.job(delete.text("job_id")).ends("SUCCESS");
    operator.run("verify").exits(0);
  }

  @Test
  void whatIsAttachedIsDetachedFirstAlsoWhenItsExtensionFailed() {
    attach();
    sql("update volume set status = 'error_extending'");
    remove(file(volume));
    assertThat(operator.run("verify", "--repair", "--yes").exits(1).out()).contains("detach it");
    assertThat(server.alice().statusOf(volume)).isEqualTo("error_extending");
    detachAndDelete();
  }

  @ParameterizedTest
  @ValueSource(strings = {"retyping", "error"})
  void whatIsAttachedAndWholeIsInUseAgain(String status) {
    attach();
    sql("update volume set status = '" + status + "'");
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(server.alice().statusOf(volume)).isEqualTo("in-use");
    detachAndDelete();
  }

  @Test
  void anAbandonedChangeOfTheTypeGivesBackWhatItCounted() {
    sql("update volume set status = 'retyping', retype_to = 'SAS'");
    sql(
        "insert into quota_usage (project, resource, in_use) values ('%1$s', 'volumes_SAS', 1), ('%1$s', 'gigabytes_SAS', 10)"
            .formatted(TestServer.ALICE_PROJECT));
    assertThat(operator.run("verify").exits(1).lines()).hasSize(1);
    operator.run("verify", "--repair").exits(0);
    operator.run("verify").exits(0);
    assertThat(server.alice().statusOf(volume)).isEqualTo("available");
  }

  @Test
  void whatIsAttachedAndLostCanBeDetachedAndDeleted() {
    attach();
    sql("update volume set status = 'retyping'");
    remove(file(volume));
    operator.run("verify", "--repair", "--yes").exits(0);
    assertThat(server.alice().statusOf(volume)).isEqualTo("error");
    detachAndDelete();
  }

  @Test
  void onlyAnOperatorMayRepairAndTheBodyIsChecked() {
    make(Kind.STORAGE_WITHOUT_ROW);
    var path = "/platter/v1/verify/repair";
    server.alice().post(path, "{\"delete_data\": true}").isRefusedByTheGateway(403, "APIGW.0302");
    var root = server.operator();
    root.post(path, "").isRefused(400, "EVS.1052");
    root.post(path, "{\"delete_data\": \"yes\"}").isRefused(400, "EVS.1018");
    root.post(path, "{}").is(200).hasSize("done", 0).hasSize("left", 1);
    assertThat(stray()).exists();
    root.get("/platter/v1/verify")
        .is(200)
        .hasSize("plan", 1)
        .has("plan[0].deletes_data", "true")
        .has("plan[0].possible", "true");
    root.post(path, "{\"delete_data\": true}").is(200).hasSize("done", 1).hasSize("left", 0);
    assertThat(stray()).doesNotExist();
  }

  @Test
  void jsonStandsAloneAndHasTheSameMembersWhenNothingDiffers() {
    assertThat(operator.run("verify", "--repair", "-o", "json").exits(0).json().propertyNames())
        .containsExactly("volumes", "differences", "leftovers", "foreign", "plan", "done", "left");
    make(Kind.STORAGE_WITHOUT_ROW);
    var said = operator.run("verify", "--repair", "-o", "json").exits(1);
    assertThat(said.json().path("left").get(0).path("why").asString()).contains("deletes data");
    assertThat(said.err()).contains("(waits for --yes)");
  }

  @Test
  void yesWithoutRepairIsWrongUsage() {
    operator.run("verify", "--yes").exits(2);
  }

  @Test
  void everyRepairIsLoggedWithWhoAskedForIt() {
    var logged = new ArrayList<String>();
    var handler =
        new Handler() {
          @Override
          public synchronized void publish(LogRecord record) {
            logged.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var logger = Logger.getLogger("platter.verify.Repairer");
    logger.addHandler(handler);
    logger.setLevel(Level.INFO);
    try {
      make(Kind.STORAGE_WITHOUT_ROW);
      operator.run("verify", "--repair", "--yes").exits(0);
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
    assertThat(logged)
        .singleElement()
        .asString()
        .startsWith("INFO repair, asked by user ")
        .contains("no row")
        .contains("remove its storage");
  }

  private void sql(String statement) {
    try (var db = server.database();
        var write = db.createStatement()) {
      write.executeUpdate("pragma busy_timeout = 10000");
      assertThat(write.executeUpdate(statement)).isPositive();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(String id) {
    return server.data().resolve("storage/volumes").resolve(id.substring(34)).resolve(id + ".raw");
  }

  /** Of a volume that nobody knows. */
  private Path stray() {
    return file("11111111-2222-4333-8444-5555555555" + volume.substring(34));
  }

  /** The volumes on the storage, and their sizes. */
  private Map<String, Long> sizes() {
    var sizes = new TreeMap<String, Long>();
    files()
        .forEach(
            (name, size) -> {
              if (name.endsWith(".raw")) {
                sizes.put(name, size);
              }
            });
    return sizes;
  }

  private Map<String, Long> files() {
    var files = new TreeMap<String, Long>();
    try (var all = Files.walk(server.data().resolve("storage/volumes"))) {
      for (var file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        files.put(file.getFileName().toString(), Files.size(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static void resize(Path file, long bytes) {
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
