package platter;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import platter.auth.Action;
import platter.auth.Authenticator;
import platter.auth.Policy;
import platter.auth.Tokens;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.driver.Drivers;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Server;
import platter.iam.Iam;
import platter.id.JobIds;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.job.Owner;
import platter.quota.Quotas;
import platter.volume.Volumes;
import platter.zone.Zones;

/** The wiring: makes every part and hands it what it needs. A running Platter is one of these. */
public final class Platter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Platter.class.getName());

  /** The locks of a node that was stopped, or cut off, in the middle of a transaction end then. */
  private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(10);

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private final FirstAccount account;
  private final Verification verification;
  private final List<Route> routes = new ArrayList<>();
  private final InetSocketAddress listening;

  /** It cannot start; the message says why, in the user's words. */
  static final class CannotStart extends Exception {
    CannotStart(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What a test may put in another's place: the clock, and something around the database and the
   * driver.
   */
  record Parts(
      InstantSource clock, UnaryOperator<Database> database, UnaryOperator<StorageDriver> driver) {
    static final Parts REAL =
        new Parts(InstantSource.system(), UnaryOperator.identity(), UnaryOperator.identity());
  }

  private Platter(Config config, Parts parts, boolean listen)
      throws IOException, DataFolder.NotUsable, BackendException {
    try {
      var folder =
          switch (config.database()) {
            case Place.Embedded _ -> DataFolder.open(config.data());
            case Place.Shared _ -> DataFolder.openShared(config.data(), config.node());
          };
      closing.push(folder::close);
      var clock = parts.clock();
      var driver = parts.driver().apply(Drivers.open(config.storage(), folder.storage()));
      closing.push(() -> close(driver));
      var db =
          parts
              .database()
              .apply(Databases.open(config.database(), folder.database(), IDLE_IN_TRANSACTION));
      closing.push(db::close);
      account =
          switch (config.database()) {
            case Place.Embedded _ ->
                FirstAccount.open(folder.account(), config.region(), config.account());
            case Place.Shared _ ->
                FirstAccount.openShared(folder.account(), db, config.region(), config.account());
          };
      var accounts = account.accounts(config.accounts());
      var random = new SecureRandom();
      var jobs =
          new Jobs(
              db,
              new JobIds(clock, random::nextLong),
              clock,
              listen ? nextEpoch(db, config.node()) : new Owner(config.node(), 0),
              config.jobs());
      var quotas = new Quotas(config.quotas());
      var volumes =
          new Volumes(
              db,
              jobs,
              quotas,
              new Zones(config.zones()),
              driver,
              () -> VolumeId.of(UUID.randomUUID()),
              clock,
              config.strictDelete());
      verification = new Verification(db, volumes, quotas, jobs, driver);
      if (!listen) {
        listening = config.listen();
        return;
      }
      closing.push(jobs::close);
      jobs.start(volumes.jobTypes());
      var tokens = new Tokens(accounts, account.tokenSecret(), clock);
      var authenticator = new Authenticator(accounts, tokens, clock);
      routes.addAll(jobs.routes());
      routes.addAll(volumes.routes());
      routes.addAll(new Iam(accounts, tokens, config.region()).routes());
      routes.add(
          new Route("GET", "/platter/v1/verify", Face.PLATTER, Action.OPERATE, this::answerVerify));
      var server =
          Server.start(
              config.listen(),
              routes,
              config.authOff() ? _ -> account.caller() : authenticator::authenticate,
              new Policy(config.authOff()));
      closing.push(server::close);
      listening = server.listening();
      folder.publishEndpoint(endpoint());
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Starts a server. It answers when this returns. */
  static Platter start(Config config, Parts parts) throws CannotStart {
    return make(config, parts, true);
  }

  /** Compares rows, storage and quotas of a server that does not run. */
  static Verification.Report verifyStopped(Config config) throws CannotStart, BackendException {
    try (var stopped = make(config, Parts.REAL, false)) {
      return stopped.verification.run();
    }
  }

  private static Platter make(Config config, Parts parts, boolean listen) throws CannotStart {
    try {
      return new Platter(config, parts, listen);
    } catch (DataFolder.NotUsable
        | BackendException
        | DatabaseException
        | IllegalArgumentException e) {
      throw new CannotStart(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CannotStart("the data folder cannot be used: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new CannotStart(reason(config, e), e);
    }
  }

  /** The HTTP library wraps what the system said about the port. */
  private static String reason(Config config, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return "cannot listen on " + config.listen() + ": " + cause.getMessage();
      }
    }
    return e.toString();
  }

  /** This start's name: what an earlier one wrote under its own does not count any more. */
  private static Owner nextEpoch(Database db, String node) {
    return db.inTx(
        tx ->
            new Owner(
                node,
                tx.find(
                        """
                        insert into node (name, epoch) values (?, 1)
                        on conflict (name) do update set epoch = node.epoch + 1 returning epoch\
                        """,
                        row -> row.getLong(1),
                        node)
                    .orElseThrow()));
  }

  private Answer answerVerify(Request request) {
    try {
      var report = verification.run();
      return Answer.json(200, g -> VerifyCommand.write(g, report));
    } catch (BackendException e) {
      throw new ApiException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private static void close(StorageDriver driver) {
    try {
      driver.close();
    } catch (Exception e) {
      LOG.log(WARNING, "while closing the storage", e);
    }
  }

  /** Such as {@code http://127.0.0.1:8776}. */
  String endpoint() {
    var address = listening.getAddress();
    var host =
        address instanceof Inet6Address
            ? "[" + address.getHostAddress() + "]"
            : address.getHostAddress();
    return "http://" + host + ":" + listening.getPort();
  }

  /** Everything that is answered; for the test that compares it with docs/api.md. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  FirstAccount account() {
    return account;
  }

  /** Takes no more calls, lets running steps finish or leaves them for the next start. */
  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
