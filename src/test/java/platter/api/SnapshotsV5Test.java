package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@code /v5/{project_id}/snapshots}. */
class SnapshotsV5Test extends SnapshotCalls {
  @Test
  void v5TellsTheJobAndShowsMore() {
    var volume = alice.volume("db", 10);
    var answer =
        alice
            .post(
                V5,
                """
                {"snapshot": {"volume_id": "%s", "name": "s", "description": "d",
                "instant_access": true, "incremental": false, "tags": {"k": "v"},
                "enterprise_project_id": "0"}}\
                """
                    .formatted(volume))
            .is(202);
    assertThat(answer.json().propertyNames()).containsExactly("snapshot_id", "job_id");
    done(answer);
    alice.get("/v2/{project_id}/jobs/" + answer.text("job_id")).is(200).has("status", "SUCCESS");
    var one = V5 + "/" + answer.text("snapshot_id");
    alice
        .get(one)
        .is(200)
        .has("snapshot.status", "available")
        .has("snapshot.tags.k", "v")
        .has("snapshot.instant_access", "true")
        .has("snapshot.incremental", "false")
        .has("snapshot.encrypted", "false")
        .has("snapshot.progress", "100%")
        .has("snapshot.snapshot_type", "user")
        .has("snapshot.category", "standard")
        .has("snapshot.availability_zone", "az1")
        .has("snapshot.enterprise_project_id", "0")
        .hasSize("snapshot.snapshot_chains", 0);
    alice
        .put(one, "{\"snapshot\": {\"name\": \"t\", \"instant_access\": false}}")
        .is(200)
        .has("snapshot.instant_access", "false")
        .has("snapshot.description", "d");
    alice.put(one, "{\"snapshot\": {}}").isRefused(400, "EVS.1007");
    alice.post(one + "/tags/create", "{\"tags\": [{\"key\": \"a\", \"value\": \"b\"}]}").is(204);
    alice.get(one).has("snapshot.tags.k", "v").has("snapshot.tags.a", "b");
    alice.post(one + "/tags/delete", "{\"tags\": [{\"key\": \"k\", \"value\": \"!\"}]}").is(204);
    alice.get(one).has("snapshot.tags.k", "(absent)").has("snapshot.tags.a", "b");
    alice.post(one + "/tags/create", "{\"tags\": []}").isRefused(400, "EVS.1062");
    alice
        .post(one + "/tags/create", "{\"tags\": [{\"key\": \"!\", \"value\": \"b\"}]}")
        .isRefused(400, "EVS.1062");
    alice.get(V5 + "/detail?sort_key=size").isRefused(400, "EVS.1039");
    done(
        alice
            .post(one + "/rollback", "{\"rollback\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202));
    done(alice.delete(one).is(202));
    alice.get(one).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  @Test
  void v5RefusesASecondSnapshotWhileOneIsBeingMade() {
    var volume = alice.volume("db", 10);
    var body = of(volume);
    gate().hold();
    var first = alice.post(V5, body).is(202);
    alice.post(V5, body).isRefused(409, "EVS.2409");
    gate().release();
    done(first);
    done(alice.post(V5, body).is(202));
  }

  @Test
  void v5CountsCharacters() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"%s\", \"%s\": \"%s\"}}";
    alice.post(V5, body.formatted(volume, "name", "ü".repeat(65))).isRefused(400, "EVS.1003");
    alice
        .post(V5, body.formatted(volume, "description", "ü".repeat(86)))
        .isRefused(400, "EVS.1004");
    alice.post(V5, body.formatted(volume, "name", "ü".repeat(64))).is(202);
  }

  @Test
  void v5ListsByTagsAndIds() {
    var volume = alice.volume("db", 10);
    var body = "{\"snapshot\": {\"volume_id\": \"%s\", \"tags\": %s}}";
    var a = alice.post(V5, body.formatted(volume, "{\"env\": \"test\"}")).is(202);
    done(a);
    var b = alice.post(V5, body.formatted(volume, "{\"env\": \"prod\", \"x\": \"y\"}")).is(202);
    done(b);
    var first = a.text("snapshot_id");
    var second = b.text("snapshot_id");
    var list = V5 + "/detail";
    assertThat(ids(alice.get(list))).containsExactly(second, first);
    assertThat(ids(alice.get(list + "?tag_key=x"))).containsExactly(second);
    assertThat(ids(alice.get(list + "?tag_key=y"))).isEmpty();
    assertThat(ids(alice.get(list + "?tag_key=" + encoded("env\":\"prod\",\"x")))).isEmpty();
    assertThat(ids(alice.get(list + "?tags=" + encoded("{\"env\": \"test\"}"))))
        .containsExactly(first);
    alice.get(list + "?tags=x").isRefused(400, "EVS.1062");
    assertThat(alice.get("/v5/{project_id}/snapshots/tags").is(200).body())
        .isEqualTo(
            "{\"tags\":[{\"key\":\"env\",\"value\":[\"prod\",\"test\"]},{\"key\":\"x\",\"value\":[\"y\"]}]}");
    assertThat(server.bob().get("/v5/{project_id}/snapshots/tags").is(200).body())
        .isEqualTo("{\"tags\":[]}");
    assertThat(ids(alice.get(list + "?ids=" + first + "," + UNKNOWN))).containsExactly(first);
    assertThat(ids(alice.get(list + "?ids=,"))).isEmpty();
    assertThat(ids(alice.get(list + "?ids="))).isEmpty();
    assertThat(ids(alice.get(list + "?id=" + second))).containsExactly(second);
    assertThat(ids(alice.get(list + "?snapshot_type=auto"))).isEmpty();
    assertThat(ids(alice.get(list + "?limit=1&offset=1"))).containsExactly(first);
    assertThat(ids(alice.get(list + "?snapshot_group_id=x"))).isEmpty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
