package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * The example answers of calls of which the reference has none: what the program answered once,
 * with ids, times and secrets of nobody. They have the members that it answers now. {@code
 * -Dplatter.write=true} records them anew.
 */
class RecordedExamplesTest {
  private static final Path FOLDER = Path.of("src/main/resources/openapi/recorded");
  private static final Pattern NAME = Pattern.compile("\\{(?!project_id})[^}]*}");

  /** Names of things, and what they become. */
  private static final Map<Pattern, String> MASKS =
      Map.of(
          Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
              "0ab4c6d1-8d2e-4f7a-9b3c-%012d",
          Pattern.compile("(?<![0-9a-f-])[0-9a-f]{32}(?![0-9a-f])"),
              "5ea1d2c3b4f60718293a4b5c%08d");

  private static final Pattern TIME =
      Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
  private static final Pattern FRACTION = Pattern.compile("(?<=T18:20:15\\.)\\d+");
  private static final Pattern HOST = Pattern.compile("127\\.0\\.0\\.1:\\d+");
  private static final Pattern PORT = Pattern.compile("(\"port\":)\\d+");
  private static final Pattern SECRET =
      Pattern.compile("(\"(?:secret|password|auth_key|access|export|ticket)\":)\"[^\"]*\"");
  private static final Pattern WORD = Pattern.compile("(?<![A-Za-z0-9])[a-z2-7]{32}(?![a-z0-9])");

  private static TestServer server;
  private static Client alice;
  private static Client operator;
  private static Map<String, Operation> operations;

