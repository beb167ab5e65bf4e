package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;
import platter.type.VolumeType;

/** Cinder's {@code /v2|v3/{project_id}/volumes}. */
class CinderVolumesTest {
  private static final String VOLUMES = "/v3/{project_id}/volumes";
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  private static final String SERVER = "11111111-0000-4000-8000-000000000001";
  private static final String OTHER_SERVER = "11111111-0000-4000-8000-000000000002";

  private TestServer server = TestServer.with(Map.of("zones", "az1,az2")).run();
  private Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private void startAgain(TestServer other) {
    server.close();
    server = other.run();
    alice = server.alice();
  }

  private Answer create(String members) {
    return alice.post(VOLUMES, "{\"volume\": {" + members + "}}");
  }

  /** One that is available. */
  private String volume(String members) {
    var id = create(members).is(202).text("volume.id");
    becomes(id, "available");
    return id;
  }

  private void becomes(String id, String status) {
    Awaitility.await(id)
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> show(id).is(200).text("volume.status").equals(status));
  }

  private Answer show(String id) {
    return alice.get(VOLUMES + "/" + id);
  }

  private Answer act(String id, String action) {
    return alice.post(VOLUMES + "/" + id + "/action", action);
  }

  private Answer attach(String id, String attachTo) {
    return act(
        id,
        "{\"os-attach\": {\"instance_uuid\": \"%s\", \"mountpoint\": \"/dev/vdb\"}}"
            .formatted(attachTo));
  }

  private static void refused(Answer answer, int status, String key, String code) {
    answer.is(status);
    assertThat(answer.json().propertyNames()).as(answer.body()).containsExactly(key);
    assertThat(answer.at(key + ".code").intValue()).isEqualTo(status);
    assertThat(answer.text(key + ".message")).isNotEmpty();
    assertThat(answer.header("X-Platter-Detail")).contains(code);
  }

  private static List<String> names(Answer list) {
    return list.is(200).at("volumes").valueStream().map(v -> v.get("name").asString()).toList();
  }

  private Answer versioned(String path, String version) {
    return alice.call("GET", path, "", Map.of("OpenStack-API-Version", version));
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  // create, show, delete

  @Test
  void aCreateAnswersAtOnceAndTheVolumeBecomesAvailable() {
    var answer = create("\"size\": 1, \"name\": \"small\"").is(202);
    answer.has("volume.status", "creating").hasNull("volume.updated_at").has("volume.size", "1");
    var id = answer.text("volume.id");
    becomes(id, "available");
    show(id)
        .has("volume.name", "small")
        .has("volume.availability_zone", "az1")
        .has("volume.volume_type", "SSD")
        .has("volume.bootable", "false")
        .hasNull("volume.description")
        .has("volume.os-vol-tenant-attr:tenant_id", TestServer.ALICE_PROJECT)
        .has(
            "volume.links[0].href",
            server.endpoint() + "/v3/" + TestServer.ALICE_PROJECT + "/volumes/" + id)
        .has(
            "volume.links[1].href",
            server.endpoint() + "/" + TestServer.ALICE_PROJECT + "/volumes/" + id);
    assertThat(show(id).text("volume.created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    alice.get("/v2/{project_id}/cloudvolumes/" + id).is(200).has("volume.size", "1");
    nothingDiffers();
  }

  @Test
  void aJobRunsBehindEachCall() {
    var id = volume("\"size\": 1");
    act(id, "{\"os-extend\": {\"new_size\": 2}}").is(202);
    becomes(id, "available");
    alice.delete(VOLUMES + "/" + id).is(202);
    gone(id);
    var jobs = alice.get("/platter/v1/{project_id}/jobs?volume=" + id).is(200);
    assertThat(jobs.at("jobs").valueStream().map(job -> job.get("job_type").asString()))
        .containsExactly("deleteVolume", "extendVolume", "createVolume");
    nothingDiffers();
  }

  private void gone(String id) {
    Awaitility.await(id)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> show(id).status() == 404);
  }

  @Test
  void theZoneAndTheTypeMayBeNamedTheTypeAlsoByItsId() {
    var id = volume("\"size\": 1, \"availability_zone\": \"az2\", \"volume_type\": \"SAS\"");
    show(id).has("volume.availability_zone", "az2").has("volume.volume_type", "SAS");
    var byId = volume("\"size\": 1, \"volume_type\": \"" + VolumeType.SAS.id() + "\"");
    show(byId).has("volume.volume_type", "SAS");
  }

  @Test
  void aCountMakesSoManyAndTheAnswerShowsTheFirst() {
    var answer = create("\"size\": 1, \"name\": \"n\", \"count\": 3").is(202);
    answer.has("volume.name", "n-0001");
    becomes(answer.text("volume.id"), "available");
    assertThat(names(alice.get(VOLUMES + "?sort_dir=asc")))
        .containsExactly("n-0001", "n-0002", "n-0003");
  }

  @Test
  void unknownMembersAndNullsAreOverlooked() {
    volume(
        """
        "size": 1, "image_id": "x", "disaster_recovery_azs": ["az2"], "project_id": null,
        "snapshot_id": null, "source_volid": null, "imageRef": null, "metadata": null,
        "consistencygroup_id": null, "name": null, "multiattach": false\
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"size\": 0' | EVS.1010",
        "'\"size\": 32769' | EVS.1010",
        "'\"size\": \"1\"' | EVS.1018",
        "'\"name\": \"x\"' | EVS.1010",
        "'\"size\": 1, \"availability_zone\": \"az9\"' | EVS.1036",
        "'\"size\": 1, \"volume_type\": \"FLOPPY\"' | EVS.1020",
        "'\"size\": 1, \"count\": 0' | EVS.1021",
        "'\"size\": 1, \"metadata\": {\"k\": 1}' | EVS.1018",
        "'\"size\": 1, \"metadata\": {\"\": \"v\"}' | EVS.1005",
        "'\"size\": 1, \"metadata\": {\"__system__encrypted\": \"1\"}' | EVS.2041",
        "'\"size\": 1, \"imageRef\": \"00000000-0000-4000-8000-000000000000\"' | EVS.2046",
        "'\"size\": 1, \"imageRef\": \"a\", \"snapshot_id\": \"b\"' | EVS.1016",
        "'\"size\": 1, \"source_volid\": \"00000000-0000-4000-8000-000000000000\"' | EVS.1009",
        "'\"size\": 1, \"consistencygroup_id\": \"x\"' | EVS.1009",
        "'\"size\": 10, \"iops\": 3000' | EVS.1009",
      })
  void whatCannotBeMadeIsRefused(String members, String code) {
    refused(create(members), 400, "badRequest", code);
    assertThat(names(alice.get(VOLUMES))).isEmpty();
  }

  @Test
  void beyondTheQuotaIsOverLimit() {
    startAgain(TestServer.with(Map.of("quota_volumes", "2", "quota_gigabytes", "10")));
    var id = volume("\"size\": 4");
    refused(create("\"size\": 7"), 413, "overLimit", "EVS.5413");
    refused(act(id, "{\"os-extend\": {\"new_size\": 11}}"), 413, "overLimit", "EVS.5413");
    volume("\"size\": 1");
    refused(create("\"size\": 1"), 413, "overLimit", "EVS.5413");
    var limits = alice.get("/v3/{project_id}/limits").is(200);
    limits
        .has("limits.absolute.maxTotalVolumes", "2")
        .has("limits.absolute.maxTotalVolumeGigabytes", "10")
        .has("limits.absolute.totalVolumesUsed", "2")
        .has("limits.absolute.totalGigabytesUsed", "5")
        .hasSize("limits.rate", 0);
    nothingDiffers();
  }

  @Test
  void theSameCallUnderTheSameNameAnswersTheSame() {
    var named = Map.of("Idempotency-Key", "once");
    var body = "{\"volume\": {\"size\": 1, \"name\": \"once\"}}";
    var first = alice.call("POST", VOLUMES, body, named).is(202);
    becomes(first.text("volume.id"), "available");
    assertThat(alice.call("POST", VOLUMES, body, named).is(202).body()).isEqualTo(first.body());
    assertThat(names(alice.get(VOLUMES))).containsExactly("once");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (var id : List.of(UNKNOWN, "no-id-at-all")) {
      refused(show(id), 404, "itemNotFound", "EVS.5404");
      assertThat(show(id).text("itemNotFound.message"))
          .isEqualTo("Volume " + id + " could not be found.");
      refused(alice.delete(VOLUMES + "/" + id), 404, "itemNotFound", "EVS.5404");
      refused(
          alice.put(VOLUMES + "/" + id, "{\"volume\": {\"name\": \"x\"}}"),
          404,
          "itemNotFound",
          "EVS.5404");
      refused(act(id, "{\"os-reserve\": {}}"), 404, "itemNotFound", "EVS.5404");
      refused(alice.get(VOLUMES + "/" + id + "/metadata"), 404, "itemNotFound", "EVS.5404");
      refused(alice.get("/v1/{project_id}/volumes/" + id), 404, "itemNotFound", "EVS.5404");
    }
  }

  @Test
  void aForeignProjectLearnsNothing() {
    var id = volume("\"size\": 1, \"metadata\": {\"k\": \"v\"}");
    var bob = server.bob();
    var known = VOLUMES + "/" + id;
    var unknown = VOLUMES + "/" + UNKNOWN;
    for (var suffix : List.of("", "/metadata", "/metadata/k")) {
      assertThat(bob.get(known + suffix).is(404).body().replace(id, ""))
          .isEqualTo(bob.get(unknown + suffix).is(404).body().replace(UNKNOWN, ""));
    }
    bob.delete(known).is(404);
    bob.post(known + "/action", "{\"os-reserve\": null}").is(404);
    bob.put(known + "/metadata/k", "{\"meta\": {\"k\": \"stolen\"}}").is(404);
    bob.put(known, "{\"volume\": {\"name\": \"stolen\"}}").is(404);
    assertThat(bob.get(VOLUMES).is(200).at("volumes")).isEmpty();
    refused(
        bob.get("/v3/" + TestServer.ALICE_PROJECT + "/volumes/" + id),
        400,
        "badRequest",
        "EVS.0001");
    show(id).has("volume.metadata.k", "v").has("volume.name", "");
  }

  @Test
  void anInUseVolumeIsNotDeleted() {
    var id = volume("\"size\": 1");
    attach(id, SERVER).is(202);
    refused(alice.delete(VOLUMES + "/" + id), 400, "badRequest", "EVS.1046");
    refused(alice.delete(VOLUMES + "/" + id + "?cascade=maybe"), 400, "badRequest", "EVS.1070");
    act(id, "{\"os-detach\": {}}").is(202);
    alice.delete(VOLUMES + "/" + id + "?cascade=true").is(202);
    gone(id);
  }

  // update and metadata

  @Test
  void anUpdateChangesWhatItNames() {
    var id = volume("\"size\": 1, \"name\": \"a\", \"metadata\": {\"old\": \"1\"}");
    update(id, "\"display_name\": \"b\", \"description\": \"d\"")
        .is(200)
        .has("volume.name", "b")
        .has("volume.description", "d")
        .has("volume.metadata.old", "1");
    update(id, "\"metadata\": {\"new\": \"2\"}").is(200).has("volume.name", "b");
    assertThat(show(id).at("volume.metadata").propertyNames()).containsExactly("new");
    refused(update(id, ""), 400, "badRequest", "EVS.1007");
    refused(
        update(id, "\"name\": \"c\", \"metadata\": {\"readonly\": \"True\"}"),
        400,
        "badRequest",
        "EVS.2047");
    show(id).has("volume.name", "b");
    refused(alice.put(VOLUMES + "/" + id, "{}"), 400, "badRequest", "EVS.1001");
    refused(update(id, "\"name\": \"" + "x".repeat(256) + "\""), 400, "badRequest", "EVS.1003");
  }

  private Answer update(String id, String members) {
    return alice.put(VOLUMES + "/" + id, "{\"volume\": {" + members + "}}");
  }

  @Test
  void metadataIsAddedReplacedAndRemoved() {
    var id = volume("\"size\": 1, \"metadata\": {\"a\": \"1\", \"hw:passthrough\": \"true\"}");
    var metadata = VOLUMES + "/" + id + "/metadata";
    var merged = alice.post(metadata, "{\"metadata\": {\"b\": \"2\", \"a\": \"3\"}}").is(200);
    merged.has("metadata.a", "3").has("metadata.b", "2").has("metadata.hw:passthrough", "true");
    alice.put(metadata, "{\"metadata\": {\"c/d e\": \"4\"}}").is(200);
    assertThat(alice.get(metadata).is(200).at("metadata").propertyNames())
        .containsExactly("c/d e", "hw:passthrough");
    assertThat(alice.get(metadata + "/c%2Fd%20e").is(200).at("meta").get("c/d e").asString())
        .isEqualTo("4");
    alice.put(metadata + "/x", "{\"meta\": {\"x\": \"5\"}}").is(200).has("meta.x", "5");
    assertThat(alice.delete(metadata + "/x").is(200).body()).isEmpty();
    refused(alice.delete(metadata + "/x"), 404, "itemNotFound", "EVS.5404");
    refused(alice.get(metadata + "/x"), 404, "itemNotFound", "EVS.5404");
    refused(alice.delete(metadata + "/hw:passthrough"), 400, "badRequest", "EVS.2047");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST || '{}' | EVS.1052",
        "POST || '{\"metadata\": null}' | EVS.1052",
        "POST || '[]' | EVS.1018",
        "POST || '{\"metadata\": {\"k\": null}}' | EVS.1018",
        "POST || '{\"metadata\": {\"\": \"v\"}}' | EVS.1005",
        "PUT || '{\"metadata\": {\"__system__cmkid\": \"v\"}}' | EVS.2047",
        "PUT || '{\"metadata\": {\"readonly\": \"False\"}}' | EVS.2047",
        "POST || '{\"metadata\": {\"readonly\": \"\"}}' | EVS.2047",
        "PUT | /orderID | '{\"meta\": {\"orderID\": \"\"}}' | EVS.2047",
        "PUT | /k | '{\"meta\": {\"other\": \"v\"}}' | EVS.5400",
        "PUT | /k | '{\"meta\": {\"k\": \"v\", \"other\": \"v\"}}' | EVS.5400",
        "PUT | /k | '{\"metadata\": {\"k\": \"v\"}}' | EVS.1052",
      })
  void badMetadataIsRefusedAndChangesNothing(
      String method, String suffix, String body, String code) {
    var id = volume("\"size\": 1, \"metadata\": {\"k\": \"1\"}");
    var path = VOLUMES + "/" + id + "/metadata" + (suffix == null ? "" : suffix);
    refused(alice.call(method, path, body, Map.of()), 400, "badRequest", code);
    assertThat(show(id).at("volume.metadata").propertyNames()).containsExactly("k");
    show(id).has("volume.metadata.k", "1");
  }

  // actions

  @Test
  void anExtendGrowsTheVolume() {
    var id = volume("\"size\": 1");
    act(id, "{\"os-extend\": {\"new_size\": 3}}").is(202);
    becomes(id, "available");
    show(id).has("volume.size", "3");
    refused(act(id, "{\"os-extend\": {\"new_size\": 3}}"), 400, "badRequest", "EVS.1015");
    refused(act(id, "{\"os-extend\": {}}"), 400, "badRequest", "EVS.1011");
    nothingDiffers();
  }

  @Test
  void flagsAreSet() {
    var id = volume("\"size\": 1");
    assertThat(act(id, "{\"os-set_bootable\": {\"bootable\": true}}").is(200).body()).isEmpty();
    show(id).has("volume.bootable", "true");
    alice.get("/v2/{project_id}/cloudvolumes/" + id).has("volume.bootable", "true");
    act(id, "{\"os-update_readonly_flag\": {\"readonly\": true}}").is(202);
    show(id).has("volume.metadata.readonly", "True");
    refused(attach(id, SERVER), 400, "badRequest", "EVS.1070");
    act(id, "{\"os-update_readonly_flag\": {\"readonly\": false}}").is(202);
    show(id).has("volume.metadata.readonly", "False");
    attach(id, SERVER).is(202);
    refused(
        act(id, "{\"os-update_readonly_flag\": {\"readonly\": true}}"),
        400,
        "badRequest",
        "EVS.5400");
  }

  @Test
  void aReservedVolumeIsAttachingUntilItIsGivenBack() {
    var id = volume("\"size\": 1");
    refused(act(id, "{\"os-unreserve\": {}}"), 400, "badRequest", "EVS.5400");
    act(id, "{\"os-reserve\": null}").is(202);
    show(id).has("volume.status", "attaching");
    refused(act(id, "{\"os-reserve\": {}}"), 400, "badRequest", "EVS.5400");
    refused(alice.delete(VOLUMES + "/" + id), 400, "badRequest", "EVS.1046");
    act(id, "{\"os-unreserve\": {}}").is(202);
    show(id).has("volume.status", "available");
    nothingDiffers();
  }

  @Test
  void anAttachedVolumeIsInUseAndBothFacesShowWhere() {
    var id = volume("\"size\": 1");
    act(id, "{\"os-reserve\": {}}").is(202);
    attach(id, SERVER).is(202);
    for (var face : List.of("volumes/", "cloudvolumes/")) {
      var shown = alice.get("/v2/{project_id}/" + face + id).is(200);
      shown
          .has("volume.status", "in-use")
          .has("volume.attachments[0].server_id", SERVER)
          .has("volume.attachments[0].device", "/dev/vdb")
          .has("volume.attachments[0].volume_id", id)
          .has("volume.attachments[0].id", id)
          .hasNull("volume.attachments[0].host_name")
          .has("volume.metadata.attached_mode", "rw")
          .has("volume.metadata.readonly", "False");
    }
    assertThat(
            alice
                .get("/v2/{project_id}/cloudvolumes/detail?server_id=" + SERVER)
                .is(200)
                .at("count")
                .intValue())
        .isEqualTo(1);
    refused(attach(id, OTHER_SERVER), 400, "badRequest", "EVS.5400");
    refused(
        act(id, "{\"os-detach\": {\"attachment_id\": \"" + UNKNOWN + "\"}}"),
        404,
        "itemNotFound",
        "EVS.5404");
    var attachment = show(id).text("volume.attachments[0].attachment_id");
    act(id, "{\"os-detach\": {\"attachment_id\": \"" + attachment + "\"}}").is(202);
    show(id).has("volume.status", "available").hasSize("volume.attachments", 0);
    assertThat(show(id).at("volume.metadata").propertyNames()).containsExactly("readonly");
    refused(act(id, "{\"os-detach\": {}}"), 400, "badRequest", "EVS.5400");
    nothingDiffers();
  }

  @Test
  void anAttachedVolumeGrowsAndStaysAttachedAlsoAfterARestart() {
    var id = volume("\"size\": 1");
    attach(id, SERVER).is(202);
    act(id, "{\"os-extend\": {\"new_size\": 2}}").is(202);
    becomes(id, "in-use");
    server.stop();
    server.run();
    alice = server.alice();
    show(id)
        .has("volume.status", "in-use")
        .has("volume.size", "2")
        .hasSize("volume.attachments", 1);
  }

  @Test
  void aSharedVolumeIsAttachedToManyServersAndAvailableAfterTheLast() {
    var id = volume("\"size\": 1, \"multiattach\": true");
    attach(id, SERVER).is(202);
    refused(attach(id, SERVER), 400, "badRequest", "EVS.5400");
    act(id, "{\"os-reserve\": {}}").is(202);
    act(id, "{\"os-unreserve\": {}}").is(202);
    show(id).has("volume.status", "in-use");
    attach(id, OTHER_SERVER).is(202);
    show(id).hasSize("volume.attachments", 2).has("volume.attachments[1].server_id", OTHER_SERVER);
    refused(act(id, "{\"os-detach\": {}}"), 400, "badRequest", "EVS.1070");
    for (int left = 2; left > 0; left--) {
      show(id).has("volume.status", "in-use").hasSize("volume.attachments", left);
      var attachment = show(id).text("volume.attachments[0].attachment_id");
      act(id, "{\"os-detach\": {\"attachment_id\": \"" + attachment + "\"}}").is(202);
    }
    show(id).has("volume.status", "available");
  }

  @Test
  void ofManyServersThatAttachAtOnceOneGetsTheVolume() throws Exception {
    var id = volume("\"size\": 1");
    var answers = new ArrayList<Future<Answer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        var each = SERVER.substring(0, 35) + i;
        answers.add(threads.submit(() -> attach(id, each)));
      }
    }
    int accepted = 0;
    for (var answer : answers) {
      accepted += answer.get().status() == 202 ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(1);
    show(id).hasSize("volume.attachments", 1);
  }

  @Test
  void aVolumeWhoseExtensionFailedWhileInUseIsDetachedBeforeItIsDeleted() {
    var gates = new ArrayList<GatedDriver>();
    startAgain(
        TestServer.with(Map.of("step_deadline", "300ms"))
            .aroundDriver(
                real -> {
                  gates.add(new GatedDriver(real));
                  return gates.getLast();
                }));
    var id = volume("\"size\": 1");
    attach(id, SERVER).is(202);
    gates.getLast().breakDown(id);
    act(id, "{\"os-extend\": {\"new_size\": 2}}").is(202);
    becomes(id, "error_extending");
    gates.getLast().mend(id);
    refused(alice.delete(VOLUMES + "/" + id), 400, "badRequest", "EVS.1046");
    act(id, "{\"os-detach\": {}}").is(202);
    show(id).has("volume.status", "error_extending").hasSize("volume.attachments", 0);
    alice.delete(VOLUMES + "/" + id).is(202);
    gone(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"os-retype\": {\"new_type\": \"SAS\"}}",
        "{\"os-reset_status\": {\"status\": \"available\"}}",
        "{\"os-force_delete\": {}}",
        "{\"os-begin_detaching\": {}}",
        "{\"os-volume_upload_image\": {\"image_name\": \"x\"}}",
        "{\"os-reserve\": {}, \"os-unreserve\": {}}",
        "{\"os-set_bootable\": {}}",
        "{\"os-set_bootable\": {\"bootable\": \"yes\"}}",
        "{\"os-update_readonly_flag\": {}}",
        "{\"os-attach\": {}}",
        "{\"os-attach\": {\"instance_uuid\": \"11111111-0000-4000-8000-000000000001\"}}",
        "{\"os-attach\": {\"instance_uuid\": \"x\", \"mountpoint\": \"/dev/vdb\"}}",
        "{\"os-attach\": {\"instance_uuid\": \"11111111-0000-4000-8000-000000000001\","
            + " \"mountpoint\": \"/dev/vdb\", \"mode\": \"wr\"}}",
        "{\"os-attach\": {\"instance_uuid\": \"11111111-0000-4000-8000-000000000001\","
            + " \"mountpoint\": \"\\u001f\"}}",
        "{\"os-detach\": 1}",
        "[]",
        "{",
      })
  void whatIsNoActionIsRefusedAndChangesNothing(String body) {
    var id = volume("\"size\": 1");
    var before = show(id).body();
    act(id, body).is(400);
    assertThat(act(id, body).json().propertyNames()).containsExactly("badRequest");
    assertThat(show(id).body()).isEqualTo(before);
  }

  // lists

  @Test
  void aListGoesFromPageToPage() {
    create("\"size\": 1, \"name\": \"p\", \"count\": 5").is(202);
    var seen = new ArrayList<String>();
    var path = VOLUMES + "?limit=2&sort_key=created_at&sort_dir=asc";
    for (int pages = 0; pages < 3; pages++) {
      var page = alice.get(path).is(200);
      seen.addAll(names(page));
      if (pages < 2) {
        page.has("volumes_links[0].rel", "next");
        var next = page.text("volumes_links[0].href");
        assertThat(next).startsWith(server.endpoint() + "/v3/" + TestServer.ALICE_PROJECT);
        path = next.substring(server.endpoint().toString().length());
      } else {
        page.hasSize("volumes_links", 0);
      }
    }
    assertThat(seen).containsExactly("p-0001", "p-0002", "p-0003", "p-0004", "p-0005");
    assertThat(names(alice.get(VOLUMES + "?offset=4&sort=created_at:asc")))
        .containsExactly("p-0005");
    assertThat(names(alice.get(VOLUMES + "/detail?offset=5"))).isEmpty();
  }

  @Test
  void aListIsFiltered() {
    volume("\"size\": 1, \"name\": \"db\", \"metadata\": {\"owner\": \"me\"}");
    volume("\"size\": 1, \"name\": \"db-2\", \"availability_zone\": \"az2\"");
    assertThat(names(alice.get(VOLUMES + "?name=db"))).containsExactly("db");
    assertThat(names(alice.get(VOLUMES + "/detail?availability_zone=az2"))).containsExactly("db-2");
    assertThat(names(alice.get(VOLUMES + "?status=error"))).isEmpty();
    assertThat(names(alice.get(VOLUMES + "?metadata=%7B%22owner%22:%22me%22%7D")))
        .containsExactly("db");
    assertThat(names(alice.get(VOLUMES + "?metadata=%7B%27owner%27:%20%27me%27%7D")))
        .containsExactly("db");
    assertThat(names(alice.get(VOLUMES + "?all_tenants=1&sort_key=size"))).hasSize(2);
    assertThat(alice.get(VOLUMES + "?name=db").at("volumes[0]").propertyNames())
        .containsExactly("id", "links", "name");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=x, EVS.5400",
    "limit=-1, EVS.5400",
    "limit=0, EVS.1023",
    "limit=1001, EVS.2142",
    "offset=x, EVS.5400",
    "marker=x, EVS.1024",
    "marker=00000000-0000-4000-8000-000000000000, EVS.1024",
    "sort_key=colour, EVS.1039",
    "sort_dir=up, EVS.1040",
    "sort=size:up, EVS.1040",
    "status=broken, EVS.1031",
    "availability_zone=az9, EVS.1041",
    "metadata=x, EVS.1058",
  })
  void aBadListIsRefused(String query, String code) {
    for (var path : List.of("/v2/{project_id}/volumes", VOLUMES + "/detail")) {
      refused(alice.get(path + "?" + query), 400, "badRequest", code);
    }
  }

  // versions

  @Test
  void theAnswerTellsItsVersion() {
    var without = alice.get(VOLUMES).is(200);
    assertThat(without.header("OpenStack-API-Version")).contains("volume 3.0");
    assertThat(without.header("Vary")).contains("OpenStack-API-Version");
    for (var version : List.of("3.0", "3.27", "3.50")) {
      assertThat(versioned(VOLUMES, "volume " + version).header("OpenStack-API-Version"))
          .contains("volume " + version);
    }
    assertThat(versioned(VOLUMES, "volume latest").header("OpenStack-API-Version"))
        .contains("volume 3.50");
    assertThat(versioned(VOLUMES, "compute 2.1,volume 3.7").header("OpenStack-API-Version"))
        .contains("volume 3.7");
    assertThat(versioned(VOLUMES, "compute 2.99").is(200).header("OpenStack-API-Version"))
        .contains("volume 3.0");
    var missing = versioned(VOLUMES + "/" + UNKNOWN, "volume 3.5").is(404);
    assertThat(missing.header("OpenStack-API-Version")).contains("volume 3.5");
    assertThat(alice.get("/v2/{project_id}/volumes").header("OpenStack-API-Version")).isEmpty();
    var headers = Map.of("OpenStack-API-Version", "volume 3.45");
    var stranger =
        Client.send("GET", server.endpoint().resolve("/v3/p/volumes"), new byte[0], headers);
    assertThat(stranger.is(401).header("OpenStack-API-Version")).as("not read").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"volume 3.51, 406", "volume 2.0, 406", "volume 4.0, 406", "volume x, 400"})
  void aVersionThatIsNotOfferedIsRefusedAndNothingIsDone(String version, int status) {
    var headers = Map.of("OpenStack-API-Version", version);
    var answer = alice.call("POST", VOLUMES, "{\"volume\": {\"size\": 1}}", headers);
    refused(
        answer,
        status,
        status == 406 ? "notAcceptable" : "badRequest",
        status == 406 ? "EVS.5406" : "EVS.1070");
    assertThat(answer.header("OpenStack-API-Version")).isEmpty();
    assertThat(names(alice.get(VOLUMES))).isEmpty();
  }

  @Test
  void theSummaryDependsOnTheVersion() {
    volume("\"size\": 1, \"metadata\": {\"k\": \"a\"}");
    volume("\"size\": 2, \"metadata\": {\"k\": \"b\"}");
    var path = VOLUMES + "/summary";
    versioned(path, "volume 3.11").is(404);
    var old = versioned(path, "volume 3.12").is(200);
    old.has("volume-summary.total_size", "3").has("volume-summary.total_count", "2");
    assertThat(old.at("volume-summary").propertyNames())
        .containsExactly("total_size", "total_count");
    var summary = versioned(path, "volume 3.36").is(200);
    summary.has("volume-summary.metadata.k[0]", "a").has("volume-summary.metadata.k[1]", "b");
    assertThat(versioned(VOLUMES + "?with_count=true", "volume 3.45").at("count").intValue())
        .isEqualTo(2);
    assertThat(versioned(VOLUMES + "?with_count=true", "volume 3.44").json().propertyNames())
        .containsExactly("volumes", "volumes_links");
  }
}
