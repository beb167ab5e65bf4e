package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import platter.TestServer;

/** Whatever comes in, the answer is no 5xx, is JSON, and rows, storage and quotas agree. */
class BadInputPropertyTest {
  private static final int TRIES = 200;
  private static TestServer server;

  @BeforeContainer
  static void start() {
    server = TestServer.with(Map.of("quota_volumes", "20")).run();
  }

  @AfterContainer
  static void stop() {
    try (var ending = server) {
      var report = ending.operator().get("/platter/v1/verify").is(200);
      assertThat(report.at("differences")).as(report.body()).isEmpty();
    }
  }

  private static final List<Map.Entry<String, String>> CALLS =
      List.of(
          Map.entry("POST", "/v2.1/{project_id}/cloudvolumes"),
          Map.entry("POST", "/v2/{project_id}/cloudvolumes"),
          Map.entry(
              "POST",
              "/v2.1/{project_id}/cloudvolumes/00000000-0000-4000-8000-000000000000/action"),
          Map.entry("PUT", "/v2/{project_id}/cloudvolumes/00000000-0000-4000-8000-000000000000"),
          Map.entry("POST", "/v5/{project_id}/volumes/batch-delete"),
          Map.entry(
              "POST", "/platter/v1/{project_id}/jobs/00000000000000000000000000000000/cancel"),
          Map.entry("POST", "/platter/v1/{project_id}/jobs/00000000000000000000000000000000/retry"),
          Map.entry("POST", "/v3/auth/tokens"));

  @Provide
  Arbitrary<Map.Entry<String, String>> calls() {
    return Arbitraries.of(CALLS);
  }

  /** JSON and nearly JSON, of the names that the calls know, so that it comes far. */
  @Provide
  Arbitrary<String> bodies() {
    var leaf =
        Arbitraries.oneOf(
            Arbitraries.of(
                "null",
                "true",
                "10",
                "-1",
                "1e400",
                "1e-400",
                "10.5",
                "\"az1\"",
                "\"SSD\"",
                "\"x\"",
                "\"\"",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "nul",
                "\"",
                "01",
                "1e99999999999"),
            Arbitraries.strings().ofMaxLength(20).map(text -> '"' + text + '"'),
            Arbitraries.bigDecimals().map(Object::toString));
    return Arbitraries.lazyOf(() -> leaf, () -> objects(leaf), () -> objects(objects(leaf)));
  }

  private static Arbitrary<String> objects(Arbitrary<String> values) {
    var names =
        Arbitraries.of(
            "volume",
            "os-extend",
            "volumes",
            "auth",
            "identity",
            "size",
            "count",
            "name",
            "volume_type",
            "availability_zone",
            "metadata",
            "tags",
            "new_size",
            "id",
            "methods",
            "multiattach",
            "bssParam",
            "description",
            "backup_id");
    var member = Combinators.combine(names, values).as((n, v) -> '"' + n + "\":" + v);
    var object =
        member
            .list()
            .ofMaxSize(5)
            .map(all -> all.stream().collect(Collectors.joining(",", "{", "}")));
    var list =
        values
            .list()
            .ofMaxSize(3)
            .map(all -> all.stream().collect(Collectors.joining(",", "[", "]")));
    var create =
        member
            .list()
            .ofMaxSize(3)
            .map(
                all ->
                    "{\"volume\":{\"size\":10,\"volume_type\":\"SSD\",\"availability_zone\":\"az1\""
                        + all.stream().map(one -> "," + one).collect(Collectors.joining())
                        + "}}");
    return Arbitraries.oneOf(object, object, list, create);
  }

  @Property(tries = TRIES)
  void noBodyMakesAFiveHundred(
      @ForAll("calls") Map.Entry<String, String> call, @ForAll("bodies") String body) {
    // a half character cannot be sent as UTF-8: it goes as a question mark
    answered(call, body.getBytes(UTF_8));
  }

  @Property(tries = TRIES)
  void noBytesMakeAFiveHundred(
      @ForAll("calls") Map.Entry<String, String> call, @ForAll byte[] body) {
    answered(call, body);
  }

  @Property(tries = TRIES)
  void noFilterMakesAFiveHundred(
      @ForAll("filters") String filter, @ForAll("queryValues") String value) {
    answered(server.alice().get("/v2/{project_id}/cloudvolumes/detail?" + filter + "=" + value));
  }

  @Provide
  Arbitrary<String> filters() {
    return Arbitraries.of(
        "name",
        "status",
        "limit",
        "offset",
        "marker",
        "sort_key",
        "sort_dir",
        "metadata",
        "not_metadata",
        "availability_zone",
        "multiattach",
        "service_type",
        "volume_type_id",
        "id",
        "ids",
        "enterprise_project_id",
        "server_id",
        "dedicated_storage_id");
  }

  @Provide
  Arbitrary<String> queryValues() {
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(30), bodies())
        .map(text -> URLEncoder.encode(text, UTF_8));
  }

  @Property(tries = TRIES)
  void noIdMakesAFiveHundred(@ForAll("queryValues") String id) {
    var segment = id.replace("+", "%20");
    answered(server.alice().get("/v2/{project_id}/cloudvolumes/" + segment));
    answered(server.alice().get("/v1/{project_id}/jobs/" + segment));
    answered(server.alice().get("/v1/" + segment + "/jobs/x"));
    answered(server.alice().get("/v3/projects/" + segment));
  }

  private static void answered(Map.Entry<String, String> call, byte[] body) {
    answered(server.alice().call(call.getKey(), call.getValue(), body, Map.of(), Instant.now()));
  }

  private static void answered(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isBetween(200, 499);
    assertThat(answer.json().isObject()).as(answer.body()).isTrue();
    assertThat(answer.header("X-Request-Id")).isPresent();
  }
}
