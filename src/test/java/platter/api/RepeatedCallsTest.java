package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** {@code X-Client-Token} and {@code Idempotency-Key}, on every call that starts a job. */
class RepeatedCallsTest {
  private static final String CREATE =
      """
      {"volume": {"name": "%s", "size": 10, "volume_type": "SSD", "availability_zone": "az1"}}\
      """;
  private static final String EXTEND = "{\"os-extend\": {\"new_size\": %d}}";
  private static final int AT_ONCE = 16;

  private TestServer server = TestServer.start();
  private Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  /** A call as it is sent. */
  record Call(String method, String path, String body) {
    Answer by(Client client, Map<String, String> headers) {
      return client.call(method, path, body, headers);
    }

    Answer by(Client client, String key) {
      return by(client, Map.of("Idempotency-Key", key));
    }
  }

  /** Every call that starts a job, on volumes of its own. */
  enum Starting {
    CREATE_V21,
    CREATE_V2,
    CREATE_V3,
    EXTEND_V21,
    EXTEND_V2,
    DELETE,
    DELETE_BATCH;

    Call on(Client client) {
      var volumes = "/{project_id}/cloudvolumes";
      return switch (this) {
        case CREATE_V21 -> new Call("POST", "/v2.1" + volumes, CREATE.formatted("once"));
        case CREATE_V2 -> new Call("POST", "/v2" + volumes, CREATE.formatted("once"));
        case CREATE_V3 -> new Call("POST", "/v3" + volumes, CREATE.formatted("once"));
        case EXTEND_V21 -> extend("/v2.1" + volumes, client.volume("e", 10));
        case EXTEND_V2 -> extend("/v2" + volumes, client.volume("e", 10));
        case DELETE -> new Call("DELETE", "/v2" + volumes + "/" + client.volume("d", 10), "");
        case DELETE_BATCH ->
            new Call(
                "POST",
                "/v5/{project_id}/volumes/batch-delete",
                "{\"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}]}"
                    .formatted(client.volume("d", 10), client.volume("d", 10)));
      };
    }

