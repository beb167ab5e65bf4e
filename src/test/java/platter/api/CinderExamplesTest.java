package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.Published;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published examples of Cinder's volume calls: what they ask is accepted, what they answer has
 * the same members of the same types.
 */
class CinderExamplesTest {
  /** Members that are null in an example and not here, each with the reason. */
  private static final Map<String, String> NOT_NULL_HERE =
      Map.of(
          ".volume.volume_image_metadata", "{} without an image, as in the list's example",
          ".volume.volume_type", "null there of a volume that a backup service restored",
          ".volume.display_description", "null there since none was given",
          ".volumes[].description", "null there since none was given",
          ".volume.updated_at", "null there since the volume is still being created");

  /** Examples that are no test, each with the reason. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "ActionUploadImage.response", "there is no image service: the action is refused",
          "ActionDetach.request", "its attachment is another cloud's: CinderVolumesTest detaches");

  private static final List<String> TESTED =
      List.of(
          "ActionAttach.request",
          "ActionExtend.request",
          "ActionReserve.request",
          "ActionSetBootable.request",
          "ActionUnreserve.request",
          "ActionUpdateReadonly.request",
          "ActionUploadImage.request",
          "CreateVolume.request",
          "CreateVolume.response",
          "CreateVolumeMetadata.request",
          "CreateVolumeMetadata.response",
          "ListExtensions.response",
          "ListVolumeMetadata.response",
          "ListVolumes.response",
          "ListVolumesDetail.response",
          "ShowVolume.response",
          "ShowVolumeMetadataKey.response",
          "ShowVolumesSummary.response",
          "UpdateVolume.request",
          "UpdateVolume.response",
          "UpdateVolumeMetadata.request",
          "UpdateVolumeMetadata.response",
          "UpdateVolumeMetadataKey.request",
          "UpdateVolumeMetadataKey.response");

  private static TestServer server;
  private static Client alice;

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of("zones", "az-dc-1")).run();
    alice = server.alice();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String text(String version, String example) {
    return Published.text("cinder" + version + example);
  }

  private static void assertShape(Answer ours, String version, String example) {
    assertShape(ours.json(), Json.read(text(version, example)), "");
  }

  private static void assertShape(JsonNode ours, JsonNode example, String at) {
    if (example.isNull()) {
      assertThat(ours.isNull() || NOT_NULL_HERE.containsKey(at)).as(at + " " + ours).isTrue();
      return;
    }
    assertThat(ours.getNodeType()).as("type of %s", at).isEqualTo(example.getNodeType());
    if (example.isArray() && !example.isEmpty()) {
      assertThat(ours).as(at).isNotEmpty();
      ours.forEach(element -> assertShape(element, example.get(0), at + "[]"));
    } else if (example.isObject() && !at.endsWith(".metadata")) {
      assertThat(new TreeSet<>(ours.propertyNames()))
          .as("members of %s", at)
          .isEqualTo(new TreeSet<>(example.propertyNames()));
      ours.properties()
          .forEach(m -> assertShape(m.getValue(), example.get(m.getKey()), at + "." + m.getKey()));
    } else if (example.isObject()) {
      ours.properties().forEach(m -> assertThat(m.getValue().isString()).as(at).isTrue());
    }
  }

  private static String volumes(String version) {
    return "/" + version.toLowerCase(Locale.ROOT) + "/{project_id}/volumes";
  }

  /** The example's volume, without the image. */
  private static Answer created(String version) {
    var wanted = Json.read(text(version, "CreateVolume.request"));
    ((ObjectNode) wanted.get("volume")).remove("imageRef");
    return alice
        .post(volumes(version), new String(Json.write(wanted), StandardCharsets.UTF_8))
        .is(202);
  }

  /** One that is available. */
  private static String volume(String version) {
    var id = created(version).text("volume.id");
    Awaitility.await().until(() -> alice.statusOf(id).equals("available"));
    return volumes(version) + "/" + id;
  }

