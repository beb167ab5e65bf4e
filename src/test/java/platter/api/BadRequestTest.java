package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;

/**
 * What is bad before a body is looked at: sizes, paths, and what is no HTTP. It is refused, never
 * with a 5xx, and changes nothing.
 */
class BadRequestTest {
  private static final String CREATE = "/v2.1/{project_id}/cloudvolumes";
  private static TestServer server;
  private static TestServer open;

  private final Client alice = server.alice();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    open = TestServer.with(Map.of("auth", "none")).run();
  }

  @AfterAll
  static void stop() {
    server.close();
    open.close();
  }

  @AfterEach
  void nothingWasMade() {
    for (var client : List.of(alice, open.operator())) {
      client.get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
      assertThat(client.get("/platter/v1/{project_id}/jobs").is(200).at("jobs")).isEmpty();
    }
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
    assertThat(report.at("foreign")).as(report.body()).isEmpty();
  }

  // sizes

  @Test
  void aBodyOverTwelveMebibytesIs413() throws Exception {
    int limit = 12 << 20;
    var head = BadInputTest.create(Map.of("size", "5"));
    alice.post(CREATE, head + " ".repeat(limit - head.length())).isRefused(400, "EVS.1010");
    alice
        .post(CREATE, head + " ".repeat(limit + 1 - head.length()))
        .isRefusedByTheGateway(413, "APIGW.0201")
        .has("error_msg", "Request entity too large");
    // announced, far more than would be read, and not sent
    try (var raw = new RawConnection(open.endpoint())) {
      var answer =
          raw.send(
                  "POST /v2.1/"
                      + open.operator().project()
                      + "/cloudvolumes HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
              .answer();
      assertThat(answer).startsWith("HTTP/1.1 413 ").contains("APIGW.0201");
    }
    // sent before the answer is read, as clients do; and the connection is good for another call
    try (var raw = new RawConnection(open.endpoint())) {
      raw.send(
          "POST /v2.1/"
              + open.operator().project()
              + "/cloudvolumes HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + (40 << 20)
              + "\r\n\r\n");
      for (int i = 0; i < 40; i++) {
        raw.send(" ".repeat(1 << 20));
      }
      assertThat(raw.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").answer())
          .startsWith("HTTP/1.1 413 ")
          .contains("APIGW.0201")
          .contains("HTTP/1.1 300 ");
    }
    // in chunks, of which nobody says how many follow
    try (var raw = new RawConnection(open.endpoint())) {
      raw.send(
          "POST /v2.1/"
              + open.operator().project()
              + "/cloudvolumes HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      var chunk = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";
      for (int i = 0; i < 13; i++) {
        raw.send(chunk);
      }
      assertThat(raw.send("0\r\n\r\n").answer()).startsWith("HTTP/1.1 413 ").contains("APIGW.0201");
    }
  }

  @Test
  void aUriThatIsTooLongIs414() throws Exception {
    assertThat(raw("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ")
        .contains("APIGW.0201")
        .contains("Request URI too large")
        .containsIgnoringCase("X-Platter-Detail: ");
    var detail = "/v2/" + open.operator().project() + "/cloudvolumes/detail?name=";
    assertThat(
            raw(
                "GET "
                    + detail
                    + "x".repeat(30_000)
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws Exception {
    var answer = raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(100_000) + "\r\n\r\n");
    assertThat(RawConnection.status(answer)).as(answer).isBetween(400, 499);
    assertThat(answer).contains("APIGW.0201");
    var many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "X-" + i + ": y\r\n")
            .collect(Collectors.joining());
    answer = raw("GET / HTTP/1.1\r\nHost: x\r\n" + many + "\r\n");
    assertThat(RawConnection.status(answer)).as(answer).isBetween(400, 499);
    assertThat(answer).contains("APIGW.0201");
  }

  private static String raw(String request) throws Exception {
    try (var raw = new RawConnection(open.endpoint())) {
      return raw.send(request).answer();
    }
  }

  // routes

  @Test
  void anUnknownRouteOrMethodIs0101() throws Exception {
    for (var path :
        List.of(
            "/v9",
            "/v2/{project_id}",
            "/v2/{project_id}/nonsense",
            "/v4/{project_id}/cloudvolumes",
            "/v2.1/{project_id}/cloudvolumes/detail/more",
            "/v1/{project_id}/jobs/a/b",
            "/v1//jobs/a",
            "/v2/%7Bproject_id%7D/x")) {
      alice.get(path).isRefusedByTheGateway(404, "APIGW.0101");
    }
    for (var method : List.of("PUT", "PATCH", "DELETE", "OPTIONS", "BREW")) {
      alice.call(method, CREATE, "", Map.of()).isRefusedByTheGateway(404, "APIGW.0101");
    }
    for (var line : List.of("TRACE /v3", "GET //v3", "OPTIONS *", "GET /v3//auth/projects")) {
      var answer = raw(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(RawConnection.status(answer)).as(line + answer).isIn(400, 404);
    }
    alice.post("/v1/{project_id}/jobs/x", "{}").isRefusedByTheGateway(404, "APIGW.0101");
  }

  @Test
  void aJobIdThatCannotBeIsAnUnknownJob() {
    for (var id :
        List.of(
            "x",
            "4010a32d535527910153552b492c000",
            "4010a32d535527910153552b492c00022",
            "4010A32D535527910153552B492C0002",
            "4010a32d-5355-2791-0153-552b492c0002",
            "%00",
            "%20",
            "..%2f..",
            "%F0%9F%92%BE",
            "ffffffffffffffffffffffffffffffff",
            "00000000000000000000000000000000")) {
      alice.get("/v1/{project_id}/jobs/" + id).isRefused(400, "Common.0011");
    }
  }

  @Test
  void aProjectIdThatCannotBeIsRefusedInTheWordsOfTheFamily() {
    for (var project : List.of("x", "%00", "A11CE000000000000000000000000001", "..%2f")) {
      alice
          .get("/v1/" + project + "/jobs/4010a32d535527910153552b492c0002")
          .isRefused(400, "Common.0011");
      alice.get("/v2/" + project + "/cloudvolumes/detail").isRefused(400, "EVS.0001");
      alice.post("/v2.1/" + project + "/cloudvolumes", "{}").isRefused(400, "EVS.0001");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%ff", "%c3", "%c0%80", "%ed%a0%80", "a%"})
  void aUrlThatIsNotPercentEncodedUtf8IsTheCallersMistake(String bad) throws Exception {
    var project = open.operator().project();
    for (var target :
        List.of(
            "/v2/" + project + "/cloudvolumes/" + bad,
            "/v2/" + project + "/cloudvolumes/detail?name=" + bad,
            "/v2/" + project + "/cloudvolumes/detail?" + bad + "=x",
            "/v2/" + bad + "/cloudvolumes/detail",
            "/v1/" + project + "/jobs/" + bad,
            "/v3/projects?name=" + bad,
            "/" + bad)) {
      var answer = raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(RawConnection.status(answer)).as(target + "\n" + answer).isBetween(400, 499);
      assertThat(answer).as(target).containsIgnoringCase("content-type: application/json");
      assertThat(answer).as(target).containsPattern("(?i)X-Platter-Detail: \\S");
    }
  }

  @Test
  void aSignatureOverAUrlThatCannotBeDecodedIsRefused() throws Exception {
    try (var raw = new RawConnection(server.endpoint())) {
      var answer =
          raw.send(
                  """
                  GET /v2/%zz/cloudvolumes/detail?%ff HTTP/1.1\r
                  Host: x\r
                  X-Sdk-Date: 20260101T000000Z\r
                  Authorization: SDK-HMAC-SHA256 Access=ALICEKEY, SignedHeaders=host;x-sdk-date, Signature=%s\r
                  Connection: close\r
                  \r
                  """
                      .replace("%s", "0".repeat(64)))
              .answer();
      assertThat(RawConnection.status(answer)).as(answer).isBetween(400, 401);
    }
  }

  // what is no HTTP

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nbad name : x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "G\u0000T / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u00ff\u00fe HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-A: \u0000\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
      })
  void whatIsNoHttpIsRefusedOrHungUpOn(String request) throws Exception {
    String answer;
    try (var raw = new RawConnection(open.endpoint())) {
      raw.send(request).halfClose();
      answer = raw.answer();
    }
    assertThat(RawConnection.status(answer))
        .as(answer)
        .satisfiesAnyOf(
            status -> assertThat(status).isZero(),
            status -> assertThat(status).isBetween(400, 499));
    open.operator().get("/v2/{project_id}/cloudvolumes/detail").is(200);
  }

  @Test
  void aRequestThatIsCutOffAnywhereHarmsNobody() throws Exception {
    var project = open.operator().project();
    var body = BadInputTest.create(Map.of());
    var request =
        "POST /v2.1/%s/cloudvolumes HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(project, body.length(), body);
    for (int length = 0; length < request.length(); length++) {
      try (var raw = new RawConnection(open.endpoint())) {
        raw.send(request.substring(0, length));
      }
    }
    for (int length = 1; length < request.length(); length += 7) {
      try (var raw = new RawConnection(open.endpoint())) {
        raw.send(request.substring(0, length)).halfClose();
        int status = RawConnection.status(raw.answer());
        assertThat(status == 0 || (status >= 400 && status < 500)).as("%s", status).isTrue();
      }
    }
    open.operator().get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
  }

  @Test
  void manyThatSendNothingKeepNobodyWaiting() throws Exception {
    var silent = new ArrayList<RawConnection>();
    try {
      for (int i = 0; i < 300; i++) {
        silent.add(new RawConnection(open.endpoint()));
        silent
            .getLast()
            .send("POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
      }
      open.operator().get("/v2/{project_id}/cloudvolumes/detail").is(200);
    } finally {
      for (var one : silent) {
        one.close();
      }
    }
  }

  @Test
  void aBodyLongerThanItsAnnouncedLengthIsNotPartOfTheRequest() throws Exception {
    var project = open.operator().project();
    var answer =
        raw(
            "POST /v2.1/%s/cloudvolumes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}trailing"
                .formatted(project));
    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("EVS.1009");
  }

  @Test
  void lengthAndChunksTogetherAreNoWayToSmuggleARequest() throws Exception {
    var project = open.operator().project();
    var body = BadInputTest.create(Map.of());
    var smuggled =
        "POST /v2.1/%s/cloudvolumes HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(project, body.length(), body);
    for (var headers :
        List.of(
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
            "Content-Length: 0\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: nonsense\r\n")) {
      var answer =
          raw(
              "POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + headers
                  + "\r\n0\r\n\r\n"
                  + smuggled);
      // 501 is what HTTP wants for an encoding that is not known
      assertThat(RawConnection.status(answer))
          .as(headers + answer)
          .satisfiesAnyOf(
              status -> assertThat(status).isBetween(400, 499),
              status -> assertThat(status).isEqualTo(501));
      assertThat(answer.split("HTTP/1\\.1 ", -1)).as(headers + answer).hasSize(2);
      open.operator().get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
    }
  }

  @Test
  void afterABodyThatCannotBeReadNothingMoreIsTakenFromTheConnection() throws Exception {
    var project = open.operator().project();
    var body = BadInputTest.create(Map.of());
    var smuggled =
        "POST /v2.1/%s/cloudvolumes HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(project, body.length(), body);
    for (var broken : List.of("zz\r\n", "-1\r\n", "1\r\nxx\r\n", "ffffffffff\r\n")) {
      var answer =
          raw(
              "POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + broken
                  + smuggled);
      assertThat(RawConnection.status(answer)).as(broken + answer).isBetween(400, 499);
      assertThat(answer.split("HTTP/1\\.1 ", -1)).as(broken + answer).hasSize(2);
      open.operator().get("/v2/{project_id}/cloudvolumes/detail").is(200).has("count", "0");
    }
  }
}
