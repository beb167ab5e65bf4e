package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cinder's {@code /v2|v3/{project_id}/snapshots}. */
class CinderSnapshotsTest extends SnapshotCalls {
  @ParameterizedTest
  @ValueSource(strings = {"/v2/{project_id}/snapshots", "/v3/{project_id}/snapshots"})
  void cinderShowsTheSameSnapshots(String path) {
    var volume = alice.volume("db", 10);
    var answer =
        alice
            .post(
                path,
                """
                {"snapshot": {"name": "snap-001", "description": "Daily backup",
                "volume_id": "%s", "force": false, "metadata": {}}}\
                """
                    .formatted(volume))
            .is(202)
            .has("snapshot.size", "10")
            .has("snapshot.name", "snap-001");
    var id = answer.text("snapshot.id");
    Awaitility.await()
        .until(() -> alice.get(path + "/" + id).text("snapshot.status").equals("available"));
    alice
        .get(path + "/" + id)
        .is(200)
        .has("snapshot.os-extended-snapshot-attributes:progress", "100%")
        .has("snapshot.os-extended-snapshot-attributes:project_id", alice.project());
    assertThat(alice.get(path + "/" + id).text("snapshot.user_id")).hasSize(32);
    show(id).has("snapshot.name", "snap-001");
    alice.get(path).is(200).has("count", "1").hasSize("snapshots", 1);
    alice.get(path + "/detail").is(200).has("snapshots[0].id", id);
    assertThat(alice.get(path + "/detail").json().has("count")).isFalse();
    alice
        .put(path + "/" + id, "{\"snapshot\": {\"name\": \"other\"}}")
        .is(200)
        .has("snapshot.name", "other");
    var gone = alice.delete(path + "/" + id).is(202);
    assertThat(gone.body()).isEmpty();
    Awaitility.await().until(() -> alice.get(path + "/" + id).status() == 404);
    alice
        .get(path + "/" + id)
        .is(404)
        .has("itemNotFound.code", "404")
        .has("itemNotFound.message", "this project has no snapshot " + id);
    alice.post(path, "{\"snapshot\": {}}").is(400).has("badRequest.code", "400");
    alice.get(path + "/x").is(404);
    alice.get(path + "?limit=x").is(400).has("badRequest.code", "400");
    nothingDiffers();
  }

  @Test
  void cinderChangesMetadata() {
    var id = snapshot(alice.volume("db", 10), "s");
    var metadata = CINDER + "/" + id + "/metadata";
    alice.get(metadata).is(200).has("metadata", "(absent)");
    alice
        .post(metadata, "{\"metadata\": {\"key1\": \"value1\", \"key2\": \"value2\"}}")
        .is(200)
        .has("metadata.key1", "value1");
    alice.post(metadata, "{\"metadata\": {\"key2\": \"other\"}}").has("metadata.key1", "value1");
    alice.get(metadata + "/key2").is(200).has("meta.key2", "other");
    alice
        .put(metadata + "/key3", "{\"meta\": {\"key3\": \"three\"}}")
        .is(200)
        .has("meta.key3", "three");
    alice
        .put(metadata + "/key3", "{\"meta\": {\"key4\": \"x\"}}")
        .is(400)
        .has("badRequest.code", "400");
    alice.put(metadata, "{\"metadata\": {\"only\": \"one\"}}").is(200);
    var after = alice.get(metadata).is(200);
    assertThat(after.at("metadata").propertyNames()).containsExactly("only");
    assertThat(alice.delete(metadata + "/only").is(200).body()).isEmpty();
    alice.delete(metadata + "/only").is(404).has("itemNotFound.code", "404");
    alice.get(metadata + "/only").is(404);
    alice
        .post(metadata, "{\"metadata\": {\"__system__x\": \"1\"}}")
        .is(403)
        .has("forbidden.code", "403");
    alice.put(metadata, "{\"metadata\": {\"__system__x\": \"1\"}}").is(403);
    alice.put(metadata + "/__system__x", "{\"meta\": {\"__system__x\": \"1\"}}").is(403);
    alice.post(metadata, "{}").is(400);
    alice
        .post(metadata, "{\"metadata\": {\"k\": \"" + "v".repeat(256) + "\"}}")
        .is(400)
        .has("badRequest.code", "400");
  }

  @Test
  void microversionsBringMoreParameters() {
    var volume = alice.volume("db", 10);
    var ab = snapshot(volume, "ab");
    var bc = snapshot(volume, "bc");
    var detail = CINDER + "/detail";
    alice.get(detail + "?sort_key=name").is(400);
    assertThat(ids(cinder(detail + "?sort_key=name&sort_dir=asc", "3.30"))).containsExactly(ab, bc);
    assertThat(ids(cinder(detail + "?name~=a", "3.30"))).hasSize(2);
    assertThat(ids(cinder(detail + "?name~=a", "3.31"))).containsExactly(ab);
    cinder(detail + "?with_count=true&limit=1", "3.45").has("count", "2").hasSize("snapshots", 1);
    assertThat(cinder(detail + "?with_count=true", "3.44").json().has("count")).isFalse();
    var byItsOtherName = Map.of("OpenStack-API-Version", "block-storage 3.45");
    alice.call("GET", detail + "?with_count=true", "", byItsOtherName).has("count", "2");
    var older = alice.call("GET", "/v2/{project_id}/snapshots?name~=a", "", byItsOtherName);
    assertThat(ids(older.is(200))).as("v2 has no microversions").hasSize(2);
  }

  private Answer cinder(String path, String version) {
    return alice
        .call("GET", path, "", Map.of("OpenStack-API-Version", "volume " + version))
        .is(200);
  }
}
