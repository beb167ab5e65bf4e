package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.auth.TestClock;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What the OpenAPI document says of queries and bodies is what the calls read: each declared member
 * of the wrong type is refused, each declared parameter matters. That nothing else is read, the
 * handlers' own assertions hold in every test ({@code Request.query}, {@code Body}).
 */
class DeclaredInputTest {
  private static final Pattern NAME = Pattern.compile("\\{([^}]*)}");

  /** One of each JSON type but null. */
  private static final Map<String, String> VALUES =
      Map.of(
          "object", "{\"a\": 1}",
          "string", "\"x\"",
          "integer", "7",
          "boolean", "true",
          "array", "[\"x\"]");

  private static TestServer server;
  private static List<Operation> operations;
  private static Map<String, String> ids;

  @BeforeAll
  static void start() {
    var clock = new TestClock(Instant.parse("2026-11-21T12:00:00Z"));
    server = TestServer.with(Map.of()).clock(clock).run();
    operations = Operation.all(server);
    var alice = server.alice();
    var volume = alice.volume("there", 10);
    var offered = alice.volume("offered", 10);
    var attached = alice.volume("attached", 10);
    var snapshot =
        alice
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"there\"}}".formatted(volume))
            .is(202);
    alice.job(snapshot.text("job_id")).ends("SUCCESS");
    var transfer =
        alice
            .post(
                "/v3/{project_id}/os-volume-transfer",
                "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"there\"}}".formatted(offered))
            .is(202);
    var attachment =
        alice
            .call(
                "POST",
                "/v3/{project_id}/attachments",
                "{\"attachment\": {\"volume_uuid\": \"%s\"}}".formatted(attached),
                Map.of("OpenStack-API-Version", "volume 3.50"))
            .is(202);
    var bin = "/v3/{project_id}/recycle-bin-volumes";
    alice.put(bin + "/policy", "{\"switch\": true, \"threshold_time\": 2}").is(200);
    var kept = alice.volume("kept", 10);
    clock.advance(Duration.ofDays(3));
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + kept).is(200);
    alice.job(delete.text("job_id")).ends("SUCCESS");
    alice.get(bin + "/detail").is(200).hasSize("volumes", 1);
    ids =
        Map.of(
            "volume_id", volume,
            "snapshot_id", snapshot.text("snapshot_id"),
            "job_id", snapshot.text("job_id"),
            "transfer_id", transfer.text("transfer.id"),
            "attachment_id", attachment.text("attachment.id"),
            "target_project_id", TestServer.ALICE_PROJECT,
            "key", "k");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** An id in a body that nothing has, so that no call of this test changes anything. */
  private static final Sample SAMPLE = new Sample(_ -> new UUID(0x4000, 1L << 63).toString());

  private static Answer send(Operation operation, String query, String body) {
    return send(operation, query, body, Map.of());
  }

  private static Answer send(
      Operation operation, String query, String body, Map<String, String> more) {
    var headers = new HashMap<>(more);
    headers.put("OpenStack-API-Version", "volume 3.50");
    var path =
        NAME.matcher(operation.path())
            .replaceAll(
                name ->
                    name.group(1).equals("project_id")
                        ? "{project_id}"
                        : ids.getOrDefault(name.group(1), "nobody"));
    var action = operation.about().path("x-iam-action").asString("");
    boolean operators = action.matches("platter:(service|accounts):.*");
    var client = operators ? server.operator() : server.alice();
    return client.call(operation.method(), path + query, body, headers);
  }

  @Test
  void everyDeclaredMemberOfTheWrongTypeIsRefused() {
    var overlooked = new TreeSet<String>();
    int tried = 0;
    for (var operation : operations) {
      var schema = operation.body();
      if (schema.isEmpty()) {
        continue;
      }
      for (var place : Sample.places(schema.get())) {
        var types = Sample.types(place.schema());
        if (types.contains("null")) {
          continue; // whatever it says, there is nothing to say
        }
        for (var wrong : List.of("object", "string", "integer", "boolean", "array")) {
          if (!types.contains(wrong)) {
            var body = SAMPLE.with(schema.get(), place, Json.read(VALUES.get(wrong)));
            var answer = send(operation, "", new String(Json.write(body), UTF_8));
            if (!isRefusalOf(place.name(), answer)) {
              overlooked.add(operation + " " + body + ": " + answer.status() + answer.body());
            }
            tried++;
          }
        }
      }
    }
    assertThat(tried).isGreaterThan(1000);
    assertThat(overlooked).isEmpty();
  }

  @Test
  void everyDeclaredHeaderMatters() {
    var overlooked = new TreeSet<String>();
    int tried = 0;
    for (var operation : operations) {
      for (var header : operation.headers()) {
        var name = header.path("name").asString("");
        var body = operation.body().map(schema -> SAMPLE.smallest(schema, "").toString());
        var answer = send(operation, "", body.orElse(""), Map.of(name, "x".repeat(300)));
        var said = answer.header("X-Platter-Detail").orElse("") + answer.body();
        if (answer.status() < 400 || !said.contains(name)) {
          overlooked.add(operation + " " + name + ": " + answer.status() + " " + said);
        }
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(50);
    assertThat(overlooked).isEmpty();
  }

  /** The identity service does not say what it minds. */
  private static boolean isRefusalOf(String member, Answer answer) {
    var said = answer.header("X-Platter-Detail").orElse("") + answer.body();
    return answer.status() == 400
        && (said.contains(member) || answer.body().contains("request body"));
  }

  @Test
  void everyDeclaredParameterMatters() {
    var overlooked = new TreeSet<String>();
    int tried = 0;
    for (var operation : operations) {
      boolean looks = operation.method().equals("GET");
      for (var parameter : operation.query()) {
        if (parameter.path("x-lenient").asBoolean(false)) {
          continue;
        }
        var name = parameter.path("name").asString("");
        var value = nonsense(parameter.path("schema"));
        var answer =
            send(operation, "?" + URLEncoder.encode(name, UTF_8) + "=" + encoded(value), "");
        boolean matters =
            answer.status() == 400
                || (looks
                    && !isStrict(parameter.path("schema"))
                    && !answer.body().equals(send(operation, "", "").is(200).body()));
        if (!matters) {
          overlooked.add(operation + " " + name + ": " + answer.status() + " " + answer.body());
        }
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(100);
    assertThat(overlooked).isEmpty();
  }

  /** Of what it could be wrong: nonsense must be refused, and not just find nothing. */
  private static boolean isStrict(JsonNode schema) {
    return schema.has("enum")
        || schema.has("format")
        || schema.path("type").asString("").equals("integer");
  }

  private static String nonsense(JsonNode schema) {
    return schema.path("type").asString("").equals("integer") ? "-1" : "no-such-thing";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
