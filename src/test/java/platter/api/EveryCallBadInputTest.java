package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;
import platter.sign.Signer;

/**
 * Every call of the OpenAPI document with generated paths, queries, headers and bodies, by alice,
 * with a token and with signatures, and calls about accounts also by the operator: no 5xx, each
 * refusal has a documented code and its family's shape and changed nothing, each success has a
 * documented status and is as its schema says, and nothing of bob's is seen or changed. {@code
 * -Dplatter.seed} makes other calls, {@code -Dplatter.tries} more of them.
 */
class EveryCallBadInputTest {
  private static final long SEED = Long.getLong("platter.seed", 1);
  private static final int TRIES = Integer.getInteger("platter.tries", 4000);
  private static final String SECRET = "only-bob-knows";
  private static final Pattern ID =
      Pattern.compile("\"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\"");

  /** What nobody answers, whatever the path. */
  private static final List<String> OTHER_METHODS = List.of("PATCH", "OPTIONS", "HEAD", "BREW");

  private static final int MAX_IDS = 60;

  private static TestServer server;
  private static List<Operation> operations;
  private static String token;
  private static List<String> bobsIds;

  private final Random random = new Random(SEED);
  private final List<String> alicesIds = new ArrayList<>();
  private final List<String> operatorsIds = new ArrayList<>();
  private final Map<Caller, Signer> signers =
      Map.of(Caller.ALICE, new Signer("ALICEKEY", "alice-secret"), Caller.OPERATOR, operators());

  /** The first call of each kind of fault. */
  private final Map<String, String> faults = new TreeMap<>();

  /** What there was when somebody looked last. */
  private String state = "";

  private enum Caller {
    NOBODY,
    ALICE_BY_TOKEN,
    ALICE,
    OPERATOR
  }

  /** What was sent, so that a failure can be told. */
  private record Call(
      Operation operation,
      String method,
      URI uri,
      Caller caller,
      Map<String, String> headers,
      byte[] body) {
    @Override
    public String toString() {
      return method
          + " "
          + uri
          + "\n"
          + caller
          + " "
          + headers.keySet()
          + "\n"
          + new String(body, 0, Math.min(body.length, 2000), UTF_8)
          + "\nrepeat with -Dplatter.seed="
          + SEED;
    }

    /** Whether it may change anything at all. */
    boolean mayChange() {
      return !method.equals("GET");
    }
  }

