package platter.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** A bad body gets its documented code, never a 5xx, and changes nothing. */
class BadInputTest {
  private static final String CREATE = "/v2.1/{project_id}/cloudvolumes";
  private static TestServer server;
  private static String volume;
  private static String before;

  private final Client alice = server.alice();

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of("zones", "az1,az2")).run();
    volume = server.alice().volume("here", 20);
    before = everything();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String everything() {
    return server.alice().get("/v2/{project_id}/cloudvolumes/detail").is(200).body();
  }

  @AfterEach
  void nothingHasChanged() {
    assertThat(everything()).isEqualTo(before);
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
    assertThat(report.at("foreign")).as(report.body()).isEmpty();
    var jobs = server.alice().get("/platter/v1/{project_id}/jobs").is(200);
    assertThat(jobs.at("jobs").size()).as("only the first create").isEqualTo(1);
  }

  // bodies that are no JSON

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{\"volume\": ",
        "{\"volume\": {}} {}",
        "{\"volume\": {}}]",
        "{'volume': {}}",
        "{volume: {}}",
        "{\"volume\": {\"size\": 010}}",
        "{\"volume\": {\"size\": +10}}",
        "{\"volume\": {\"size\": 10.}}",
        "{\"volume\": {\"size\": .5}}",
        "{\"volume\": {\"size\": NaN}}",
        "{\"volume\": {\"size\": Infinity}}",
        "{\"volume\": {\"size\": 0x10}}",
        "{\"volume\": {\"name\": \"a\nb\"}}",
        "{\"volume\": {\"name\": \"\\x\"}}",
        "{\"volume\": {\"name\": \"\\u12\"}}",
        "{\"volume\": {},}",
        "/* no */ {\"volume\": {}}",
        "{\"volume\": TRUE}",
        "<volume/>",
        "nonsense",
        "\u0000"
      })
  void aBodyThatIsNoJsonIs1052(String body) {
    for (var path : everyPathWithABody().keySet()) {
      call(path, body).isRefused(400, "EVS.1052");
    }
  }

  /** The method of each path that reads a body. */
  private static Map<String, String> everyPathWithABody() {
    var paths = new LinkedHashMap<String, String>();
    paths.put(CREATE, "POST");
    paths.put("/v2/{project_id}/cloudvolumes", "POST");
    paths.put("/v3/{project_id}/cloudvolumes", "POST");
    paths.put("/v2.1/{project_id}/cloudvolumes/" + volume + "/action", "POST");
    paths.put("/v2/{project_id}/cloudvolumes/" + volume + "/action", "POST");
    paths.put("/v2/{project_id}/cloudvolumes/" + volume, "PUT");
    paths.put("/v5/{project_id}/volumes/batch-delete", "POST");
    return paths;
  }

  private Answer call(String path, String body) {
    return call(path, body.getBytes(UTF_8));
  }

  private Answer call(String path, byte[] body) {
    var method = everyPathWithABody().get(path);
    return alice.call(method, path, body, Map.of(), Instant.now());
  }

  @Test
  void aBodyThatIsNoUtf8Is1052() {
    var head = "{\"volume\": {\"name\": \"";
    var tail = "\", \"size\": 10, \"volume_type\": \"SSD\", \"availability_zone\": \"az1\"}}";
    for (var bad :
        List.of("\u00ff", "\u00c3", "\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00f8\u0088\u0080")) {
      for (var path : everyPathWithABody().keySet()) {
        call(path, (head + bad + tail).getBytes(ISO_8859_1)).isRefused(400, "EVS.1052");
      }
    }
  }

  @Test
  void aMemberThatIsThereTwiceIs1052() {
    call(CREATE, create(Map.of("size\": 20, \"size", "10"))).isRefused(400, "EVS.1052");
    call(CREATE, "{\"volume\": {}, \"volume\": {}}").isRefused(400, "EVS.1052");
    call(CREATE, create(Map.of("metadata", "{\"a\": \"1\", \"a\": \"2\"}")))
        .isRefused(400, "EVS.1052");
    call(CREATE, create(Map.of("metadata", "{\"a\": \"1\", \"\\u0061\": \"2\"}")))
        .isRefused(400, "EVS.1052");
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 1000, 10_000, 1_000_000})
  void aBodyThatIsTooDeepIs1052(int depth) {
    for (var path : everyPathWithABody().keySet()) {
      call(path, "[".repeat(depth) + "]".repeat(depth)).isRefused(400, "EVS.1052");
      call(path, "{\"volume\":".repeat(depth) + "1" + "}".repeat(depth)).isRefused(400, "EVS.1052");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', EVS.1008, EVS.1011, EVS.1001, EVS.1052",
    "null, EVS.1008, EVS.1011, EVS.1001, EVS.1052",
    "{}, EVS.1009, EVS.1011, EVS.1001, EVS.1032",
    "'{\"volume\": null, \"os-extend\": null, \"volumes\": null}', EVS.1009, EVS.1011, EVS.1001, EVS.1032",
    "[], EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "1, EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "\"x\", EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "true, EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "'{\"volume\": [], \"os-extend\": [], \"volumes\": {}}', EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "'{\"volume\": 1, \"os-extend\": 1, \"volumes\": 1}', EVS.1018, EVS.1018, EVS.1018, EVS.1018",
    "'{\"os-extend\": {}}', EVS.1009, EVS.1011, EVS.1001, EVS.1032",
    "'{\"os-extend\": {\"new_size\": null}}', EVS.1009, EVS.1011, EVS.1001, EVS.1032",
  })
  void aBodyWithoutWhatTheCallIsAboutHasTheCodeOfTheCall(
      String body, String create, String extend, String update, String batchDelete) {
    call(CREATE, body).isRefused(400, create);
    call("/v2.1/{project_id}/cloudvolumes/" + volume + "/action", body).isRefused(400, extend);
    call("/v2/{project_id}/cloudvolumes/" + volume, body).isRefused(400, update);
    call("/v5/{project_id}/volumes/batch-delete", body).isRefused(400, batchDelete);
  }

  // members

  /** A create that would be taken, with some members in another way. */
  static String create(Map<String, String> other) {
    var members = new LinkedHashMap<String, String>();
    members.put("name", "\"x\"");
    members.put("size", "10");
    members.put("volume_type", "\"SSD\"");
    members.put("availability_zone", "\"az1\"");
    members.putAll(other);
    return "{\"volume\": {"
        + members.entrySet().stream()
            .map(member -> "\"" + member.getKey() + "\": " + member.getValue())
            .collect(Collectors.joining(", "))
        + "}}";
  }

  @Test
  void aMemberOfAnotherTypeIs1018() {
    var kinds =
        Map.of(
            "a string", "\"1\"",
            "a number", "1",
            "a boolean", "true",
            "a list", "[]",
            "an object", "{}");
    var wanted = new LinkedHashMap<String, String>();
    for (var text :
        List.of(
            "name",
            "description",
            "volume_type",
            "availability_zone",
            "backup_id",
            "snapshot_id",
            "imageRef",
            "shareable",
            "enterprise_project_id")) {
      wanted.put(text, "a string");
    }
    for (var number : List.of("size", "count", "iops", "throughput")) {
      wanted.put(number, "a number");
    }
    wanted.put("multiattach", "a boolean");
    wanted.put("metadata", "an object");
    wanted.put("tags", "an object");
    wanted.forEach(
        (member, kind) ->
            kinds.forEach(
                (other, value) -> {
                  if (!other.equals(kind)) {
                    var answer = call(CREATE, create(Map.of(member, value)));
                    assertThat(answer.status()).as("%s is %s", member, other).isEqualTo(400);
                    answer.isRefused(400, "EVS.1018");
                  }
                }));
    for (var value : List.of("1", "true", "null", "[]", "{}")) {
      call(CREATE, create(Map.of("metadata", "{\"k\": " + value + "}"))).isRefused(400, "EVS.1018");
      call(CREATE, create(Map.of("tags", "{\"k\": " + value + "}"))).isRefused(400, "EVS.1018");
    }
    for (var value : List.of("\"20\"", "true", "[]", "{}")) {
      call(
              "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
              "{\"os-extend\": {\"new_size\": " + value + "}}")
          .isRefused(400, "EVS.1018");
    }
  }

  @Test
  void aMemberThatIsNullIsAMemberThatIsNotThere() {
    call(CREATE, create(Map.of("size", "null"))).isRefused(400, "EVS.1010");
    call(CREATE, create(Map.of("volume_type", "null"))).isRefused(400, "EVS.1020");
    call(CREATE, create(Map.of("availability_zone", "null"))).isRefused(400, "EVS.1036");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "-0",
        "9",
        "9.999",
        "0.5",
        "-10",
        "32769",
        "2147483647",
        "2147483648",
        "4294967306",
        "99999999999999999999",
        "1e5",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "1e2147483647",
        "1e-2147483647"
      })
  void aSizeOutOfItsRangeIs1010(String size) {
    call(CREATE, create(Map.of("size", size))).isRefused(400, "EVS.1010");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "101", "0.9", "1e999999999", "4294967297"})
  void aCountOutOfItsRangeIs1021(String count) {
    call(CREATE, create(Map.of("count", count))).isRefused(400, "EVS.1021");
  }

  @ParameterizedTest
  @CsvSource({
    "20, EVS.1015",
    "0, EVS.1015",
    "-5, EVS.1015",
    "20.9, EVS.1015",
    "1e-999999999, EVS.1015",
    "32769, EVS.1010",
    "1e999999999, EVS.1010",
    "99999999999999999999, EVS.1010"
  })
  void aNewSizeOutOfItsRangeIsRefused(String size, String code) {
    for (var version : List.of("v2.1", "v2")) {
      call(
              "/" + version + "/{project_id}/cloudvolumes/" + volume + "/action",
              "{\"os-extend\": {\"new_size\": " + size + "}}")
          .isRefused(400, code);
    }
  }

  @Test
  void aNumberOfAMillionDigitsIsRefusedByItsLength() {
    for (var path : everyPathWithABody().keySet()) {
      var digits = "9".repeat(1_000_000);
      call(path, create(Map.of("size", digits))).is(400);
      call(path, "{\"os-extend\": {\"new_size\": " + digits + "}}").is(400);
    }
    call(CREATE, create(Map.of("size", "1e" + "9".repeat(90)))).is(400);
    call(CREATE, create(Map.of("size", "0." + "0".repeat(90) + "1"))).is(400);
  }

  @Test
  void aTextThatIsTooLongOrNoTextIsRefused() {
    call(CREATE, create(Map.of("name", "\"" + "n".repeat(300) + "\""))).isRefused(400, "EVS.1003");
    call(CREATE, create(Map.of("name", "\"" + "n".repeat(5_000_000) + "\"")))
        .isRefused(400, "EVS.1003");
    call(CREATE, create(Map.of("name", "\"" + "n".repeat(251) + "\"", "count", "2")))
        .isRefused(400, "EVS.1003");
    call(CREATE, create(Map.of("description", "\"" + "d".repeat(256) + "\"")))
        .isRefused(400, "EVS.1004");
    for (var bad : List.of("\\u0000", "a\\u0000b", "\\ud800", "\\udc00\\ud800", "\\n", "\\u007f")) {
      call(CREATE, create(Map.of("name", "\"" + bad + "\""))).isRefused(400, "EVS.1003");
      call(CREATE, create(Map.of("description", "\"" + bad + "\""))).isRefused(400, "EVS.1004");
      // half a character in a member's name is no JSON to the reader
      var ofKey = bad.startsWith("\\ud") ? "EVS.1052" : "EVS.1005";
      call(CREATE, create(Map.of("metadata", "{\"" + bad + "\": \"v\"}"))).isRefused(400, ofKey);
      call(CREATE, create(Map.of("metadata", "{\"k\": \"" + bad + "\"}")))
          .isRefused(400, "EVS.1005");
      call(CREATE, create(Map.of("tags", "{\"" + bad + "\": \"v\"}")))
          .isRefused(400, ofKey.equals("EVS.1052") ? ofKey : "EVS.1062");
      call(CREATE, create(Map.of("tags", "{\"k\": \"" + bad + "\"}"))).isRefused(400, "EVS.1062");
      call(CREATE, create(Map.of("availability_zone", "\"" + bad + "\"")))
          .isRefused(400, "EVS.1036");
      call(CREATE, create(Map.of("volume_type", "\"" + bad + "\""))).isRefused(400, "EVS.1020");
      call("/v2/{project_id}/cloudvolumes/" + volume, "{\"volume\": {\"name\": \"" + bad + "\"}}")
          .isRefused(400, "EVS.1003");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "availability_zone | \"\" | EVS.1036",
        "availability_zone | \"az9\" | EVS.1036",
        "availability_zone | \"AZ1\" | EVS.1036",
        "volume_type | \"\" | EVS.1020",
        "volume_type | \"NVME\" | EVS.1020",
        "volume_type | \"ssd\" | EVS.1020",
        "metadata | {\"\": \"v\"} | EVS.1005",
        "metadata | {\"hw:passthrough\": \"yes\"} | EVS.1057",
        "metadata | {\"full_clone\": \"1\"} | EVS.1063",
        "metadata | {\"create_for_volume_id\": \"maybe\"} | EVS.1070",
        "metadata | {\"__system__encrypted\": \"1\"} | EVS.2041",
        "metadata | {\"__system__encrypted\": \"2\"} | EVS.2041",
        "metadata | {\"__system__cmkid\": \"x\"} | EVS.2041",
        "backup_id | \"x\" | EVS.1006",
        "snapshot_id | \"x\" | EVS.2045",
        "imageRef | \"x\" | EVS.2046",
        "tags | {\"\": \"v\"} | EVS.1062",
        "tags | {\"a b\": \"v\"} | EVS.1062",
        "tags | {\"k\": \"a=b\"} | EVS.1062",
        "tags | {\"k23456789012345678901234567890123456x\": \"v\"} | EVS.1062",
        "tags | {\"k\": \"v234567890123456789012345678901234567890123x\"} | EVS.1062",
        "shareable | \"yes\" | EVS.1054",
        "enterprise_project_id | \"x\" | EVS.2059",
        "iops | 3000 | EVS.1009",
        "throughput | 125 | EVS.1009",
        "volume_type | \"GPSSD2\" | EVS.1009",
        "volume_type | \"ESSD2\" | EVS.1009",
      })
  void aValueThatCannotBeHasTheCodeOfItsMember(String member, String value, String code) {
    call(CREATE, create(Map.of(member, value))).isRefused(400, code);
    call("/v2/{project_id}/cloudvolumes", create(Map.of(member, value))).isRefused(400, code);
    call("/v3/{project_id}/cloudvolumes", create(Map.of(member, value))).isRefused(400, code);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    call(CREATE, create(Map.of("backup_id", "\"x\"", "snapshot_id", "\"y\"")))
        .isRefused(400, "EVS.1016");
    call(CREATE, create(Map.of("backup_id", "\"x\"", "count", "2"))).isRefused(400, "EVS.1051");
    call(
            CREATE,
            create(Map.of("snapshot_id", "\"x\"", "metadata", "{\"hw:passthrough\": \"true\"}")))
        .isRefused(400, "EVS.1043");
    for (var encryption : List.of("__system__encrypted", "__system__cmkid")) {
      var metadata = "{\"" + encryption + "\": \"1\"}";
      call(CREATE, create(Map.of("metadata", metadata))).isRefused(400, "EVS.2041");
      for (var source : List.of("snapshot_id", "imageRef")) {
        call(CREATE, create(Map.of(source, "\"x\"", "metadata", metadata)))
            .isRefused(400, "EVS.1043");
      }
    }
    call(
            CREATE,
            """
            {"volume": {"volume_type": "SSD", "availability_zone": "az1", "backup_id": "x"}}\
            """)
        .isRefused(400, "EVS.1006");
    var eleven =
        IntStream.range(0, 11)
            .mapToObj(i -> "\"k" + i + "\": \"v\"")
            .collect(Collectors.joining(","));
    call(CREATE, create(Map.of("tags", "{" + eleven + "}"))).isRefused(400, "EVS.1061");
    call(CREATE, create(Map.of("metadata", "{\"" + "k".repeat(256) + "\": \"v\"}")))
        .isRefused(400, "EVS.1005");
    call(CREATE, create(Map.of("metadata", "{\"k\": \"" + "v".repeat(256) + "\"}")))
        .isRefused(400, "EVS.1005");
    var megabyte =
        IntStream.range(0, 4200)
            .mapToObj(i -> "\"k%04d\": \"%s\"".formatted(i, "v".repeat(250)))
            .collect(Collectors.joining(","));
    call(CREATE, create(Map.of("metadata", "{" + megabyte + "}"))).isRefused(400, "EVS.1005");
  }

  @Test
  void whatIsNotOfferedIsRefusedAndNotIgnored() {
    var good = create(Map.of());
    var open = good.substring(0, good.length() - 1);
    call(CREATE, open + ", \"server_id\": \"x\"}").isRefused(400, "EVS.2131");
    call(CREATE, open + ", \"OS-SCH-HNT:scheduler_hints\": {\"dedicated_storage_id\": \"x\"}}")
        .isRefused(400, "EVS.1009");
    for (var bss :
        List.of(
            "{\"chargingMode\": \"free\"}",
            "{\"chargingMode\": \"prePaid\"}",
            "{\"chargingMode\": \"prePaid\", \"periodType\": \"month\"}",
            "{\"chargingMode\": \"prePaid\", \"periodType\": \"month\", \"periodNum\": 10}",
            "{\"chargingMode\": \"prePaid\", \"periodType\": \"year\", \"periodNum\": 2}",
            "{\"periodType\": \"week\"}",
            "{\"periodNum\": 1e999999999}",
            "{\"isAutoPay\": \"yes\"}",
            "{\"isAutoRenew\": \"yes\"}")) {
      call(CREATE, open + ", \"bssParam\": " + bss + "}").isRefused(400, "EVS.2147");
    }
    call(CREATE, open + ", \"bssParam\": []}").isRefused(400, "EVS.1018");
    call(
            "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
            "{\"os-extend\": {\"new_size\": 30}, \"bssParam\": {\"isAutoPay\": \"yes\"}}")
        .isRefused(400, "EVS.2147");
  }

  /** Each has every mistake of those after it, so the code tells which check comes first. */
  @Test
  void theChecksOfACreateComeInTheirOrder() {
    var mistakes = new LinkedHashMap<String, String>();
    mistakes.put("availability_zone", "\"az9\"");
    mistakes.put("volume_type", "\"NVME\"");
    mistakes.put("size", "5");
    mistakes.put("count", "101");
    mistakes.put("name", "\"\\u0000\"");
    mistakes.put("description", "\"\\u0000\"");
    mistakes.put("metadata", "{\"hw:passthrough\": \"x\"}");
    mistakes.put("backup_id", "\"x\"");
    mistakes.put("snapshot_id", "\"x\"");
    mistakes.put("tags", "{\"\": \"\"}");
    var codes =
        Map.of(
            "availability_zone", "EVS.1036",
            "volume_type", "EVS.1020",
            "size", "EVS.1010",
            "count", "EVS.1021",
            "name", "EVS.1003",
            "description", "EVS.1004",
            "metadata", "EVS.1057",
            "backup_id", "EVS.1016",
            "snapshot_id", "EVS.2045",
            "tags", "EVS.1062");
    for (var first : new ArrayList<>(mistakes.keySet())) {
      call(CREATE, create(mistakes)).isRefused(400, codes.get(first));
      mistakes.remove(first);
    }
  }
}
