package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code /v2/{project_id}/cloudsnapshots}, what all families share, and volumes made of snapshots.
 */
class CloudSnapshotsTest extends SnapshotCalls {
  // create, show

  @Test
  void creatingAnswersWithASnapshotThatIsCreatingAndBecomesAvailable() {
    var volume = alice.volume("db", 10);
    gate().hold();
    var answer =
        create(
                volume,
                """
                "name": "snap-001", "description": "Daily backup", "force": false, \
                "metadata": {"k": "v"}\
                """)
            .is(202)
            .has("snapshot.status", "creating")
            .has("snapshot.name", "snap-001")
            .has("snapshot.description", "Daily backup")
            .has("snapshot.volume_id", volume)
            .has("snapshot.size", "10")
            .has("snapshot.metadata.k", "v");
    assertThat(answer.at("snapshot").propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "name",
            "description",
            "status",
            "volume_id",
            "size",
            "metadata",
            "created_at",
            "updated_at");
    var id = answer.text("snapshot.id");
    show(id)
        .is(200)
        .has("snapshot.status", "creating")
        .has("snapshot.os-extended-snapshot-attributes:progress", "0%");
    gate().release();
    done(answer);
    show(id)
        .is(200)
        .has("snapshot.status", "available")
        .has("snapshot.os-extended-snapshot-attributes:progress", "100%")
        .has("snapshot.os-extended-snapshot-attributes:project_id", alice.project());
    assertThat(show(id).text("snapshot.created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    nothingDiffers();
  }

  @Test
  void itsJobTellsTheSnapshotAndTheVolume() {
    var volume = alice.volume("db", 10);
    var answer = done(create(volume, "\"name\": \"s\""));
    alice
        .job(answer.header("X-Platter-Job").orElseThrow())
        .now()
        .has("job_type", "createSnapshot")
        .has("entities.snapshot_id", answer.text("snapshot.id"))
        .has("entities.volume_id", volume)
        .has("entities.name", "s")
        .has("entities.size", "10")
        .has("entities.volume_type", "SSD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|400|EVS.5400",
        "{|400|EVS.1052",
        "[]|400|EVS.1018",
        "{}|400|EVS.5400",
        "{\"snapshot\": 1}|400|EVS.1018",
        "{\"snapshot\": {}}|400|EVS.1002",
        "{\"snapshot\": {\"volume_id\": \"x\"}}|400|EVS.1002",
        "{\"snapshot\": {\"volume_id\": 1}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"00000000-0000-4000-8000-000000000000\"}}|404|EVS.5404",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"name\": \"\\u0007\"}}|400|EVS.1003",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"description\": \"\\u0007\"}}|400|EVS.1004",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"force\": \"yes\"}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"\": \"v\"}}}|400|EVS.1005",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"k\": 1}}}|400|EVS.1018",
        "{\"snapshot\": {\"volume_id\": \"VOLUME\", \"metadata\": {\"__system__x\":"
            + " \"1\"}}}|403|EVS.5403",
      })
  void aBadCreateIsRefusedAndChangesNothing(String body, int status, String code) {
    var volume = alice.volume("db", 10);
    alice.post(ALL, body.replace("VOLUME", volume)).isRefused(status, code);
    assertThat(ids(alice.get(ALL + "/detail"))).isEmpty();
    nothingDiffers();
  }

  @Test
  void namesAndDescriptionsHave255Bytes() {
    var volume = alice.volume("db", 10);
    create(volume, "\"name\": \"%s\"".formatted("n".repeat(256))).isRefused(400, "EVS.1003");
    create(volume, "\"description\": \"%s\"".formatted("n".repeat(256))).isRefused(400, "EVS.1004");
    create(volume, "\"name\": \"%s\"".formatted("n".repeat(255))).is(202);
  }

  @Test
  void aVolumeThatIsBusyHasNoSnapshotMade() {
    var volume = alice.volume("db", 10);
    gate().hold();
    extend(volume);
    create(volume, "\"force\": true").isRefused(400, "EVS.5400");
    gate().release();
  }

  @Test
  void theSameCallUnderAKeyMakesOneSnapshot() {
    var volume = alice.volume("db", 10);
    var body = of(volume);
    var key = Map.of("Idempotency-Key", "once");
    var first = done(alice.call("POST", ALL, body, key).is(202));
    var second = alice.call("POST", ALL, body, key).is(202);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(ids(alice.get(ALL + "/detail"))).hasSize(1);
    done(alice.delete(ALL + "/" + first.text("snapshot.id")).is(202));
    assertThat(alice.call("POST", ALL, body, key).is(202).body()).isEqualTo(first.body());
    assertThat(ids(alice.get(ALL + "/detail"))).isEmpty();
  }

  @Test
  void aSnapshotThatCannotBeMadeIsInErrorAndCanBeDeleted() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    gate().breakDown(volume);
    var answer = create(volume, "").is(202);
    alice.job(job(answer)).ends("FAIL").has("error_code", "EVS.5500");
    var id = answer.text("snapshot.id");
    show(id).has("snapshot.status", "error");
    nothingDiffers();
    gate().mend(volume);
    done(retry(answer).is(202));
    show(id).has("snapshot.status", "available");
    done(alice.delete(ALL + "/" + id).is(202));
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aSnapshotHasTheSizeThatItsVolumeHadWhenItWasAskedFor() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    gate().breakDown(volume);
    var answer = create(volume, "").is(202);
    alice.job(job(answer)).ends("FAIL");
    gate().mend(volume);
    done(extend(volume));
    done(retry(answer).is(202));
    show(answer.text("snapshot.id")).has("snapshot.size", "10");
    nothingDiffers();
    var copy = createOf(answer.text("snapshot.id"), 10, "").is(202);
    done(copy);
    assertThat(read(copy.text("volume_ids[0]"), 0)).isEqualTo(OLD);
  }

  @Test
  void whereItIsCopiedNobodyBeginsToWriteMeanwhile() {
    var volume = alice.volume("db", 10);
    gate().snapshotsAreInstant(false);
    gate().hold();
    var answer = create(volume, "").is(202);
    act(volume, "{\"os-reserve\": {}}").is(400).has("badRequest.code", "400");
    act(volume, ATTACH).is(400).has("badRequest.code", "400");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    gate().snapshotsAreInstant(true);
    act(volume, ATTACH).is(202);
    gate().release();
    done(answer);
  }

  @Test
  void whereItIsCopiedAnAttachedVolumeNeedsForce() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    gate().snapshotsAreInstant(false);
    gate().breakDown(volume);
    var failed = create(volume, "").is(202);
    alice.job(job(failed)).ends("FAIL");
    gate().mend(volume);
    act(volume, ATTACH).is(202);
    create(volume, "").isRefused(400, "EVS.5400");
    alice.post(V5, of(volume)).isRefused(400, "EVS.5400");
    retry(failed).isRefused(409, "PLATTER.0003");
    show(failed.text("snapshot.id")).has("snapshot.status", "error");
    done(create(volume, "\"force\": true").is(202));
    done(
        alice
            .post(V5, "{\"snapshot\": {\"volume_id\": \"" + volume + "\", \"force\": true}}")
            .is(202));
    nothingDiffers();
  }