  @BeforeAll
  static void start() {
    server = TestServer.with(Map.of("quota_volumes", "60", "quota_snapshots", "30")).run();
    operations = Operation.all(server);
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
    bobsIds = Belongings.make(server.bob(), SECRET);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Signer operators() {
    return new Signer(server.account("access_key"), server.account("secret_key"));
  }

  /** Unless somebody names the number of tries. */
  Duration enough() {
    return Duration.ofSeconds(40);
  }

  @Test
  void noCallWithAnythingInItBreaksTheServerOrTouchesWhatIsBobs() {
    System.out.println(getClass().getSimpleName() + ": -Dplatter.seed=" + SEED);
    var bobs = Belongings.of(server.bob());
    assertThat(bobs).contains(SECRET);
    alicesIds.addAll(Belongings.make(server.alice(), "alices"));
    state = state();
    long end = System.nanoTime() + enough().toNanos();
    boolean asked = System.getProperty("platter.tries") != null;
    int tries = 0;
    // each call at least once, then whichever
    while (tries < operations.size() || (tries < TRIES && (asked || System.nanoTime() < end))) {
      check(call(operations.get(tries < operations.size() ? tries : pick(operations))));
      tries++;
    }
    System.out.println(getClass().getSimpleName() + ": " + tries + " calls");
    assertThat(faults).as("seed %s", SEED).isEmpty();
    assertThat(Belongings.of(server.bob())).as("seed %s", SEED).isEqualTo(bobs);
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as("%s seed %s", report.body(), SEED).isEmpty();
    assertThat(report.at("foreign")).as("%s seed %s", report.body(), SEED).isEmpty();
  }

  private static String state() {
    return Belongings.of(server.alice())
        + "\n"
        + Belongings.accounts(server.operator())
        + "\n"
        + Belongings.files(server);
  }

  private void check(Call call) {
    var answer = Client.send(call.method, call.uri, call.body, call.headers);
    var changed = changed(call, answer); // always: the next call is not to be blamed for this one
    fault(call, answer)
        .or(() -> changed)
        .ifPresent(
            fault ->
                faults.putIfAbsent(
                    call.method + " " + call.operation.path() + ": " + fault,
                    call + "\n" + answer.status() + " " + answer.body() + "\n"));
    if (answer.status() < 400) {
      remember(call.caller, answer);
    }
  }

  private static Optional<String> fault(Call call, Answer answer) {
    int status = answer.status();
    if (status >= 500) {
      return Optional.of("a " + status);
    }
    if (answer.header("X-Request-Id").isEmpty()) {
      return Optional.of("no X-Request-Id");
    }
    if (answer.body().contains(SECRET) && call.caller != Caller.OPERATOR) {
      return Optional.of("tells what is bob's");
    }
    if (!call.method.equals(call.operation.method())) {
      return status != 404
          ? Optional.of("is no call, and answers " + status)
          : call.method.equals("HEAD") ? Optional.empty() : Refusal.fault("", answer);
    }
    if (status >= 400) {
      return Refusal.fault(call.operation.family(), answer);
    }
    return call.operation.mayAnswer(status)
        ? call.operation
            .answer(status)
            .flatMap(schema -> Conforms.fault(schema, answer.json()))
            .map(fault -> "not as its schema says: " + fault)
        : Optional.of(status + " is not told");
  }

  /** A refusal must leave everything as it was. */
  private Optional<String> changed(Call call, Answer answer) {
    if (!call.mayChange()) {
      return Optional.empty();
    }
    if (answer.status() < 400) {
      Belongings.settle(server.alice());
    }
    var before = state;
    state = state();
    return answer.status() < 400 || state.equals(before)
        ? Optional.empty()
        : Optional.of("was refused and changed something:\n" + before + "\n" + state);
  }

  /** What was made may be harmed too. */
  private void remember(Caller caller, Answer answer) {
    var ids = caller == Caller.OPERATOR ? operatorsIds : alicesIds;
    if (ids.size() < MAX_IDS && (caller != Caller.OPERATOR || answer.status() == 201)) {
      ID.matcher(answer.body())
          .results()
          .map(found -> found.group().replace("\"", ""))
          .filter(id -> !ids.contains(id))
          .limit(2)
          .forEach(ids::add);
    }
  }

  private Call call(Operation operation) {
    var caller = caller(operation);
    var invention = new Invention(random, () -> id(caller));
    var headers = new HashMap<>(invention.headers());
    boolean strange = random.nextInt(40) == 0;
    var method = strange ? OTHER_METHODS.get(pick(OTHER_METHODS)) : operation.method();
    var body = method.equals("HEAD") ? new byte[0] : invention.body(operation);
    var uri = server.endpoint().resolve(invention.uri(operation));
    var signer = signers.get(caller);
    if (signer != null) {
      headers.putAll(signer.sign(method, uri, headers, body, Instant.now()));
    } else if (caller == Caller.ALICE_BY_TOKEN) {
      headers.put("X-Auth-Token", token);
    }
    return new Call(operation, method, uri, caller, headers, body);
  }

  private Caller caller(Operation operation) {
    if (random.nextInt(50) == 0) {
      return Caller.NOBODY;
    }
    if (operation.path().matches("/platter/v1/(domains|projects|users|keys|verify|nodes|storage).*")
        && random.nextInt(4) != 0) {
      return Caller.OPERATOR;
    }
    return random.nextBoolean() ? Caller.ALICE : Caller.ALICE_BY_TOKEN;
  }

  /** The operator may harm everybody, so only what it made itself is named to it. */
  private String id(Caller caller) {
    int kind = random.nextInt(8);
    var own = caller == Caller.OPERATOR ? operatorsIds : alicesIds;
    if (kind < 4 && !own.isEmpty()) {
      return own.get(pick(own));
    }
    if (kind < 6 && caller != Caller.OPERATOR) {
      return bobsIds.get(pick(bobsIds));
    }
    return kind == 6
        ? "00000000-0000-4000-8000-00000000000" + random.nextInt(10)
        : "0000000000000000000000000000000" + random.nextInt(10);
  }

  private int pick(List<?> list) {
    return random.nextInt(list.size());
  }
}