  /** By the names of the operations, and of the kinds of their answers where they have several. */
  private static final Map<String, JsonNode> RECORDED = new TreeMap<>();

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of("node", "node-1")).run();
    alice = server.alice();
    operator = server.operator();
    operations =
        Operation.all(server).stream()
            .collect(Collectors.toMap(Operation::toString, operation -> operation));
    snapshots();
    attachments();
    olderPaths();
    jobs();
    accounts();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * Makes a call and keeps its answer, where the reference has none.
   *
   * @param pattern as in the document
   * @param ids what stands for its names, but that of the project
   */
  private static Answer record(
      Client client, String method, String pattern, String body, String... ids) {
    var operation = operations.get(method + " " + pattern.replaceFirst("\\?.*", ""));
    var left = new ArrayList<>(List.of(ids));
    var path = NAME.matcher(pattern).replaceAll(_ -> left.removeFirst());
    var answer =
        client.call(
            method,
            path.replace("{project_id}", client.project()),
            body,
            Map.of("OpenStack-API-Version", "volume 3.50"));
    assertThat(answer.status()).as(method + " " + path + " " + answer.body()).isBetween(200, 299);
    assertThat(operation).as(method + " " + pattern).isNotNull();
    if (!isPublished(operation, answer.status()) && !answer.body().isEmpty()) {
      RECORDED.put(operation.id(), Json.read(masked(answer.body())));
    }
    return answer;
  }

  /** Keeps an answer that is unlike the reference's example. */
  private static void recordToo(
      Client client, String method, String pattern, String body, String id) {
    var answer = record(client, method, pattern, body, id);
    var kind = pattern.contains("usage=") ? ".usage" : "";
    var operation = operations.get(method + " " + pattern.replaceFirst("\\?.*", ""));
    RECORDED.put(operation.id() + kind, Json.read(masked(answer.body())));
  }

  private static boolean isPublished(Operation operation, int status) {
    return operation.answerExamples(status).stream().anyMatch(name -> !name.startsWith("recorded"));
  }

  private static String masked(String body) {
    var text = body.replace(server.data().toString(), "/var/lib/platter");
    for (var mask : MASKS.entrySet()) {
      var seen = new HashMap<String, String>();
      text =
          mask.getKey()
              .matcher(text)
              .replaceAll(
                  found ->
                      seen.computeIfAbsent(
                          found.group(), _ -> mask.getValue().formatted(seen.size() + 1)));
    }
    text = SECRET.matcher(text).replaceAll("$1\"...\"");
    text = WORD.matcher(text).replaceAll("...");
    text = TIME.matcher(text).replaceAll("2026-11-21T18:20:15");
    text =
        FRACTION
            .matcher(text)
            .replaceAll(found -> "123456789".substring(0, found.end() - found.start()));
    text = PORT.matcher(text).replaceAll("$110809");
    return HOST.matcher(text).replaceAll("127.0.0.1:8776");
  }

  private static void snapshots() {
    var volume = alice.volume("db-1", 10);
    var body =
        "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"before\", \"description\": \"\"}}"
            .formatted(volume);
    for (var version : List.of("v2", "v3")) {
      var all = "/" + version + "/{project_id}/snapshots";
      var one = all + "/{snapshot_id}";
      var made = record(alice, "POST", all, body);
      var id = settled(made.text("snapshot.id"));
      var name = "{\"snapshot\": {\"name\": \"renamed\"}}";
      record(alice, "PUT", one, name, id);
      var metadata = one + "/metadata";
      record(alice, "POST", metadata, "{\"metadata\": {\"key\": \"value\"}}", id);
      record(alice, "PUT", metadata, "{\"metadata\": {\"key\": \"value\"}}", id);
      record(alice, "GET", metadata, "", id);
      record(alice, "GET", metadata + "/{key}", "", id, "key");
      record(alice, "PUT", metadata + "/{key}", "{\"meta\": {\"key\": \"new\"}}", id, "key");
      record(alice, "GET", all, "");
      record(alice, "GET", all + "/detail", "");
      record(alice, "GET", one, "", id);
    }
    var custom = "/v2/{project_id}/cloudsnapshots";
    var id = settled(record(alice, "POST", custom, body).text("snapshot.id"));
    record(alice, "PUT", custom + "/{snapshot_id}", "{\"snapshot\": {\"name\": \"x\"}}", id);
    record(alice, "GET", custom + "/{snapshot_id}", "", id);
    record(alice, "GET", custom + "/detail", "");
    var v5 = "/v5/{project_id}/snapshots";
    var tagged = body.replace("\"description\": \"\"", "\"tags\": {\"key\": \"value\"}");
    var newest = settled(record(alice, "POST", v5, tagged).text("snapshot_id"));
    record(alice, "PUT", v5 + "/{snapshot_id}", "{\"snapshot\": {\"name\": \"x\"}}", newest);
    record(alice, "GET", v5 + "/{snapshot_id}", "", newest);
    record(alice, "GET", v5 + "/detail", "");
    record(alice, "GET", v5 + "/tags", "");
    var rollback = "{\"rollback\": {\"volume_id\": \"%s\"}}".formatted(volume);
    for (var path :
        List.of(
            custom,
            v5,
            "/v2/{project_id}/os-vendor-snapshots",
            "/v3/{project_id}/os-vendor-snapshots")) {
      record(alice, "POST", path + "/{snapshot_id}/rollback", rollback, newest);
      Belongings.settle(alice);
    }
  }

  private static String settled(String id) {
    Belongings.settle(alice);
    return id;
  }

  private static void attachments() {
    var volume = alice.volume("shared", 10);
    var all = "/v3/{project_id}/attachments";
    var one = all + "/{attachment_id}";
    var made =
        record(alice, "POST", all, "{\"attachment\": {\"volume_uuid\": \"%s\"}}".formatted(volume));
    var id = made.text("attachment.id");
    var connector = "{\"connector\": {\"host\": \"host-1\", \"mountpoint\": \"/dev/vdb\"}}";
    record(alice, "PUT", one, "{\"attachment\": " + connector + "}", id);
    record(alice, "GET", all, "");
    record(alice, "GET", all + "/detail", "");
    record(alice, "GET", one, "", id);
    record(alice, "DELETE", one, "", id);
  }

  private static void olderPaths() {
    var volume = alice.volume("old", 10);
    var tags = "{\"action\": \"create\", \"tags\": [{\"key\": \"k\", \"value\": \"v\"}]}";
    var search = "{\"action\": \"filter\", \"tags\": [{\"key\": \"k\", \"values\": [\"v\"]}]}";
    alice.post("/v2/{project_id}/cloudvolumes/" + volume + "/tags/action", tags).is(204);
    for (var version : List.of("v2", "v3")) {
      var vendor = "/" + version + "/{project_id}/os-vendor-volumes";
      record(alice, "GET", vendor + "/{volume_id}/tags", "", volume);
      record(alice, "POST", vendor + "/resource_instances/action", search);
      record(alice, "GET", "/" + version + "/{project_id}/limits", "");
      for (var query : List.of("", "?usage=True")) {
        recordToo(
            alice,
            "GET",
            "/" + version + "/{project_id}/os-quota-sets/{target_project_id}" + query,
            "",
            alice.project());
      }
      record(
          operator,
          "PUT",
          "/" + version + "/{project_id}/os-quota-sets/{target_project_id}",
          "{\"quota_set\": {\"volumes\": 1000}}",
          operator.project());
    }
    record(alice, "PUT", "/v3/{project_id}/recycle-bin-volumes/policy", "{\"keep_time\": 7}");
    // the published ones tell shareable as a boolean, which the vendor's own SDK cannot read
    recordToo(
        alice,
        "PUT",
        "/v2/{project_id}/cloudvolumes/{volume_id}",
        "{\"volume\": {\"name\": \"renamed\"}}",
        volume);
  }

  private static void jobs() {
    var volume = alice.volume("gone", 10);
    var deleted =
        record(
            alice,
            "POST",
            "/v5/{project_id}/volumes/batch-delete",
            "{\"volumes\": [{\"id\": \"%s\"}]}".formatted(volume));
    var job = deleted.text("job_id");
    alice.job(job).ends("SUCCESS");
    record(alice, "GET", "/v2/{project_id}/jobs/{job_id}", "", job);
    record(alice, "GET", "/platter/v1/{project_id}/jobs?limit=2", "");
    record(alice, "GET", "/platter/v1/{project_id}/jobs/{job_id}/explain", "", job);
    record(operator, "GET", "/platter/v1/nodes", "");
    record(operator, "GET", "/platter/v1/storage", "");
    record(
        alice,
        "GET",
        "/platter/v1/{project_id}/volumes/space?volume_id=" + alice.volume("there", 10),
        "");
    record(operator, "GET", "/platter/v1/verify", "");
    record(operator, "POST", "/platter/v1/verify/repair", "{\"delete_data\": false}");
  }

  private static void accounts() {
    var domains = "/platter/v1/domains";
    var domain = record(operator, "POST", domains, "{\"domain\": {\"name\": \"lab\"}}");
    var id = domain.text("domain.id");
    record(operator, "GET", domains + "?name=lab", "");
    record(operator, "GET", domains + "/{id}", "", id);
    var projects = "/platter/v1/projects";
    var project =
        record(
            operator,
            "POST",
            projects,
            "{\"project\": {\"name\": \"region-1\", \"domain_id\": \"%s\"}}".formatted(id));
    record(operator, "GET", projects + "?domain_id=" + id, "");
    record(operator, "GET", projects + "/{id}", "", project.text("project.id"));
    var users = "/platter/v1/users";
    var user =
        record(
                operator,
                "POST",
                users,
                "{\"user\": {\"name\": \"carol\", \"domain_id\": \"%s\"}}".formatted(id))
            .text("user.id");
    record(operator, "GET", users + "?domain_id=" + id, "");
    record(operator, "GET", users + "/{id}", "", user);
    record(operator, "PUT", users + "/{id}", "{\"user\": {\"role\": \"reader\"}}", user);
    var keys = "/platter/v1/keys";
    var key =
        record(operator, "POST", keys, "{\"key\": {\"user_id\": \"%s\"}}".formatted(user))
            .text("key.access");
    record(operator, "GET", keys + "?user_id=" + user, "");
    record(operator, "GET", keys + "/{id}", "", key);
    record(operator, "PUT", keys + "/{id}", "{\"key\": {\"enabled\": false}}", key);
  }

  @Test
  void theRecordedExamplesHaveTheMembersOfWhatIsAnsweredNow() throws IOException {
    if (Boolean.getBoolean("platter.write")) {
      Files.createDirectories(FOLDER);
      for (var one : RECORDED.entrySet()) {
        Files.writeString(file(one.getKey()), one.getValue().toPrettyString() + "\n");
      }
    }
    var files = new TreeSet<String>();
    try (var all = Files.list(FOLDER)) {
      all.map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".json"))
          .forEach(file -> files.add(file.replaceFirst("\\.json$", "")));
    }
    assertThat(files).as("record them with -Dplatter.write=true").isEqualTo(RECORDED.keySet());
    for (var one : RECORDED.entrySet()) {
      var file = Json.read(Files.readString(file(one.getKey()), UTF_8));
      assertThat(members(file)).as(one.getKey()).isEqualTo(members(one.getValue()));
    }
  }

  @Test
  void theyAreAsTheirSchemasSay() {
    for (var operation : operations.values()) {
      for (int status : new int[] {200, 201, 202}) {
        for (var kind : List.of("", ".usage")) {
          var recorded = RECORDED.get(operation.id() + kind);
          if (recorded != null && operation.answerExamples(status).contains("recorded" + kind)) {
            assertThat(Conforms.fault(operation.answer(status).orElseThrow(), recorded))
                .as(operation.toString())
                .isEmpty();
          }
        }
      }
    }
  }

  private static Path file(String operation) {
    return FOLDER.resolve(operation + ".json");
  }

  /** Where members are. Types are compared by {@link Conforms}: a time may be null, or not yet. */
  private static Set<String> members(JsonNode node) {
    var members = new TreeSet<String>();
    collect(node, "$", members);
    return members;
  }

  private static void collect(JsonNode node, String at, Set<String> members) {
    members.add(at);
    node.properties().forEach(one -> collect(one.getValue(), at + "." + one.getKey(), members));
    if (node.isArray()) {
      node.forEach(one -> collect(one, at + "[]", members));
    }
  }

  /** The calls that are tried by this test alone are those that nothing else has examples of. */
  @Test
  void everyAnswerThatIsDescribedHasAnExample() {
    var without = new TreeSet<String>();
    for (var operation : operations.values()) {
      for (int status : new int[] {200, 201, 202}) {
        if (operation.answer(status).isPresent() && operation.answerExamples(status).isEmpty()) {
          without.add(operation + " " + status);
        }
      }
    }
    // these start something that only goes wrong can need
    assertThat(without).allMatch(call -> call.contains("/platter/v1/{project_id}/jobs/{job_id}/"));
  }
}