  @Test
  void aForeignSnapshotDoesNotExist() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    var bob = server.bob();
    var bobs = bob.volume("bobs", 10);
    for (var path : List.of(ALL, V5)) {
      bob.get(path + "/" + id).isRefused(404, "EVS.5404");
      bob.put(path + "/" + id, "{\"snapshot\": {\"name\": \"mine\"}}").isRefused(404, "EVS.5404");
      bob.delete(path + "/" + id).isRefused(404, "EVS.5404");
      bob.post(path + "/" + id + "/rollback", "{\"rollback\": {\"volume_id\": \"" + bobs + "\"}}")
          .isRefused(404, "EVS.5404");
    }
    bob.post(ALL, of(volume)).isRefused(404, "EVS.5404");
    bob.get(CINDER + "/" + id).is(404).has("itemNotFound.code", "404");
    bob.get(CINDER + "/" + id + "/metadata").is(404);
    bob.post(
            "/v2.1/{project_id}/cloudvolumes",
            """
            {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1",
            "snapshot_id": "%s"}}\
            """
                .formatted(id))
        .isRefused(400, "EVS.2045");
    assertThat(ids(bob.get(ALL + "/detail?id=" + id))).isEmpty();
    bob.get(ALL + "/detail?marker=" + id).isRefused(400, "EVS.1024");
    show(id).has("snapshot.name", "s");
  }

  @Test
  void theNumberOfSnapshotsHasAQuota() {
    startAgainWith(Map.of("quota_snapshots", "2"));
    var volume = alice.volume("db", 10);
    var first = snapshot(volume, "a");
    snapshot(volume, "b");
    create(volume, "").isRefused(413, "EVS.5413");
    alice.post(CINDER, of(volume)).is(413).has("overLimit.code", "413");
    done(alice.delete(ALL + "/" + first).is(202));
    snapshot(volume, "c");
    nothingDiffers();
  }

  // update

  @Test
  void nameAndDescriptionCanBeChanged() {
    var id = snapshot(alice.volume("db", 10), "before");
    alice
        .put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"after\", \"description\": \"d\"}}")
        .is(200)
        .has("snapshot.name", "after")
        .has("snapshot.description", "d");
    alice.put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"again\"}}").is(200);
    show(id).has("snapshot.name", "again").has("snapshot.description", "d");
    alice.put(ALL + "/" + id, "{\"snapshot\": {}}").isRefused(400, "EVS.1007");
    alice.put(ALL + "/" + id, "{}").isRefused(400, "EVS.5400");
    alice
        .put(ALL + "/" + id, "{\"snapshot\": {\"name\": \"" + "n".repeat(256) + "\"}}")
        .isRefused(400, "EVS.1003");
    alice.put(ALL + "/" + UNKNOWN, "{\"snapshot\": {\"name\": \"x\"}}").isRefused(404, "EVS.5404");
  }

  // rollback

  @Test
  void rollingBackBringsTheBytesBackAndThoseBehindAreZeros() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    write(volume, 700_000_000, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    write(volume, 5_000_000, NEW);
    done(extend(volume));
    write(volume, END + 100, NEW);
    gate().hold();
    var answer = rollback(id, volume).is(202).has("rollback.volume_id", volume);
    assertThat(alice.statusOf(volume)).isEqualTo("rollbacking");
    show(id).has("snapshot.status", "rollbacking");
    rollback(id, volume).isRefused(400, "EVS.2043");
    alice.delete(ALL + "/" + id).isRefused(400, "EVS.1047");
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.1046");
    nothingDiffers();
    gate().release();
    done(answer);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    show(id).has("snapshot.status", "available");
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(read(volume, 700_000_000)).isEqualTo(OLD);
    assertThat(read(volume, 5_000_000)).isEqualTo(zeros());
    assertThat(read(volume, END + 100)).isEqualTo(zeros());
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).has("volume.size", "20");
    nothingDiffers();
  }

  @Test
  void aBadRollbackIsRefused() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var id = snapshot(volume, "s");
    var path = ALL + "/" + id + "/rollback";
    rollback(UNKNOWN, volume).isRefused(404, "EVS.5404");
    rollback("x", volume).isRefused(404, "EVS.5404");
    rollback(id, other).isRefused(400, "EVS.1002");
    rollback(id, UNKNOWN).isRefused(400, "EVS.1002");
    alice.post(path, "{}").isRefused(400, "EVS.5400");
    alice.post(path, "{\"rollback\": {\"name\": \"db\"}}").isRefused(400, "EVS.1002");
    alice
        .post(
            path,
            "{\"rollback\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}"
                .formatted(volume, "n".repeat(256)))
        .isRefused(400, "EVS.1003");
    var backups = snapshot(volume, "autobk_snapshot_1");
    rollback(backups, volume).isRefused(400, "EVS.1070");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
  }

  @Test
  void aRollbackWaitsForNoSnapshotThatIsBeingMade() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var first = snapshot(volume, "first");
    write(volume, 0, NEW);
    gate().hold();
    var safety = create(volume, "").is(202);
    rollback(first, volume).isRefused(400, "EVS.5400");
    gate().release();
    done(safety);
    done(rollback(first, volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(OLD);
    done(rollback(safety.text("snapshot.id"), volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(NEW);
  }

  @Test
  void aRollbackThatFailsLeavesTheVolumeInErrorRollbackingUntilItIsRepeated() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    gate().breakDown(volume);
    var job = rollback(id, volume).is(202).header("X-Platter-Job").orElseThrow();
    alice.job(job).ends("FAIL").has("error_code", "EVS.5500");
    assertThat(alice.statusOf(volume)).isEqualTo("error_rollbacking");
    show(id).has("snapshot.status", "available");
    assertThat(read(volume, 0)).isEqualTo(NEW);
    nothingDiffers();
    gate().mend(volume);
    done(rollback(id, volume).is(202));
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    nothingDiffers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v3"})
  void theOlderPathsRollBackToo(String version) {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    done(
        alice
            .post(
                version + "/{project_id}/os-vendor-snapshots/" + id + "/rollback",
                "{\"rollback\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202));
    assertThat(read(volume, 0)).isEqualTo(zeros());
  }

  // delete

  @Test
  void deletingASnapshotLeavesItsVolumeAndThoseMadeOfIt() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    var made = createOf(id, 10, "").is(202);
    done(made);
    var answer = alice.delete(ALL + "/" + id).is(202);
    assertThat(answer.body()).isEmpty();
    done(answer);
    show(id).isRefused(404, "EVS.5404");
    alice.delete(ALL + "/" + id).isRefused(404, "EVS.5404");
    assertThat(read(volume, 0)).isEqualTo(OLD);
    assertThat(read(made.text("volume_ids[0]"), 0)).isEqualTo(OLD);
    nothingDiffers();
  }

  @Test
  void aSnapshotOfWhichAVolumeIsBeingMadeStays() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    gate().hold();
    var made = createOf(id, 10, "").is(202);
    alice.delete(ALL + "/" + id).isRefused(400, "EVS.1047");
    alice
        .delete("/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true")
        .isRefused(400, "EVS.1047");
    gate().release();
    done(made);
    done(alice.delete(ALL + "/" + id).is(202));
  }

  @Test
  void aSnapshotThatCannotBeDeletedIsInErrorDeletingAndMayBeDeletedAgain() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var id = snapshot(alice.volume("db", 10), "s");
    gate().breakDown(id);
    var job = alice.delete(ALL + "/" + id).is(202).header("X-Platter-Job").orElseThrow();
    alice.job(job).ends("FAIL").has("error_code", "EVS.2019");
    show(id).has("snapshot.status", "error_deleting");
    gate().mend(id);
    done(alice.delete(ALL + "/" + id).is(202));
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aVolumeWithSnapshotsGoesOnlyWithThem() {
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    var second = snapshot(volume, "t");
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.5400");
    alice
        .post(
            "/v5/{project_id}/volumes/batch-delete",
            "{\"volumes\": [{\"id\": \"" + volume + "\"}]}")
        .isRefused(400, "EVS.5400");
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    var answer = alice.delete("/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true").is(200);
    done(answer);
    show(id).isRefused(404, "EVS.5404");
    show(second).isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aBatchDeleteTakesSnapshotsAlong() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var id = snapshot(volume, "s");
    var answer =
        alice
            .post(
                "/v5/{project_id}/volumes/batch-delete",
                "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}], \"cascade\": true}"
                    .formatted(volume, other))
            .is(202);
    done(answer);
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void aCascadeThatFailsMayBeRepeated() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var volume = alice.volume("db", 10);
    var id = snapshot(volume, "s");
    gate().fasten(volume);
    var path = "/v2/{project_id}/cloudvolumes/" + volume + "?cascade=true";
    alice.job(alice.delete(path).is(200).text("job_id")).ends("FAIL");
    show(id).has("snapshot.status", "error_deleting");
    assertThat(alice.statusOf(volume)).isEqualTo("error_deleting");
    nothingDiffers();
    gate().mend(volume);
    done(alice.delete(path).is(200));
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  // volumes of snapshots

  @Test
  void aVolumeMadeOfASnapshotHasItsBytesAndZerosBehind() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    write(volume, END - OLD.length, OLD);
    var id = snapshot(volume, "s");
    write(volume, 0, NEW);
    for (var path : List.of("/v2.1", "/v2", "/v3")) {
      var answer =
          alice.post(
              path + "/{project_id}/cloudvolumes",
              """
              {"volume": {"name": "of-%s", "size": 20, "volume_type": "SSD",
              "availability_zone": "az1", "snapshot_id": "%s", "metadata": {"full_clone": "0"}}}\
              """
                  .formatted(path.substring(1), id));
      done(answer);
    }
    var made =
        alice.get("/v2/{project_id}/cloudvolumes/detail?name=of-").is(200).hasSize("volumes", 3);
    for (var one : made.at("volumes")) {
      var copy = one.get("id").asString();
      assertThat(one.get("snapshot_id").asString()).isEqualTo(id);
      assertThat(read(copy, 0)).isEqualTo(OLD);
      assertThat(read(copy, END - OLD.length)).isEqualTo(OLD);
      assertThat(read(copy, END)).isEqualTo(zeros());
    }
    assertThat(read(volume, 0)).isEqualTo(NEW);
    alice.get("/v2/{project_id}/cloudvolumes/" + volume).hasNull("volume.snapshot_id");
    nothingDiffers();
  }

  @Test
  void manyVolumesAreMadeOfOneSnapshotAtOnce() {
    var volume = alice.volume("db", 10);
    write(volume, 0, OLD);
    var id = snapshot(volume, "s");
    var answer =
        createOf(id, 10, ", \"name\": \"copy\", \"count\": 3").is(202).hasSize("volume_ids", 3);
    done(answer);
    for (var copy : answer.at("volume_ids")) {
      assertThat(read(copy.asString(), 0)).isEqualTo(OLD);
    }
    nothingDiffers();
  }

  @Test
  void aVolumeIsMadeAgainOfASnapshotThatIsThere() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var id = snapshot(alice.volume("db", 10), "s");
    var answer = failToCreateOf(id);
    gate().hold();
    var again = retry(answer).is(202);
    alice.delete(ALL + "/" + id).isRefused(400, "EVS.1047");
    gate().release();
    done(again);
    assertThat(alice.statusOf(answer.text("volume_ids[0]"))).isEqualTo("available");
    nothingDiffers();
  }

  @Test
  void aVolumeIsNotMadeAgainOfASnapshotThatIsGone() {
    startAgainWith(Map.of("step_deadline", "1s"));
    var id = snapshot(alice.volume("db", 10), "s");
    var answer = failToCreateOf(id);
    done(alice.delete(ALL + "/" + id).is(202));
    retry(answer).isRefused(409, "PLATTER.0003");
    assertThat(alice.statusOf(answer.text("volume_ids[0]"))).isEqualTo("error");
    nothingDiffers();
  }

  private Answer failToCreateOf(String snapshot) {
    gate().hold();
    var answer = createOf(snapshot, 10, "").is(202);
    gate().breakDown(answer.text("volume_ids[0]"));
    gate().release();
    alice.job(job(answer)).ends("FAIL");
    gate().mend(answer.text("volume_ids[0]"));
    return answer;
  }

  @Test
  void whatDoesNotSuitTheSnapshotIsRefused() {
    var volume = alice.volume("db", 20);
    var id = snapshot(volume, "s");
    createOf(UNKNOWN, 20, "").isRefused(400, "EVS.2045");
    createOf("x", 20, "").isRefused(400, "EVS.2045");
    createOf(id, 19, "").isRefused(400, "EVS.1010");
    createOf(id, 20, ", \"imageRef\": \"i\"").isRefused(400, "EVS.1016");
    createOf(id, 20, ", \"metadata\": {\"hw:passthrough\": \"true\"}").isRefused(400, "EVS.1043");
    createOf(id, 20, ", \"tags\": {\"\": \"v\"}").isRefused(400, "EVS.1062");
    var body =
        """
        {"volume": {"size": 20, "volume_type": "%s", "availability_zone": "%s", "snapshot_id": "%s"}}\
        """;
    alice
        .post("/v2.1/{project_id}/cloudvolumes", body.formatted("SSD", "az2", id))
        .isRefused(400, "EVS.2054");
    alice
        .post("/v2.1/{project_id}/cloudvolumes", body.formatted("SAS", "az1", id))
        .isRefused(400, "EVS.2096")
        .has("error.message", "Target volumeType[SAS] is not matched with snapshot[" + id + "] !");
    gate().hold();
    var busy = create(volume, "").is(202);
    createOf(busy.text("snapshot.id"), 20, "").isRefused(400, "EVS.2043");
    gate().release();
    done(busy);
    alice.get("/v2/{project_id}/cloudvolumes/detail").hasSize("volumes", 1);
    nothingDiffers();
  }

  // list

  @Test
  void listsAreFilteredAndPaged() {
    var volume = alice.volume("db", 10);
    var other = alice.volume("other", 10);
    var a = snapshot(volume, "a");
    var b = snapshot(volume, "b");
    var c = snapshot(other, "ab");
    var list = ALL + "/detail";
    assertThat(ids(alice.get(list))).containsExactly(c, b, a);
    assertThat(ids(alice.get(list + "?sort_key=created_at&sort_dir=asc"))).containsExactly(a, b, c);
    assertThat(ids(alice.get(list + "?name=a"))).containsExactly(a);
    assertThat(ids(alice.get(list + "?volume_id=" + volume))).containsExactly(b, a);
    assertThat(ids(alice.get(list + "?status=available"))).hasSize(3);
    assertThat(ids(alice.get(list + "?status=error"))).isEmpty();
    assertThat(ids(alice.get(list + "?availability_zone=az1"))).hasSize(3);
    assertThat(ids(alice.get(list + "?availability_zone=az2"))).isEmpty();
    assertThat(ids(alice.get(list + "?id=" + a + "&id=" + c))).containsExactly(c, a);
    assertThat(ids(alice.get(list + "?service_type=EVS"))).hasSize(3);
    assertThat(ids(alice.get(list + "?service_type=DSS"))).isEmpty();
    assertThat(ids(alice.get(list + "?dedicated_storage_id=x"))).isEmpty();
    assertThat(ids(alice.get(list + "?enterprise_project_id=all_granted_eps"))).hasSize(3);
    assertThat(ids(alice.get(list + "?offset=3"))).isEmpty();
    var page = alice.get(list + "?limit=2&volume_id=" + volume + "&name=b").is(200);
    page.has("count", "1").hasSize("snapshots_links", 0);
    var first = alice.get(list + "?limit=2").is(200).has("count", "3").hasSize("snapshots", 2);
    first.has("snapshots_links[0].rel", "next");
    var next = first.text("snapshots_links[0].href");
    assertThat(next).endsWith("/detail?limit=2&marker=" + b);
    assertThat(ids(alice.get(next.substring(next.indexOf("/v2/"))))).containsExactly(a);
    first
        .has("snapshots[0].service_type", "EVS")
        .hasNull("snapshots[0].dedicated_storage_id")
        .hasNull("snapshots[0].dedicated_storage_name");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0,EVS.1023",
    "limit=x,EVS.1023",
    "limit=1001,EVS.2142",
    "offset=x,EVS.5400",
    "offset=-1,EVS.5400",
    "marker=x,EVS.1024",
    "marker=00000000-0000-4000-8000-000000000000,EVS.1024",
    "status=gone,EVS.1031",
    "sort_key=name,EVS.1039",
    "sort_dir=up,EVS.1040",
    "availability_zone=az9,EVS.1041",
    "service_type=x,EVS.1070",
  })
  void aBadFilterIsRefused(String query, String code) {
    alice.get(ALL + "/detail?" + query).isRefused(400, code);
    alice
        .get(V5 + "/detail?" + query.replace("service_type", "snapshot_type"))
        .isRefused(400, code);
  }
}
