package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/** Bad input of the calls that look after jobs gets its documented code, never a 5xx. */
class JobBadInputTest {
  private static final String JOBS = "/platter/v1/{project_id}/jobs";
  private static final List<String> CHANGES = List.of("cancel", "retry", "undo", "accept");
  private static final int TRIES = 300;

  private static TestServer server;
  private static String job;

  private final Client alice = server.alice();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.alice().volume("50%_of\\\\it", 10);
    server.alice().volume("Ärger", 10);
    job = server.alice().get(JOBS).is(200).text("jobs[0].job_id");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "0",
        "%20",
        "%00",
        "..",
        "..%2F..%2Fetc",
        "%27%20or%201=1--",
        "00000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "7fffffffffffffff0000000000000000",
        "0000000000000000000000000000000g",
        "00000000-0000-4000-8000-000000000000",
        "%F0%9F%92%BE"
      })
  void anIdThatIsNoneOfTheProjectsJobsIsOneKindOfNotFound(String id) {
    alice.get(JOBS + "/" + id + "/explain").isRefused(400, "Common.0011");
    for (var change : CHANGES) {
      alice.post(JOBS + "/" + id + "/" + change, "").isRefused(400, "Common.0011");
    }
  }

  @Test
  void theIdOfAnotherProjectIsNotFoundAndItsPathIsAForeignTenant() {
    var bob = server.bob();
    var foreign = "/platter/v1/" + TestServer.ALICE_PROJECT + "/jobs";
    bob.get(JOBS + "/" + job + "/explain").isRefused(400, "Common.0011");
    bob.get(foreign).isRefused(400, "EVS.0001");
    bob.get(foreign + "/" + job + "/explain").isRefused(400, "EVS.0001");
    for (var change : CHANGES) {
      bob.post(JOBS + "/" + job + "/" + change, "").isRefused(400, "Common.0011");
      bob.post(foreign + "/" + job + "/" + change, "").isRefused(400, "EVS.0001");
    }
    assertThat(bob.get(JOBS + "?parent=" + job).is(200).at("jobs")).isEmpty();
    assertThat(bob.get(JOBS + "?marker=" + job).is(200).at("jobs")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, ''",
    "DELETE, ''",
    "PUT, ''",
    "PATCH, ''",
    "POST, /explain",
    "GET, /cancel",
    "GET, /retry",
    "DELETE, /undo",
    "PUT, /accept",
    "POST, /nonsense",
    "POST, /cancel/now"
  })
  void aMethodOrPathThatIsNotThereIs0101(String method, String path) {
    var call = path.isEmpty() ? JOBS : JOBS + "/" + job + path;
    alice.call(method, call, "", Map.of()).isRefusedByTheGateway(404, "APIGW.0101");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | EVS.1052",
        "nonsense | EVS.1052",
        "null | EVS.1052",
        "[] | EVS.1018",
        "7 | EVS.1018",
        "{\"force\": true} | EVS.1070",
        "{\"dry_run\": null} | EVS.1070"
      })
  void aBodyWithWishesThatNobodyHeedsIsRefused(String body, String code) {
    for (var change : CHANGES) {
      alice.post(JOBS + "/" + job + "/" + change, body).isRefused(400, code);
    }
  }

  @Test
  void anEmptyObjectIsAsGoodAsNoBodyAndAQueryIsNot() {
    for (var change : CHANGES) {
      alice.post(JOBS + "/" + job + "/" + change, "{}").isRefused(409, "PLATTER.0003");
      alice.post(JOBS + "/" + job + "/" + change + "?x=1", "").isRefused(400, "EVS.1070");
    }
  }

  @Test
  void anIdempotencyKeyOfARetryIsChecked() {
    var call = JOBS + "/" + job + "/retry";
    alice.call("POST", call, "", Map.of("Idempotency-Key", "")).isRefused(400, "EVS.1070");
    alice.call("POST", call, "", Map.of("X-Client-Token", "x")).isRefused(400, "EVS.1070");
    alice
        .call("POST", call, "", Map.of("Idempotency-Key", "free after a refusal"))
        .isRefused(409, "PLATTER.0003");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status=x | EVS.1031",
        "status= | EVS.1031",
        "status=%00 | EVS.1031",
        "type=%00 | EVS.1070",
        "text=a%00b | EVS.1070",
        "text=%0A | EVS.1070",
        "volume=x | EVS.1002",
        "volume=%00 | EVS.1002",
        "parent=x | EVS.1070",
        "marker=x | EVS.1024",
        "since=x | EVS.1070",
        "since=2026-11-21 | EVS.1070",
        "since=%2B1000000000-12-31T23:59:59Z | EVS.1070",
        "until=-1000000000-01-01T00:00:00Z | EVS.1070",
        "stuck=yes | EVS.1070",
        "stuck= | EVS.1070",
        "limit=0 | EVS.1023",
        "limit=1001 | EVS.1023",
        "limit=99999999999999999999 | EVS.1023",
        "limit=1.5 | EVS.1023",
        "stauts=FAIL | EVS.1070",
        "%00=x | EVS.1070",
        "text=%FF | EVS.1025"
      })
  void aBadFilterIsRefusedWithItsCode(String query, String code) {
    alice.get(JOBS + "?" + query).isRefused(400, code);
  }

  @Test
  void aTextIsWhatItIsAndNoPattern() {
    for (var text : List.of("50%_of\\it", "50%", "%_", "_of", "\\", "OF\\I", "\\it")) {
      found(text, 1);
    }
    for (var text : List.of("5%it", "50%%", "_0", "\\%", "size", "volume_id", "SSD", "'", "\"")) {
      found(text, 0);
    }
    found("Ärger", 1);
    found("Ä", 1);
    found("RGER", 1);
    found("user alice", 2);
    found("CREATEvolume", 2);
  }

  private void found(String text, int jobs) {
    assertThat(alice.get(JOBS + "?text=" + encoded(text)).is(200).at("jobs"))
        .as(text)
        .hasSize(jobs);
  }

  @Test
  void noFilterAndNoIdMakesAFiveHundred() {
    long seed = Long.getLong("platter.seed", 1);
    var random = new Random(seed);
    var names =
        List.of(
            "status", "type", "volume", "parent", "since", "until", "text", "stuck", "limit",
            "marker", "x");
    for (int i = 0; i < TRIES; i++) {
      var query = new ArrayList<String>();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        query.add(names.get(random.nextInt(names.size())) + "=" + encoded(junk(random)));
      }
      var asked = JOBS + "?" + String.join("&", query);
      answered(seed, asked, alice.get(asked));
      var id = encoded(junk(random));
      var one = JOBS + "/" + id + "/" + CHANGES.get(random.nextInt(CHANGES.size()));
      answered(seed, one, alice.post(one, random.nextBoolean() ? "" : junk(random)));
      answered(seed, id, alice.get(JOBS + "/" + id + "/explain"));
    }
  }

  /** Text of all kinds, and what the calls know, so that it comes far. */
  private static String junk(Random random) {
    var known =
        List.of(
            "true", "FAIL", "createVolume", job, "1", "2026-11-21T18:20:15Z", "{}", "%", "_", "'");
    if (random.nextBoolean()) {
      return known.get(random.nextInt(known.size()));
    }
    var text = new StringBuilder();
    for (int n = random.nextInt(40); n > 0; n--) {
      int c = random.nextBoolean() ? random.nextInt(128) : random.nextInt(0x10000);
      text.appendCodePoint(Character.isSurrogate((char) c) ? 0x1F4BE : c);
    }
    return text.toString();
  }

  private static void answered(long seed, String call, Answer answer) {
    var what = "-Dplatter.seed=" + seed + " " + call + " " + answer.body();
    assertThat(answer.status()).as(what).isBetween(200, 499);
    assertThat(answer.json().isObject()).as(what).isTrue();
    assertThat(answer.header("X-Request-Id")).as(what).isPresent();
  }
}
