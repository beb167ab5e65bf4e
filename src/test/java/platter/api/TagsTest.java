package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code cloudvolumes/…/tags} and the search by tags. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TagsTest {
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";
  private static final String SEARCH = "/v2/{project_id}/cloudvolumes/resource_instances/action";

  private TestServer server;
  private Client alice;
  private String volume;

  @BeforeAll
  void start() {
    server = TestServer.start();
    alice = server.alice();
  }

  @BeforeEach
  void aVolume() {
    volume = alice.volume("tagged", 10);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private Answer change(String id, String body) {
    return alice.post("/v2/{project_id}/cloudvolumes/" + id + "/tags/action", body);
  }

  private Answer add(String tags) {
    return change(volume, "{\"action\": \"create\", \"tags\": [" + tags + "]}");
  }

  private static String tag(String key, String value) {
    return "{\"key\": \"%s\", \"value\": \"%s\"}".formatted(key, value);
  }

  private Answer shown() {
    return alice.get("/v2/{project_id}/cloudvolumes/" + volume + "/tags").is(200);
  }

  private Answer search(String more) {
    return alice.post(SEARCH, "{\"action\": \"filter\"" + more + "}");
  }

  private static List<String> ids(Answer found) {
    return found
        .is(200)
        .at("resources")
        .valueStream()
        .map(r -> r.get("resource_id").asString())
        .toList();
  }

  @Test
  void addedTagsAreShownEverywhereAndAnExistingKeyIsOverwritten() {
    assertThat(add(tag("k1", "old") + "," + tag("键", "a.b")).is(204).body()).isEmpty();
    add(tag("k1", "new") + ", {\"key\": \"k0\"}").is(204);
    assertThat(shown().body())
        .isEqualTo(
            "{\"tags\":[{\"key\":\"k0\",\"value\":\"\"},{\"key\":\"k1\",\"value\":\"new\"},"
                + "{\"key\":\"键\",\"value\":\"a.b\"}]}");
    var volumes = alice.get("/v2/{project_id}/cloudvolumes/" + volume);
    volumes.has("volume.tags.k1", "new").has("volume.tags.键", "a.b");
    assertThat(volumes.text("volume.updated_at")).isNotEmpty();
  }

  @Test
  void deletedTagsAreGoneAndAMissingKeyIsNoMatter() {
    add(tag("a", "1") + "," + tag("b", "2")).is(204);
    var delete =
        "{\"action\": \"delete\", \"tags\": [{\"key\": \"a\", \"value\": \"x\"}, {\"key\":"
            + " \"c\"}]}";
    change(volume, delete).is(204);
    change(volume, delete).is(204);
    assertThat(shown().body()).isEqualTo("{\"tags\":[{\"key\":\"b\",\"value\":\"2\"}]}");
  }

  @Test
  void theElderPathsDoTheSame() {
    for (var version : List.of("v2", "v3")) {
      var path = "/" + version + "/{project_id}/os-vendor-volumes/";
      alice
          .post(
              path + volume + "/tags/action",
              "{\"action\": \"create\", \"tags\": [" + tag("v", version) + "]}")
          .is(204);
      alice.get(path + volume + "/tags").is(200).has("tags[0].value", version);
      var count =
          alice.post(
              path + "resource_instances/action",
              """
              {"action": "count", "tags": [{"key": "v", "values": ["%s"]}], "limit": "none"}\
              """
                  .formatted(version));
      assertThat(count.is(200).body()).isEqualTo("{\"total_count\":1}");
    }
  }

  @Test
  void theEleventhTagIsRefusedAndNothingOfTheCallIsDone() {
    var ten =
        IntStream.range(0, 10).mapToObj(i -> tag("k" + i, "v")).collect(Collectors.joining(","));
    add(ten).is(204);
    add(tag("k0", "changed") + "," + tag("k10", "v")).isRefused(400, "EVS.1061");
    add(ten + "," + tag("k10", "v")).isRefused(400, "EVS.1061");
    shown().hasSize("tags", 10).has("tags[0].value", "v");
    add(tag("k0", "changed")).is(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EVS.1052 | {",
        "EVS.1018 | []",
        "EVS.1070 | {}",
        "EVS.1070 | {'action': 'replace', 'tags': [{'key': 'a'}]}",
        "EVS.1018 | {'action': 7}",
        "EVS.1062 | {'action': 'create'}",
        "EVS.1062 | {'action': 'create', 'tags': []}",
        "EVS.1018 | {'action': 'create', 'tags': {'a': 'b'}}",
        "EVS.1018 | {'action': 'create', 'tags': ['a']}",
        "EVS.1062 | {'action': 'create', 'tags': [{'value': 'b'}]}",
        "EVS.1062 | {'action': 'create', 'tags': [{'key': '', 'value': 'b'}]}",
        "EVS.1062 | {'action': 'create', 'tags': [{'key': 'a.b', 'value': 'b'}]}",
        "EVS.1062 | {'action': 'create', 'tags': [{'key': 'a', 'value': 'b c'}]}",
        "EVS.1018 | {'action': 'create', 'tags': [{'key': 'a', 'value': 1}]}",
        "EVS.1062 | {'action': 'create', 'tags': [{'key': 'a'}, {'key': 'a'}]}",
        "EVS.1062 | {'action': 'delete', 'tags': []}",
        "EVS.1062 | {'action': 'delete', 'tags': [{'key': 'a b'}]}",
        "EVS.1062 | {'action': 'delete', 'tags': [{'key': 'a'}, {'key': 'a'}]}",
      })
  void badTagsAreRefused(String code, String body) {
    change(volume, body.replace('\'', '"')).isRefused(400, code);
    shown().hasSize("tags", 0);
  }

  @Test
  void keysHave36CharactersAndValues43() {
    add(tag("k".repeat(36), "v".repeat(43))).is(204);
    add(tag("k".repeat(37), "v")).isRefused(400, "EVS.1062");
    add(tag("k", "v".repeat(44))).isRefused(400, "EVS.1062");
  }

  @Test
  void anUnknownVolumeHasNoTagsAndAMalformedIdIsNone() {
    change(UNKNOWN, "{\"action\": \"create\", \"tags\": [" + tag("a", "b") + "]}")
        .isRefused(404, "EVS.5404");
    alice.get("/v2/{project_id}/cloudvolumes/" + UNKNOWN + "/tags").isRefused(404, "EVS.5404");
    change("x", "{}").isRefused(400, "EVS.1002");
    alice.get("/v2/{project_id}/cloudvolumes/x/tags").isRefused(400, "EVS.1002");
  }

  @Test
  void aForeignProjectLearnsNothing() {
    add(tag("secret", "s")).is(204);
    var bob = server.bob();
    var path = "/v2/{project_id}/cloudvolumes/";
    var body = "{\"action\": \"delete\", \"tags\": [{\"key\": \"secret\"}]}";
    assertThat(bob.get(path + volume + "/tags").isRefused(404, "EVS.5404").body())
        .isEqualTo(bob.get(path + UNKNOWN + "/tags").body());
    bob.post(path + volume + "/tags/action", body).isRefused(404, "EVS.5404");
    bob.post(SEARCH, "{\"action\": \"filter\", \"tags\": [{\"key\": \"secret\"}]}")
        .is(200)
        .has("total_count", "0");
    assertThat(bob.get("/v2/{project_id}/cloudvolumes/tags").body()).isEqualTo("{\"tags\":{}}");
    shown().hasSize("tags", 1);
  }

  @Test
  void theProjectsTagsAreEveryKeyWithAllItsValues() {
    add(tag("all", "b") + "," + tag("other", "")).is(204);
    volume = alice.volume("second", 10);
    add(tag("all", "a")).is(204);
    volume = alice.volume("third", 10);
    add(tag("all", "a")).is(204);
    var all = alice.get("/v2/{project_id}/cloudvolumes/tags").is(200);
    assertThat(all.at("tags.all").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(all.at("tags.other").toString()).isEqualTo("[\"\"]");
    Examples.assertLike(
        alice.get("/v2/{project_id}/cloudvolumes/tags"),
        "listVolumeTags.response"); // the keys are whatever the project has
  }

  @Test
  void aSearchJoinsKeysByAndAndValuesByOr() {
    add(tag("find", "1") + "," + tag("env", "a")).is(204);
    var first = volume;
    volume = alice.volume("needle-2", 10);
    var second = volume;
    add(tag("find", "2") + "," + tag("env", "b")).is(204);
    volume = alice.volume("other", 10);
    add(tag("find", "3")).is(204);
    var third = volume;
    assertThat(ids(search(", \"tags\": [{\"key\": \"find\"}]")))
        .containsExactly(third, second, first);
    assertThat(ids(search(", \"tags\": [{\"key\": \"find\", \"values\": [\"1\", \"3\"]}]")))
        .containsExactly(third, first);
    assertThat(
            ids(
                search(
                    ", \"tags\": [{\"key\": \"find\", \"values\": []}, {\"key\": \"env\","
                        + " \"values\": [\"b\"]}]")))
        .containsExactly(second);
    var matches =
        ", \"tags\": [{\"key\": \"find\"}], \"matches\": [{\"key\": \"resource_name\", \"value\":"
            + " \"needle\"}, {\"key\": \"service_type\", \"value\": \"%s\"}]";
    assertThat(ids(search(matches.formatted("EVS")))).containsExactly(second);
    assertThat(ids(search(matches.formatted("DSS")))).isEmpty();
    var page = search(", \"tags\": [{\"key\": \"find\"}], \"limit\": 1, \"offset\": 1");
    assertThat(ids(page)).containsExactly(second);
    page.has("total_count", "3").has("resources[0].resource_name", "needle-2");
    assertThat(page.at("resources[0].resource_detail.shareable").isBoolean()).isTrue();
    assertThat(ids(search(", \"tags\": [{\"key\": \"find\"}], \"offset\": 9"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EVS.1070 | {}",
        "EVS.1070 | {'action': 'find', 'tags': []}",
        "EVS.1062 | {'action': 'filter'}",
        "EVS.1062 | {'action': 'filter', 'tags': [{'values': []}]}",
        "EVS.1062 | {'action': 'filter', 'tags': [{'key': 'a'}, {'key': 'a'}]}",
        "EVS.1062 | {'action': 'filter', 'tags': [{'key': 'a', 'values': ['x', 'x']}]}",
        "EVS.1018 | {'action': 'filter', 'tags': [{'key': 'a', 'values': 'x'}]}",
        "EVS.1018 | {'action': 'filter', 'tags': [{'key': 'a', 'values': [1]}]}",
        "EVS.1070 | {'action': 'filter', 'tags': [], 'matches': [{'key': 'size', 'value': '1'}]}",
        "EVS.1070 | {'action': 'filter', 'tags': [], 'matches': [{'key': 'service_type', 'value':"
            + " 'X'}]}",
        "EVS.1070 | {'action': 'filter', 'tags': [], 'matches': [{'key': 'resource_name', 'value':"
            + " 'a'}, {'key': 'resource_name', 'value': 'b'}]}",
        "EVS.1023 | {'action': 'filter', 'tags': [], 'limit': 0}",
        "EVS.2142 | {'action': 'filter', 'tags': [], 'limit': 1001}",
        "EVS.1018 | {'action': 'filter', 'tags': [], 'limit': '1'}",
        "EVS.5400 | {'action': 'filter', 'tags': [], 'offset': -1}",
      })
  void badSearchesAreRefused(String code, String body) {
    alice.post(SEARCH, body.replace('\'', '"')).isRefused(400, code);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11})
  void tenTagsMayBeSearchedForWithTenValuesEach(int number) {
    var values = IntStream.range(0, 10).mapToObj(i -> "\"" + i + "\"").toList();
    var tags =
        IntStream.range(0, number)
            .mapToObj(i -> "{\"key\": \"k" + i + "\", \"values\": " + values + "}")
            .toList();
    search(", \"tags\": " + tags).is(number == 10 ? 200 : 400);
  }

  @Test
  void theExamplesOfTheCloud() {
    change(volume, Examples.text("batchCreateVolumeTags.request")).is(204);
    Examples.assertLike(shown(), "showVolumeTags.response");
    alice.post(SEARCH, Examples.text("listVolumesByTags.request")).is(200).has("total_count", "0");
    Examples.assertLike(
        search(", \"tags\": [{\"key\": \"key2\", \"values\": [\"value3\"]}]"),
        "listVolumesByTags.response",
        // the example's volume is attached, made of an image, and has a description
        "source_volid|consistencygroup_id|tags|encrypted|wwn");
    change(volume, Examples.text("batchDeleteVolumeTags.request")).is(204);
    shown().hasSize("tags", 0);
  }
}
