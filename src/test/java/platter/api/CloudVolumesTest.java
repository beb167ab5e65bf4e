package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;
import platter.type.VolumeType;
import tools.jackson.databind.JsonNode;

/** {@code /v2/{project_id}/cloudvolumes} and its v2.1, v3 and v5 relatives. */
class CloudVolumesTest {
  private static final long GIB = 1L << 30;
  private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

  private TestServer server = TestServer.with(Map.of("zones", "az1,az2")).run();
  private Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private void startAgainWith(Map<String, String> flags) {
    server.close();
    server = TestServer.with(flags).run();
    alice = server.alice();
  }

  /** A create of the members that are given beside those that every volume needs. */
  private static String volume(String more) {
    return """
    {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az1"%s}}"""
        .formatted(more.isEmpty() ? "" : ", " + more);
  }

  private Answer created(String more) {
    var answer = alice.post("/v2.1/{project_id}/cloudvolumes", volume(more)).is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    return answer;
  }

  private Answer show(String id) {
    return alice.get("/v2/{project_id}/cloudvolumes/" + id);
  }

  private Answer list(String query) {
    return alice.get("/v2/{project_id}/cloudvolumes/detail" + query);
  }

  private Answer extend(String id, int newSize) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
        "{\"os-extend\": {\"new_size\": %d}}".formatted(newSize));
  }

  private Answer delete(String id) {
    return alice.delete("/v2/{project_id}/cloudvolumes/" + id);
  }

  private Answer update(String id, String body) {
    return alice.put("/v2/{project_id}/cloudvolumes/" + id, body);
  }

  private static List<String> names(Answer list) {
    return list.is(200).at("volumes").valueStream().map(v -> v.get("name").asString()).toList();
  }

  private static List<String> ids(Answer list) {
    return list.is(200).at("volumes").valueStream().map(v -> v.get("id").asString()).toList();
  }

  private List<Path> files() {
    try (var all = Files.walk(server.data())) {
      return all.filter(path -> path.toString().endsWith(".raw")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String id) {
    return files().stream()
        .filter(path -> path.getFileName().toString().equals(id + ".raw"))
        .findFirst()
        .orElseThrow();
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // create

  @Test
  void v21Answers202WithTheIdsOfTheVolumes() {
    var answer = created("\"name\": \"a\"");
    assertThat(answer.json().propertyNames()).containsExactly("job_id", "volume_ids");
    assertThat(answer.at("volume_ids").size()).isEqualTo(1);
    show(answer.text("volume_ids[0]")).is(200).has("volume.name", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void theOlderPathsAnswer200WithTheJobAlone(String version) {
    var answer = alice.post("/" + version + "/{project_id}/cloudvolumes", volume("")).is(200);
    assertThat(answer.json().propertyNames()).containsExactly("job_id");
    alice.job(answer.text("job_id")).ends("SUCCESS").has("job_type", "createVolume");
  }

  @Test
  void aVolumeShowsWhatWasAskedForAndNothingOfHowItWasAsked() {
    var id =
        created(
                """
                "name": "db", "description": "of the shop", "multiattach": true,
                "metadata": {"create_for_volume_id": "true", "owner": "me", "hw:passthrough": "true"},
                "tags": {"k": "v", "空": ""}, "enterprise_project_id": "0", "backup_id": null,
                "count": null""")
            .text("volume_ids[0]");
    var volume = show(id).is(200);
    volume
        .has("volume.id", id)
        .has("volume.name", "db")
        .has("volume.description", "of the shop")
        .has("volume.status", "available")
        .has("volume.size", "10")
        .has("volume.volume_type", "SSD")
        .has("volume.availability_zone", "az1")
        .has("volume.tags.k", "v")
        .has("volume.tags.空", "")
        .has("volume.enterprise_project_id", "0")
        .has("volume.service_type", "EVS")
        .has("volume.os-vol-tenant-attr:tenant_id", TestServer.ALICE_PROJECT)
        .has(
            "volume.links[0].href",
            server.endpoint() + "/v2/" + TestServer.ALICE_PROJECT + "/volumes/" + id)
        .has("volume.links[0].rel", "self")
        .has("volume.links[1].rel", "bookmark");
    assertThat(volume.at("volume.metadata").propertyNames())
        .containsExactly("hw:passthrough", "owner");
    assertThat(volume.at("volume.bootable").isString()).isTrue();
    assertThat(volume.at("volume.shareable").isString()).isTrue();
    assertThat(volume.at("volume.multiattach").booleanValue()).isTrue();
    assertThat(volume.at("volume.attachments").isArray()).isTrue();
    assertThat(volume.text("volume.created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
  }

  @Test
  void decimalsAreCut() {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "d", "size": 10.99, "count": 2.9, "volume_type": "SSD", "availability_zone": "az1"}}""")
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    assertThat(answer.at("volume_ids").size()).isEqualTo(2);
    var id = answer.text("volume_ids[0]");
    show(id).has("volume.size", "10");
    var job =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
                "{\"os-extend\": {\"new_size\": 11.9}}")
            .is(202);
    alice.job(job.text("job_id")).ends("SUCCESS");
    show(id).has("volume.size", "11");
  }

  @ParameterizedTest
  @CsvSource({"1, createVolume", "2, batchCreateVolume", "100, batchCreateVolume"})
  void aCountMakesSoManyVolumesAndEachHasItsNumber(int count, String type) {
    var answer = created("\"name\": \"n\", \"count\": " + count);
    assertThat(new HashSet<>(answer.at("volume_ids").valueStream().toList())).hasSize(count);
    alice.job(answer.text("job_id")).now().has("job_type", type);
    for (int i = 0; i < count; i++) {
      show(answer.text("volume_ids[" + i + "]"))
          .has("volume.name", count == 1 ? "n" : "n-%04d".formatted(i + 1))
          .has("volume.status", "available");
    }
    assertThat(files()).hasSize(count);
    nothingDiffers();
  }

  @Test
  void namesAreAsLongAsTheRunningNumberLeavesRoomFor() {
    created("\"name\": \"" + "x".repeat(255) + "\"");
    created("\"name\": \"" + "é".repeat(127) + "x\"");
    created("\"count\": 2, \"name\": \"" + "x".repeat(250) + "\"");
    for (var more :
        List.of(
            "\"name\": \"" + "x".repeat(256) + "\"",
            "\"name\": \"" + "é".repeat(128) + "\"",
            "\"count\": 2, \"name\": \"" + "x".repeat(251) + "\"")) {
      alice.post("/v2.1/{project_id}/cloudvolumes", volume(more)).isRefused(400, "EVS.1003");
    }
  }

  // the file

  @Test
  void aVolumeIsAFileOfExactlyItsSizeThatGrowsAndGoes() throws Exception {
    var id = created("").text("volume_ids[0]");
    assertThat(Files.size(file(id))).isEqualTo(10 * GIB);
    alice.job(extend(id, 25).is(202).text("job_id")).ends("SUCCESS");
    assertThat(Files.size(file(id))).isEqualTo(25 * GIB);
    show(id).has("volume.size", "25");
    nothingDiffers();
    alice.job(delete(id).is(200).text("job_id")).ends("SUCCESS");
    assertThat(files()).isEmpty();
    show(id).isRefused(404, "EVS.5404");
    nothingDiffers();
  }

  // extend

  @Test
  void extendOnV2Answers200() {
    var id = created("").text("volume_ids[0]");
    var answer =
        alice
            .post(
                "/v2/{project_id}/cloudvolumes/" + id + "/action",
                """
                {"os-extend": {"new_size": 11}, "bssParam": {"isAutoPay": "true"}}""")
            .is(200);
    assertThat(answer.json().propertyNames()).containsExactly("job_id");
    alice
        .job(answer.text("job_id"))
        .ends("SUCCESS")
        .has("job_type", "extendVolume")
        .has("entities.size", "11")
        .has("entities.volume_id", id);
  }

  @Test
  void aSizeThatIsNotMoreOrTooMuchIsRefused() {
    var id = created("").text("volume_ids[0]");
    extend(id, 10).isRefused(400, "EVS.1015");
    extend(id, 9).isRefused(400, "EVS.1015");
    extend(id, -1).isRefused(400, "EVS.1015");
    extend(id, 32_769).isRefused(400, "EVS.1010");
    extend(UNKNOWN, 20).isRefused(404, "EVS.5404");
    show(id).has("volume.size", "10").has("volume.status", "available");
  }

  // delete

  @Test
  void whatIsGoneIsNotFoundByAnyCall() {
    var id = created("").text("volume_ids[0]");
    alice.job(delete(id).is(200).text("job_id")).ends("SUCCESS");
    show(id).isRefused(404, "EVS.5404");
    delete(id).isRefused(404, "EVS.5404");
    extend(id, 20).isRefused(404, "EVS.5404");
    update(id, "{\"volume\": {\"name\": \"x\"}}").isRefused(404, "EVS.5404");
    assertThat(ids(list(""))).isEmpty();
  }

  @Test
  void aHundredVolumesGoInOneBatch() {
    var ids =
        created("\"count\": 100").at("volume_ids").valueStream().map(JsonNode::asString).toList();
    var job = deleteAll(ids).is(202);
    assertThat(job.json().propertyNames()).containsExactly("job_id");
    var ended = alice.job(job.text("job_id")).ends("SUCCESS").has("job_type", "bulkDeleteVolume");
    assertThat(ended.at("entities.sub_jobs").valueStream())
        .hasSize(100)
        .allSatisfy(
            child -> assertThat(child.get("job_type").asString()).isEqualTo("deleteSingleVolume"))
        .extracting(child -> child.at("/entities/volume_id").asString())
        .containsExactlyElementsOf(ids);
    list("").has("count", "0");
    assertThat(files()).isEmpty();
    nothingDiffers();
  }

  private Answer deleteAll(List<String> ids) {
    var elements = ids.stream().map(id -> "{\"id\": \"" + id + "\"}").toList();
    return alice.post(
        "/v5/{project_id}/volumes/batch-delete",
        "{\"volumes\": [" + String.join(",", elements) + "], \"cascade\": false}");
  }

  @Test
  void aBatchDeleteThatIsRefusedDeletesNothing() {
    var id = created("").text("volume_ids[0]");
    var foreign = server.bob().volume("bobs", 10);
    deleteAll(IntStream.range(0, 101).mapToObj(_ -> UUID.randomUUID().toString()).toList())
        .isRefused(400, "EVS.1053");
    deleteAll(List.of()).isRefused(400, "EVS.1032");
    deleteAll(List.of(id, UNKNOWN)).isRefused(404, "EVS.5404");
    deleteAll(List.of(id, foreign)).isRefused(404, "EVS.5404");
    deleteAll(List.of(id, id)).isRefused(400, "EVS.1032");
    deleteAll(List.of(id, "nonsense")).isRefused(400, "EVS.1002");
    var path = "/v5/{project_id}/volumes/batch-delete";
    alice.post(path, "").isRefused(400, "EVS.1052");
    alice.post(path, "{}").isRefused(400, "EVS.1032");
    alice.post(path, "{\"volumes\": {}}").isRefused(400, "EVS.1018");
    alice.post(path, "{\"volumes\": [\"" + id + "\"]}").isRefused(400, "EVS.1018");
    alice.post(path, "{\"volumes\": [{}]}").isRefused(400, "EVS.1032");
    alice.post(path, "{\"volumes\": [null]}").isRefused(400, "EVS.1018");
    show(id).has("volume.status", "available");
    nothingDiffers();
  }

  // update

  @Test
  void anUpdateChangesWhatItNamesAndAnswersWithABareVolume() {
    var id = created("\"name\": \"a\", \"description\": \"d\"").text("volume_ids[0]");
    var answer = update(id, "{\"volume\": {\"name\": \"b\"}}").is(200);
    answer.has("id", id).has("name", "b").has("description", "d").has("status", "available");
    assertThat(answer.at("shareable").isString()).isTrue();
    assertThat(answer.at("size").isInt()).isTrue();
    update(id, "{\"volume\": {\"description\": \"e\", \"name\": null}}")
        .is(200)
        .has("name", "b")
        .has("description", "e");
    show(id).has("volume.name", "b").has("volume.description", "e");
    assertThat(show(id).at("volume.updated_at").isString()).isTrue();
  }

  @Test
  void anUpdateOfNothingOrOfNonsenseIsRefused() {
    var id = created("\"name\": \"a\"").text("volume_ids[0]");
    update(id, "").isRefused(400, "EVS.1001");
    update(id, "{}").isRefused(400, "EVS.1001");
    update(id, "{\"volume\": null}").isRefused(400, "EVS.1001");
    update(id, "{\"volume\": {}}").isRefused(400, "EVS.1007");
    update(id, "{\"volume\": {\"size\": 20}}").isRefused(400, "EVS.1007");
    update(id, "{\"volume\": {\"name\": 1}}").isRefused(400, "EVS.1018");
    update(id, "{\"volume\": {\"name\": \"" + "x".repeat(256) + "\"}}").isRefused(400, "EVS.1003");
    update(id, "{\"volume\": {\"name\": \"\\u0000\"}}").isRefused(400, "EVS.1003");
    update(id, "{\"volume\": {\"description\": \"" + "x".repeat(256) + "\"}}")
        .isRefused(400, "EVS.1004");
    update("nonsense", "{\"volume\": {\"name\": \"b\"}}").isRefused(400, "EVS.1002");
    show(id).has("volume.name", "a").has("volume.size", "10");
  }

  // list

  @Test
  void eachFilterFindsWhatItNames() {
    created(
        """
        "name": "web-1", "tags": {"k": "v"}, "metadata": {"hw:passthrough": "true", "owner": "me"},
        "multiattach": true""");
    created("\"name\": \"web-2\", \"metadata\": {\"hw:passthrough\": \"false\"}");
    var db =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "db_1%", "size": 30, "volume_type": "GPSSD2", "availability_zone": "az2",
                 "iops": 3000, "throughput": 125, "enterprise_project_id": "0aa00000-0000-4000-8000-000000000001"}}""")
            .is(202);
    alice.job(db.text("job_id")).ends("SUCCESS");
    var id = db.text("volume_ids[0]");
    var everything = List.of("db_1%", "web-2", "web-1");
    var none = List.<String>of();
    var found = new LinkedHashMap<String, List<String>>();
    found.put("", everything);
    found.put("?name=web", List.of("web-2", "web-1"));
    found.put("?name=web-1", List.of("web-1"));
    found.put("?name=" + encoded("%"), List.of("db_1%"));
    found.put("?name=_", List.of("db_1%"));
    found.put("?name=WEB", none);
    found.put("?status=available", everything);
    found.put("?status=error", none);
    found.put("?availability_zone=az2", List.of("db_1%"));
    found.put("?multiattach=true", List.of("web-1"));
    found.put("?multiattach=false", List.of("db_1%", "web-2"));
    found.put("?metadata=" + encoded("{\"hw:passthrough\":\"true\"}"), List.of("web-1"));
    found.put("?metadata=" + encoded("{\"hw:passthrough\":true}"), List.of("web-1"));
    found.put("?metadata=" + encoded("{\"hw:passthrough\":\"true\",\"owner\":\"you\"}"), none);
    found.put("?metadata=" + encoded("{}"), everything);
    found.put("?not_metadata=" + encoded("{\"hw:passthrough\":true}"), List.of("db_1%", "web-2"));
    found.put("?not_metadata=" + encoded("{\"hw:passthrough\": false}"), List.of("db_1%", "web-1"));
    found.put("?not_metadata=" + encoded("{\"__system__encrypted\":1}"), everything);
    found.put("?service_type=EVS", everything);
    found.put("?service_type=DSS", none);
    found.put("?dedicated_storage_id=x", none);
    found.put("?dedicated_storage_name=x", none);
    found.put("?server_id=x", none);
    found.put("?volume_type_id=" + VolumeType.GPSSD2.id(), List.of("db_1%"));
    found.put("?volume_type_id=x", none);
    found.put("?id=" + id, List.of("db_1%"));
    found.put("?id=" + UNKNOWN, none);
    found.put("?ids=" + encoded("['" + id + "','" + UNKNOWN + "']"), List.of("db_1%"));
    found.put("?id=" + UNKNOWN + "&ids=" + encoded("['" + id + "']"), List.of("db_1%"));
    found.put("?ids=" + encoded("[]"), none);
    found.put("?enterprise_project_id=0", List.of("web-2", "web-1"));
    found.put("?enterprise_project_id=0aa00000-0000-4000-8000-000000000001", List.of("db_1%"));
    found.put("?enterprise_project_id=all_granted_eps", everything);
    found.put("?name=web&multiattach=true&status=available", List.of("web-1"));
    found.put("?sort_dir=asc", everything.reversed());
    found.put("?sort_key=size", List.of("db_1%")); // the first of them
    found.put("?unknown=1", everything);
    found.forEach(
        (query, expected) -> {
          var answer = list(query);
          var names = names(answer);
          if (query.equals("?sort_key=size")) {
            assertThat(names.getFirst()).isEqualTo("db_1%");
            return;
          }
          assertThat(names).as(query).isEqualTo(expected);
          answer.has("count", String.valueOf(expected.size()));
          assertThat(answer.json().propertyNames())
              .containsExactly("count", "volumes", "volumes_links");
        });
    list("?id=" + id)
        .has("volumes[0].iops.total_val", "3000")
        .has("volumes[0].throughput.total_val", "125");
  }

  @Test
  void aFilterThatMakesNoSenseIsRefused() {
    for (var line :
        List.of(
            "limit=0 | EVS.1023",
            "limit=-1 | EVS.1023",
            "limit=x | EVS.1023",
            "limit= | EVS.1023",
            "limit=1001 | EVS.2142",
            "limit=99999999999999999999 | EVS.2142",
            "offset=x | EVS.5400",
            "offset=-1 | EVS.5400",
            "marker=nonsense | EVS.1024",
            "marker=00000000-0000-4000-8000-000000000000 | EVS.1024",
            "sort_key=name | EVS.1039",
            "sort_key=id%20desc;drop%20table%20volume | EVS.1039",
            "sort_dir=up | EVS.1040",
            "status=gone | EVS.1031",
            "status=AVAILABLE | EVS.1031",
            "availability_zone=az9 | EVS.1041",
            "multiattach=maybe | EVS.1070",
            "metadata=x | EVS.1058",
            "metadata=%5B%5D | EVS.1058",
            "metadata=%7B%22a%22:%7B%7D%7D | EVS.1058",
            "metadata=%7B%22a%22:null%7D | EVS.1058",
            "metadata=%7B%22a%22:1,%22a%22:2%7D | EVS.1058",
            "not_metadata=%7B%22a%22:1%7D | EVS.1058",
            "service_type=X | EVS.1070")) {
      var row = line.split(" \\| ", -1);
      list("?" + row[0]).isRefused(400, row[1]);
    }
  }

  @Test
  void atMostSixtyIdsAreAskedForAtOnce() {
    var sixty = IntStream.range(0, 60).mapToObj(_ -> "'" + UUID.randomUUID() + "'").toList();
    list("?ids=" + encoded("[" + String.join(",", sixty) + "]")).is(200).has("count", "0");
    list("?ids=" + encoded("[" + String.join(",", sixty) + ",'x']")).isRefused(400, "EVS.1070");
  }

  @Test
  void listsAreSortedByEachKeyBothWays() {
    created("\"name\": \"a\"");
    alice.volume("b", 30);
    alice.volume("c", 20);
    assertThat(names(list("?sort_key=created_at&sort_dir=asc"))).containsExactly("a", "b", "c");
    assertThat(names(list("?sort_key=created_at"))).containsExactly("c", "b", "a");
    assertThat(names(list("?sort_key=size&sort_dir=asc"))).containsExactly("a", "c", "b");
    assertThat(names(list("?sort_key=size&sort_dir=desc"))).containsExactly("b", "c", "a");
    var byId = ids(list("?sort_key=id&sort_dir=asc"));
    assertThat(byId).isSorted();
    assertThat(ids(list("?sort_key=id"))).isEqualTo(byId.reversed());
    assertThat(ids(list("?sort_key=status&sort_dir=asc"))).isEqualTo(byId);
  }

  @Test
  void bothStylesOfPagingShowEachVolumeOnce() {
    created("\"name\": \"p\", \"count\": 5");
    alice.volume("larger", 20);
    alice.volume("other", 10);
    for (var key : List.of("created_at", "size", "id", "status")) {
      for (var direction : List.of("desc", "asc")) {
        bothStylesOfPagingShowEachVolumeOnce("?sort_key=" + key + "&sort_dir=" + direction);
      }
    }
  }

  private void bothStylesOfPagingShowEachVolumeOnce(String query) {
    var all = ids(list(query));
    assertThat(all).hasSize(7);

    var byOffset = new ArrayList<String>();
    for (int offset = 0; offset <= 8; offset += 2) {
      var page = list(query + "&limit=2&offset=" + offset).has("count", "7");
      byOffset.addAll(ids(page));
      assertThat(page.at("volumes_links").isEmpty()).isEqualTo(offset >= 6);
    }
    assertThat(byOffset).isEqualTo(all);

    var byMarker = new ArrayList<String>();
    var marker = "";
    for (var page = list(query + "&limit=3"); ; page = list(query + "&limit=3" + marker)) {
      page.has("count", "7");
      if (ids(page).isEmpty()) {
        break;
      }
      byMarker.addAll(ids(page));
      marker = "&marker=" + byMarker.getLast();
    }
    assertThat(byMarker).isEqualTo(all);

    var byLink = new ArrayList<String>();
    for (var page = list(query + "&limit=3"); ; ) {
      byLink.addAll(ids(page));
      if (page.at("volumes_links").isEmpty()) {
        break;
      }
      page.has("volumes_links[0].rel", "next");
      page = alice.get(page.text("volumes_links[0].href")).is(200);
    }
    assertThat(byLink).isEqualTo(all);
  }

  @Test
  void aNextLinkKeepsTheFilters() {
    created("\"name\": \"a&b=ü\", \"count\": 3");
    created("\"name\": \"other\"");
    var first = list("?limit=2&sort_dir=asc&name=" + encoded("&b=ü"));
    assertThat(names(first)).containsExactly("a&b=ü-0001", "a&b=ü-0002");
    assertThat(names(alice.get(first.text("volumes_links[0].href")))).containsExactly("a&b=ü-0003");
  }

  @Test
  void anOffsetAtOrBeyondTheEndIsAnEmptyPage() {
    created("");
    for (var offset :
        List.of("1", "2", "1000", "2147483647", "2147483648", "99999999999999999999")) {
      var page = list("?offset=" + offset).is(200).has("count", "1");
      assertThat(page.at("volumes").isArray()).isTrue();
      assertThat(page.at("volumes").isEmpty()).isTrue();
      assertThat(page.at("volumes_links").isEmpty()).isTrue();
    }
  }

  // quotas

  @Test
  void theNumberOfVolumesHasAQuota() {
    startAgainWith(Map.of("quota_volumes", "2"));
    var path = "/v2.1/{project_id}/cloudvolumes";
    alice.post(path, volume("\"count\": 3")).isRefused(400, "EVS.1034");
    var ids = created("\"count\": 2").at("volume_ids");
    alice.post(path, volume("")).isRefused(400, "EVS.1034");
    extendable(ids.get(0).asString());
    server.bob().volume("bobs", 10); // a quota is a project's
    alice.job(delete(ids.get(0).asString()).text("job_id")).ends("SUCCESS");
    created("");
    nothingDiffers();
  }

  private void extendable(String id) {
    alice.job(extend(id, 20).is(202).text("job_id")).ends("SUCCESS");
  }

  @Test
  void theGigabytesHaveAQuota() {
    startAgainWith(Map.of("quota_gigabytes", "50"));
    var path = "/v2.1/{project_id}/cloudvolumes";
    alice.post(path, volume("\"count\": 6")).isRefused(400, "EVS.1042");
    var id = created("\"count\": 4").text("volume_ids[0]");
    extend(id, 21).isRefused(400, "EVS.1042");
    extendable(id);
    alice.post(path, volume("")).isRefused(400, "EVS.1042");
    list("").has("count", "4");
    nothingDiffers();
    alice.job(delete(id).text("job_id")).ends("SUCCESS");
    created("\"count\": 2");
    nothingDiffers();
  }

  @Test
  void theNumberIsToldBeforeTheGigabytes() {
    startAgainWith(Map.of("quota_volumes", "1", "quota_gigabytes", "5"));
    alice
        .post("/v2.1/{project_id}/cloudvolumes", volume("\"count\": 2"))
        .isRefused(400, "EVS.1034");
  }

  // whose it is

  @Test
  void aProjectNeverSeesAnothersVolumes() {
    var id = created("\"name\": \"alices\"").text("volume_ids[0]");
    var bob = server.bob();
    bob.get("/v2/{project_id}/cloudvolumes/" + id).isRefused(404, "EVS.5404");
    bob.delete("/v2/{project_id}/cloudvolumes/" + id).isRefused(404, "EVS.5404");
    bob.put("/v2/{project_id}/cloudvolumes/" + id, "{\"volume\": {\"name\": \"x\"}}")
        .isRefused(404, "EVS.5404");
    bob.post(
            "/v2.1/{project_id}/cloudvolumes/" + id + "/action",
            "{\"os-extend\": {\"new_size\": 20}}")
        .isRefused(404, "EVS.5404");
    bob.get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
    bob.get("/v2/{project_id}/cloudvolumes/detail?id=" + id).is(200).has("count", "0");
    bob.get("/v2/{project_id}/cloudvolumes/detail?marker=" + id).isRefused(400, "EVS.1024");
    // what is foreign answers as what does not exist, to the letter
    assertThat(bob.get("/v2/{project_id}/cloudvolumes/" + id).body())
        .isEqualTo(bob.get("/v2/{project_id}/cloudvolumes/" + UNKNOWN).body());
    for (var path :
        List.of("cloudvolumes/detail", "cloudvolumes/" + id, "cloudvolumes/" + UNKNOWN)) {
      bob.get("/v2/" + TestServer.ALICE_PROJECT + "/" + path).isRefused(400, "EVS.0001");
    }
    show(id).has("volume.name", "alices").has("volume.size", "10");
  }

  @Test
  void anIdThatIsNoUuidIsRefused() {
    for (var id :
        List.of(
            "nonsense",
            "00000000-0000-4000-8000-00000000000",
            "00000000-0000-4000-8000-0000000000000",
            "00000000000040008000000000000000",
            "%00",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd")) {
      var path = "/v2/{project_id}/cloudvolumes/" + id;
      alice.get(path).isRefused(400, "EVS.1002");
      alice.delete(path).isRefused(400, "EVS.1002");
      extend(id, 20).isRefused(400, "EVS.1002");
    }
  }

  @Test
  void anIdInUpperCaseIsTheSameVolume() {
    var id = created("").text("volume_ids[0]");
    show(id.toUpperCase(Locale.ROOT)).is(200).has("volume.id", id);
  }
}