  @Test
  void everyExampleOfAVolumeCallIsTestedOrSaysWhyNot() {
    var found = new TreeSet<String>();
    Published.names().stream()
        .filter(name -> name.startsWith("cinderV"))
        .filter(name -> name.contains("Volume") || name.contains("Action") || name.contains("Ext"))
        .filter(name -> !name.contains("Transfer") && !name.contains("Type"))
        .forEach(name -> found.add(name.replaceAll("cinderV[123]", "")));
    var known = new TreeSet<>(TESTED);
    known.addAll(LEFT_OUT.keySet());
    assertThat(known).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "V3"})
  void aVolumeIsCreatedAndUpdated(String version) {
    var answer = created(version);
    assertShape(answer, version, "CreateVolume.response");
    answer.has("volume.status", "creating").hasNull("volume.updated_at");
    var volume = volume(version);
    var update = alice.put(volume, text(version, "UpdateVolume.request")).is(200);
    assertShape(update, version, "UpdateVolume.response");
    update.has("volume.name", "test_volume").has("volume.description", "test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "V3"})
  void aVolumeWithTheImageOfTheExampleIsRefusedSinceThereAreNoImages(String version) {
    alice.post(volumes(version), text(version, "CreateVolume.request")).is(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "V3"})
  void volumesAreShownAndListed(String version) {
    var volume = volume(version);
    volume(version); // so that the list has a next page
    assertShape(alice.get(volume).is(200), version, "ShowVolume.response");
    assertShape(alice.get(volumes(version) + "?limit=1").is(200), version, "ListVolumes.response");
    assertShape(
        alice.get(volumes(version) + "/detail?limit=1").is(200),
        version,
        "ListVolumesDetail.response");
    assertShape(
        alice.get(volumes(version).replace("volumes", "extensions")).is(200),
        version,
        "ListExtensions.response");
  }

  @Test
  void theSummaryAndTheFirstVersionHaveTheirMembers() {
    var volume = volume("V3");
    var summary = alice.get(volumes("V3") + "/summary").is(200);
    assertThat(summary.json().propertyNames()).containsExactly("volume-summary");
    assertThat(summary.at("volume-summary").propertyNames())
        .containsExactly("total_size", "total_count", "metadata");
    assertShape(alice.get(volume.replace("/v3/", "/v1/")).is(200), "V1", "ShowVolume.response");
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "V3"})
  void metadataIsChanged(String version) {
    var metadata = volume(version) + "/metadata";
    var created = alice.post(metadata, text(version, "CreateVolumeMetadata.request")).is(200);
    assertShape(created, version, "CreateVolumeMetadata.response");
    assertShape(alice.get(metadata).is(200), version, "ListVolumeMetadata.response");
    var updated = alice.put(metadata, text(version, "UpdateVolumeMetadata.request")).is(200);
    assertThat(updated.json()).isEqualTo(Json.read(text(version, "UpdateVolumeMetadata.response")));
    assertThat(alice.get(metadata + "/key1").is(200).json())
        .isEqualTo(Json.read(text(version, "ShowVolumeMetadataKey.response")));
    var set = alice.put(metadata + "/key1", text(version, "UpdateVolumeMetadataKey.request"));
    assertThat(set.is(200).json())
        .isEqualTo(Json.read(text(version, "UpdateVolumeMetadataKey.response")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "V3"})
  void actionsAreDone(String version) {
    var volume = volume(version);
    var action = volume + "/action";
    alice.post(action, text(version, "ActionSetBootable.request")).is(200);
    alice.post(action, text(version, "ActionUpdateReadonly.request")).is(202);
    alice.post(action, text(version, "ActionReserve.request")).is(202);
    alice.post(action, text(version, "ActionUnreserve.request")).is(202);
    alice
        .post(action, text(version, "ActionUploadImage.request"))
        .is(400)
        .has("badRequest.code", "400");
    alice.post(action, text(version, "ActionExtend.request")).is(202);
    Awaitility.await().until(() -> alice.get(volume).at("volume.size").intValue() == 100);
  }

  @Test
  void aServerIsAttached() {
    var volume = volume("V2");
    alice.post(volume + "/action", text("V2", "ActionAttach.request")).is(202);
    alice
        .get(volume)
        .has("volume.status", "in-use")
        .has("volume.attachments[0].device", "/dev/vdc")
        .has("volume.attachments[0].server_id", "95D9EF50-507D-11E5-B970-0800200C9A66");
  }
}