    private static Call extend(String volumes, String volume) {
      return new Call("POST", volumes + "/" + volume + "/action", EXTEND.formatted(20));
    }
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private int jobs() {
    return alice.get("/platter/v1/{project_id}/jobs?limit=1000").is(200).at("jobs").size();
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRepeatAnswersTheSameAndStartsNothingAlsoAfterARestart(Starting starting) {
    var call = starting.on(alice);
    int before = jobs();
    var key = key();
    var first = call.by(alice, key);
    assertThat(first.status()).isIn(200, 202);
    answersTheSame(call, key, first);
    alice.job(first.text("job_id")).ends("SUCCESS");
    answersTheSame(call, key, first);
    server.stop();
    server.run();
    alice = server.alice();
    answersTheSame(call, key, first);
    assertThat(jobs()).isEqualTo(before + 1);
    nothingDiffers();
  }

  private void answersTheSame(Call call, String key, Answer first) {
    var again = call.by(alice, key).is(first.status());
    assertThat(again.body()).isEqualTo(first.body());
  }

  @ParameterizedTest
  @EnumSource
  void theSameCallSixteenTimesAtTheSameInstantMakesOneJob(Starting starting) throws Exception {
    try (var pool = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int round = 0; round < 3; round++) {
        var call = starting.on(alice);
        int before = jobs();
        var key = key();
        var together = new CyclicBarrier(AT_ONCE);
        Callable<String> one =
            () -> {
              together.await();
              var answer = call.by(alice, key);
              return answer.status() + answer.body();
            };
        var answers = new HashSet<String>();
        for (var answer : pool.invokeAll(IntStream.range(0, AT_ONCE).mapToObj(_ -> one).toList())) {
          answers.add(answer.get());
        }
        assertThat(answers).singleElement().asString().startsWith("20");
        assertThat(jobs()).isEqualTo(before + 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theKeyOfACallIsRefusedForAnyOtherCall(Starting starting) {
    var key = key();
    var call = starting.on(alice);
    call.by(alice, key);
    for (var other : Starting.values()) {
      var another = other.on(alice);
      if (!another.equals(call)) { // a create is the same call again
        int before = jobs();
        another.by(alice, key).isRefused(400, "PLATTER.0001");
        assertThat(jobs()).isEqualTo(before);
      }
    }
    int before = jobs();
    new Call(call.method, call.path, call.body + " ").by(alice, key).isRefused(400, "PLATTER.0001");
    assertThat(jobs()).isEqualTo(before);
  }

  @Test
  void aKeyIsTheProjectsOwn() {
    var key = key();
    for (var starting : Starting.values()) {
      var named = key + starting;
      var alices = starting.on(alice).by(alice, named);
      var bob = server.bob();
      var bobs = starting.on(bob).by(bob, named).is(alices.status());
      assertThat(bobs.text("job_id")).isNotEqualTo(alices.text("job_id"));
    }
  }

  @Test
  void aRefusedCallLeavesItsKeyFree() {
    server.close();
    server = TestServer.with(Map.of("quota_volumes", "2", "quota_gigabytes", "25")).run();
    alice = server.alice();
    var volume = alice.volume("v", 10);
    var volumes = "/v2/{project_id}/cloudvolumes";
    var create = key();
    var many =
        "{\"volume\": {\"size\": 10, \"volume_type\": \"SSD\", \"availability_zone\": \"az1\"";
    new Call("POST", volumes, many + ", \"count\": 2}}")
        .by(alice, create)
        .isRefused(400, "EVS.1034");
    new Call("POST", volumes, many + "}}").by(alice, create).is(200);
    var extend = key();
    var action = volumes + "/" + volume + "/action";
    new Call("POST", action, EXTEND.formatted(16)).by(alice, extend).isRefused(400, "EVS.1042");
    var extending = new Call("POST", action, EXTEND.formatted(15)).by(alice, extend).is(200);
    var delete = key();
    var unknown = "00000000-0000-4000-8000-000000000000";
    new Call("DELETE", volumes + "/" + unknown, "").by(alice, delete).isRefused(404, "EVS.5404");
    new Call(
            "POST",
            "/v5/{project_id}/volumes/batch-delete",
            "{\"volumes\": [{\"id\": \"%s\"}]}".formatted(unknown))
        .by(alice, delete)
        .isRefused(404, "EVS.5404");
    alice.job(extending.text("job_id")).ends("SUCCESS");
    new Call("DELETE", volumes + "/" + volume, "").by(alice, delete).is(200);
  }

  @Test
  void aCreateFromASnapshotIsAnsweredAgainWhenTheSnapshotIsGone() {
    var source = alice.volume("source", 10);
    var snapshot =
        alice
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\"}}".formatted(source))
            .is(202);
    alice.job(snapshot.text("job_id")).ends("SUCCESS");
    var id = snapshot.text("snapshot_id");
    var members =
        "\"size\": 10, \"volume_type\": \"SSD\", \"availability_zone\": \"az1\", \"snapshot_id\"";
    var body = "{\"volume\": {%s: \"%s\"}}".formatted(members, id);
    var evs = new Call("POST", "/v2.1/{project_id}/cloudvolumes", body);
    var cinder = new Call("POST", "/v3/{project_id}/volumes", body);
    var evsKey = key();
    var cinderKey = key();
    var first = evs.by(alice, evsKey).is(202);
    var shown = cinder.by(alice, cinderKey).is(202);
    alice.job(first.text("job_id")).ends("SUCCESS");
    settles(shown.text("volume.id"));
    alice.delete("/v2/{project_id}/cloudsnapshots/" + id).is(202);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> alice.get("/v2/{project_id}/cloudsnapshots/" + id).status() == 404);
    answersTheSame(evs, evsKey, first);
    answersTheSame(cinder, cinderKey, shown);
    evs.by(alice, key()).isRefused(400, "EVS.2045");
    nothingDiffers();
  }

  private void settles(String volume) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !List.of("creating", "extending").contains(alice.statusOf(volume)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void cindersCallsAreAnsweredAgainWhateverBecameOfTheVolume(String version) {
    var volumes = "/" + version + "/{project_id}/volumes";
    var create = new Call("POST", volumes, "{\"volume\": {\"size\": 1, \"name\": \"a\"}}");
    var many =
        new Call("POST", volumes, "{\"volume\": {\"size\": 1, \"name\": \"b\", \"count\": 2}}");
    var createKey = key();
    var manyKey = key();
    var created = create.by(alice, createKey).is(202);
    var ofMany = many.by(alice, manyKey).is(202).has("volume.name", "b-0001");
    var id = created.text("volume.id");
    settles(id);
    var extend = new Call("POST", volumes + "/" + id + "/action", EXTEND.formatted(2));
    var extendKey = key();
    extend.by(alice, extendKey).is(202);
    settles(id);
    alice.put(volumes + "/" + id, "{\"volume\": {\"name\": \"other\"}}").is(200);
    answersTheSame(create, createKey, created);
    var delete = alice.delete("/v2/{project_id}/cloudvolumes/" + id).is(200);
    alice.job(delete.text("job_id")).ends("SUCCESS");
    int before = jobs();
    answersTheSame(create, createKey, created);
    answersTheSame(many, manyKey, ofMany);
    extend.by(alice, extendKey).is(202);
    extend.by(alice, key()).is(404);
    assertThat(jobs()).isEqualTo(before);
    nothingDiffers();
  }

  @Test
  void bothHeadersAreTheSameKey() {
    var key = key();
    var call = Starting.CREATE_V21.on(alice);
    var first = call.by(alice, Map.of("X-Client-Token", key)).is(202);
    assertThat(call.by(alice, Map.of("Idempotency-Key", key)).body()).isEqualTo(first.body());
    assertThat(call.by(alice, Map.of("X-Client-Token", key, "Idempotency-Key", key)).body())
        .isEqualTo(first.body());
    call.by(alice, Map.of("X-Client-Token", key, "Idempotency-Key", key()))
        .isRefused(400, "EVS.1070");
    assertThat(jobs()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "00000000-0000-4000-8000-00000000000g"})
  void aClientTokenIsAUuid(String token) {
    for (var starting : Starting.values()) {
      starting.on(alice).by(alice, Map.of("X-Client-Token", token)).isRefused(400, "EVS.1070");
    }
  }

  @Test
  void anIdempotencyKeyIsPrintableAndUpTo255CharactersLong() {
    var call = Starting.CREATE_V2.on(alice);
    for (var key : List.of("", "x".repeat(256), "tab\tin it")) {
      call.by(alice, key).isRefused(400, "EVS.1070");
    }
    for (var key : List.of("x", "x".repeat(255), "\"quoted, with spaces\" !~")) {
      var first = call.by(alice, key).is(200);
      assertThat(call.by(alice, key).body()).isEqualTo(first.body());
    }
    assertThat(jobs()).isEqualTo(3);
  }

  @Test
  void callsWithoutAKeyAreEachForThemselves() {
    var call = Starting.CREATE_V21.on(alice);
    assertThat(call.by(alice, Map.of()).is(202).body())
        .isNotEqualTo(call.by(alice, Map.of()).is(202).body());
  }
}
