package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.error.ErrorCode;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * Every call of the OpenAPI document with generated paths, queries, headers and bodies, by alice:
 * no 5xx, each refusal has a documented code and its family's shape, each success a documented
 * status, and nothing of bob's is seen or changed. {@code -Dplatter.seed} repeats a run, {@code
 * -Dplatter.tries} makes a longer one.
 */
class EveryCallBadInputTest {
  private static final long SEED = Long.getLong("platter.seed", System.nanoTime());
  private static final int TRIES = Integer.getInteger("platter.tries", 4000);

  /** Unless somebody names the number of tries. */
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  private static final String SECRET = "only-bob-knows";
  private static final Pattern NAME = Pattern.compile("\\{([^}]*)}");
  private static final Pattern ID =
      Pattern.compile("\"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\"");
  private static final Pattern VALUE =
      Pattern.compile("(?<=: ?)(\"[^\"]*\"|-?\\d+(\\.\\d+)?|true|false|null)");
  private static final Pattern MEMBER = Pattern.compile("\"[\\w:-]+\" ?:");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "10",
          "10.5",
          "1e400",
          "1e-400",
          "2147483648",
          "9223372036854775808",
          "1e99999999999",
          "9".repeat(200),
          "\"\"",
          "\"x\"",
          "\"10\"",
          "\"true\"",
          "\"az1\"",
          "\"SSD\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"💾\"",
          "\"%s%n\"",
          "\"';--\"",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "{\"a\": 1}",
          "nul",
          "\"",
          '"' + "x".repeat(5000) + '"');

  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "0",
          "-1",
          "1",
          "1000",
          "1001",
          "2147483648",
          "9".repeat(40),
          "null",
          "true",
          "[]",
          "{}",
          "{\"a\": \"b\"}",
          "{'a': u'b'}",
          "{",
          "\u0000",
          "\n",
          "💾",
          "a,b",
          ",",
          "%",
          "..",
          "../..",
          "*",
          "created_at",
          "name:asc",
          "asc",
          "desc",
          "available",
          "deleting",
          "2026-11-21T18:20:15Z",
          "x".repeat(300));

  private static final List<String> QUERIES =
      List.of(
          "name",
          "status",
          "limit",
          "offset",
          "marker",
          "sort_key",
          "sort_dir",
          "sort",
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
          "dedicated_storage_id",
          "volume_id",
          "usage",
          "with_count",
          "cascade",
          "type",
          "volume",
          "parent",
          "since",
          "until",
          "text",
          "stuck",
          "tag_key",
          "tags",
          "snapshot_type",
          "name~",
          "nocatalog",
          "x");

  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "X-Client-Token", List.of("", "x", "8d2a4f5e-0e1c-4a0e-9a55-0d9d5f1f7a11"),
          "Idempotency-Key", List.of("", "k", "k".repeat(256), "a b"),
          "OpenStack-API-Version",
              List.of(
                  "",
                  "volume",
                  "volume 3.0",
                  "volume 3.50",
                  "volume 3.51",
                  "volume 9.9",
                  "volume latest",
                  "volume 3.99999999999999999999",
                  "compute 2.1"),
          "X-Subject-Token", List.of("", "x"),
          "Content-Type", List.of("text/plain", "application/json; charset=utf-16", "x"),
          "Accept", List.of("text/html", "*/*"),
          "X-Forwarded-For", List.of("127.0.0.1"));

  /** All that may stand in a refusal: codes with the statuses they may have. */
  private static final Set<String> CODES =
      Arrays.stream(ErrorCode.values())
          .map(code -> code.code() + " " + code.status())
          .collect(Collectors.toSet());

  private static final Set<String> CODE_NAMES =
      Arrays.stream(ErrorCode.values()).map(ErrorCode::code).collect(Collectors.toSet());

  private static TestServer server;
  private static List<Operation> operations;
  private static String token;
  private static List<String> bobsIds;

  private final Random random = new Random(SEED);
  private final List<String> alicesIds = new ArrayList<>();

  /** The first call of each kind of fault. */
  private final Map<String, String> faults = new TreeMap<>();

  /** A call of the document. */
  private record Operation(String method, String path, JsonNode about) {
    String family() {
      return about.at("/responses/4XX/$ref").asString("").replaceFirst(".*/", "");
    }

    boolean mayAnswer(int status) {
      return about.path("responses").has(String.valueOf(status));
    }

    List<String> examples() {
      var all = new ArrayList<String>();
      for (var one : about.at("/requestBody/content/application~1json/examples")) {
        all.add(new String(Json.write(one.path("value")), UTF_8));
      }
      return all;
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** What was sent, so that a failure can be told. */
  private record Call(Operation operation, URI uri, Map<String, String> headers, byte[] body) {
    @Override
    public String toString() {
      return operation
          + "\n"
          + uri
          + "\n"
          + headers.keySet()
          + "\n"
          + new String(body, 0, Math.min(body.length, 2000), UTF_8)
          + "\nrepeat with -Dplatter.seed="
          + SEED;
    }
  }

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of("quota_volumes", "60", "quota_snapshots", "30")).run();
    var document =
        Json.read(
            Client.send("GET", server.endpoint().resolve("/openapi.json"), new byte[0], Map.of())
                .is(200)
                .body());
    operations = new ArrayList<>();
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        var method = operation.getKey().toUpperCase(Locale.ROOT);
        operations.add(new Operation(method, path.getKey(), operation.getValue()));
      }
    }
    token =
        Client.send(
                "POST",
                server.endpoint().resolve("/v3/auth/tokens"),
                """
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                  {"name": "alice", "password": "alice-password", "domain": {"name": "wonderland"}}}},
                  "scope": {"project": {"id": "%s"}}}}"""
                    .formatted(TestServer.ALICE_PROJECT)
                    .getBytes(UTF_8),
                Map.of())
            .is(201)
            .header("X-Subject-Token")
            .orElseThrow();
    bobsIds = belongings(server.bob(), SECRET);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * A volume, a snapshot of it, a volume on offer, and the job that made one. Returns their ids.
   */
  private static List<String> belongings(Client owner, String name) {
    var volume = owner.volume(name, 10);
    var offered = owner.volume(name + "-offered", 10);
    var snapshot =
        owner
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}".formatted(volume, name))
            .is(202);
    owner.job(snapshot.text("job_id")).ends("SUCCESS");
    owner
        .post(
            "/v2/{project_id}/cloudvolumes/" + volume + "/tags/action",
            "{\"action\": \"create\", \"tags\": [{\"key\": \"k\", \"value\": \"%s\"}]}"
                .formatted(name))
        .is(204);
    owner
        .post(
            "/v3/{project_id}/volumes/" + volume + "/metadata",
            "{\"metadata\": {\"key\": \"%s\"}}".formatted(name))
        .is(200);
    var transfer =
        owner
            .post(
                "/v3/{project_id}/os-volume-transfer",
                "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}"
                    .formatted(offered, name))
            .is(202);
    return List.of(
        volume,
        offered,
        snapshot.text("snapshot_id"),
        snapshot.text("job_id"),
        transfer.text("transfer.id"),
        owner.project());
  }

  private static String everythingOfBobs() {
    var bob = server.bob();
    return List.of(
            "/v2/{project_id}/cloudvolumes/detail",
            "/v2/{project_id}/cloudvolumes/tags",
            "/v2/{project_id}/cloudsnapshots/detail",
            "/v3/{project_id}/os-volume-transfer/detail",
            "/v3/{project_id}/recycle-bin-volumes/policy",
            "/v3/{project_id}/recycle-bin-volumes/detail",
            "/v3/{project_id}/os-quota-sets/{project_id}?usage=True",
            "/platter/v1/{project_id}/jobs")
        .stream()
        .map(path -> bob.get(path).is(200).body())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void noCallWithAnythingInItBreaksTheServerOrTouchesWhatIsBobs() {
    System.out.println("EveryCallBadInputTest: -Dplatter.seed=" + SEED);
    var before = everythingOfBobs();
    assertThat(before).contains(SECRET);
    alicesIds.addAll(belongings(server.alice(), "alices"));
    long end = System.nanoTime() + ENOUGH.toNanos();
    boolean asked = System.getProperty("platter.tries") != null;
    int tries = 0;
    // each call at least once, then whichever
    while (tries < operations.size() || (tries < TRIES && (asked || System.nanoTime() < end))) {
      var operation =
          tries < operations.size() ? operations.get(tries) : operations.get(pick(operations));
      check(call(operation));
      tries++;
    }
    System.out.println("EveryCallBadInputTest: " + tries + " calls");
    assertThat(faults).as("seed %s", SEED).isEmpty();
    assertThat(everythingOfBobs()).as("seed %s", SEED).isEqualTo(before);
    for (var status : List.of("INIT", "RUNNING")) {
      Awaitility.await("alice's jobs end")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  server
                      .alice()
                      .get("/platter/v1/{project_id}/jobs?status=" + status)
                      .is(200)
                      .at("jobs")
                      .isEmpty());
    }
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as("%s seed %s", report.body(), SEED).isEmpty();
    assertThat(report.at("foreign")).as("%s seed %s", report.body(), SEED).isEmpty();
  }

  private void check(Call call) {
    var answer = Client.send(call.operation.method, call.uri, call.body, call.headers);
    int status = answer.status();
    if (status < 400) {
      remember(answer);
    }
    fault(call, answer)
        .ifPresent(
            fault ->
                faults.putIfAbsent(
                    call.operation + ": " + fault,
                    call + "\n" + status + " " + answer.body() + "\n"));
  }

  private static Optional<String> fault(Call call, Answer answer) {
    int status = answer.status();
    if (status >= 500) {
      return Optional.of("a " + status);
    }
    if (answer.header("X-Request-Id").isEmpty()) {
      return Optional.of("no X-Request-Id");
    }
    if (answer.body().contains(SECRET)) {
      return Optional.of("tells what is bob's");
    }
    if (status < 400) {
      return call.operation.mayAnswer(status)
          ? Optional.empty()
          : Optional.of(status + " is not told");
    }
    return refusal(call.operation.family(), answer);
  }

  /** What alice made may be harmed too. */
  private void remember(Answer answer) {
    if (alicesIds.size() < 60) {
      ID.matcher(answer.body())
          .results()
          .map(found -> found.group().replace("\"", ""))
          .filter(id -> !alicesIds.contains(id))
          .limit(2)
          .forEach(alicesIds::add);
    }
  }

  /** What is wrong with a refusal; nothing when it is as documented. */
  private static Optional<String> refusal(String family, Answer answer) {
    int status = answer.status();
    var body = answer.json();
    if (body.has("error_code")) {
      var code = body.path("error_code").asString("");
      return CODES.contains(code + " " + status)
              && body.path("request_id")
                  .asString("")
                  .equals(answer.header("X-Request-Id").orElse(""))
          ? Optional.empty()
          : Optional.of("no refusal of the gateway");
    }
    var fine =
        switch (family) {
          case "EvsRefusal" ->
              CODES.contains(body.at("/error/code").asString("") + " " + status)
                  && !body.at("/error/message").asString("").isEmpty();
          case "CinderRefusal" ->
              body.size() == 1
                  && body.iterator().next().path("code").asInt(0) == status
                  && !body.iterator().next().path("message").asString("").isEmpty()
                  && CODE_NAMES.contains(answer.header("X-Platter-Detail").orElse(""));
          case "IamRefusal" ->
              body.at("/error/code").asInt(0) == status
                  && body.at("/error/message").isString()
                  && body.at("/error/title").isString();
          default -> false;
        };
    return fine ? Optional.empty() : Optional.of("not as " + family);
  }

  // what is sent

  private Call call(Operation operation) {
    var path = NAME.matcher(operation.path).replaceAll(name -> encoded(segment(name.group(1))));
    var query = new ArrayList<String>();
    if (random.nextInt(operation.method.equals("GET") ? 2 : 6) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        query.add(QUERIES.get(pick(QUERIES)) + "=" + encoded(text()));
      }
    }
    if (random.nextInt(40) == 0) {
      query.add("name=%ff%c3"); // no UTF-8
    }
    var headers = new HashMap<String, String>();
    if (random.nextInt(50) != 0) {
      headers.put("X-Auth-Token", token);
    }
    if (random.nextInt(4) == 0) {
      var name = HEADERS.keySet().stream().sorted().toList().get(random.nextInt(HEADERS.size()));
      var values = HEADERS.get(name);
      headers.put(name, values.get(pick(values)));
    }
    boolean writes = operation.method.equals("POST") || operation.method.equals("PUT");
    var body = writes || random.nextInt(20) == 0 ? body(operation) : new byte[0];
    var uri = path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    return new Call(operation, server.endpoint().resolve(uri), headers, body);
  }

  private String segment(String name) {
    if (name.equals("project_id") && random.nextInt(12) != 0) {
      return TestServer.ALICE_PROJECT;
    }
    int kind = random.nextInt(10);
    var text = text();
    // an empty or dotted segment would be another path
    return kind < 8 ? id() : text.isEmpty() || text.startsWith(".") ? "x" : text;
  }

  private String id() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> alicesIds.get(pick(alicesIds));
      case 4, 5 -> bobsIds.get(pick(bobsIds));
      case 6 -> "00000000-0000-4000-8000-00000000000" + random.nextInt(10);
      default -> "0000000000000000000000000000000" + random.nextInt(10);
    };
  }

  private String text() {
    return random.nextInt(4) == 0 ? id() : TEXTS.get(pick(TEXTS));
  }

  /** The reference's example with ids that there are, most of the time with something wrong. */
  private byte[] body(Operation operation) {
    var examples = operation.examples();
    var text =
        examples.isEmpty()
            ? made(operation)
            : ID.matcher(examples.get(pick(examples))).replaceAll(_ -> '"' + id() + '"');
    for (int i = random.nextInt(3); i > 0; i--) {
      text = spoiled(text);
    }
    var bytes = text.getBytes(UTF_8);
    if (random.nextInt(20) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256); // maybe no UTF-8 any more
    }
    return bytes;
  }

  /** Of the words in backticks that its description has: among them the members. */
  private String made(Operation operation) {
    var words =
        Pattern.compile("`([a-z_-]+)`")
            .matcher(operation.about.path("description").asString(""))
            .results()
            .map(found -> found.group(1))
            .toList();
    var members = new ArrayList<String>();
    for (var word : words) {
      if (random.nextInt(3) != 0) {
        members.add('"' + word + "\": " + (word.endsWith("id") ? '"' + id() + '"' : scalar()));
      }
    }
    var object = "{" + String.join(", ", members) + "}";
    var around = List.of("volume", "snapshot", "rollback", "metadata", "meta", "tags", "quota_set");
    return random.nextBoolean() ? object : "{\"" + around.get(pick(around)) + "\": " + object + "}";
  }

  private String scalar() {
    return SCALARS.get(pick(SCALARS));
  }

  private String spoiled(String text) {
    return switch (random.nextInt(10)) {
      case 0 -> "";
      case 1 -> scalar();
      case 2 -> "[".repeat(1 + random.nextInt(5000)) + text;
      case 3 -> "{\"volume\": ".repeat(40) + text + "}".repeat(40);
      case 4 -> text.substring(0, random.nextInt(text.length() + 1));
      case 5 -> one(MEMBER, text, member -> member + scalar() + ", " + member); // twice
      case 6 -> one(MEMBER, text, _ -> "\"other\":");
      default -> one(VALUE, text, _ -> random.nextBoolean() ? scalar() : '"' + id() + '"');
    };
  }

  /** Replaces one of the places, whichever. */
  private String one(Pattern what, String text, java.util.function.UnaryOperator<String> by) {
    var places = what.matcher(text).results().toList();
    if (places.isEmpty()) {
      return text;
    }
    var place = places.get(pick(places));
    return text.substring(0, place.start()) + by.apply(place.group()) + text.substring(place.end());
  }

  private int pick(List<?> list) {
    return random.nextInt(list.size());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
