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
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import platter.account.StoredAccounts;
import platter.attachment.AttachmentsApi;
import platter.attachment.NbdAddress;
import platter.attachment.Serving;
import platter.attachment.Tickets;
import platter.auth.Authenticator;
import platter.auth.Directory;
import platter.auth.Policy;
import platter.auth.Tokens;
import platter.db.Commits;
import platter.db.Database;
import platter.db.Databases;
import platter.db.Place;
import platter.db.Tx;
import platter.db.Watch;
import platter.driver.Drivers;
import platter.driver.Sharing;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.http.MetricsServer;
import platter.http.Route;
import platter.http.Server;
import platter.iam.Iam;
import platter.iam.Revocations;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.TimeOrderedIds;
import platter.id.VolumeId;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.ThreadCrew;
import platter.metric.Metrics;
import platter.node.Alone;
import platter.node.Heart;
import platter.node.Lease;
import platter.node.Membership;
import platter.node.Membership.NameTaken;
import platter.openapi.OpenApi;
import platter.quota.Pool;
import platter.quota.Quotas;
import platter.quota.QuotasApi;
import platter.refusal.Refusals;
import platter.snapshot.SnapshotOrigins;
import platter.snapshot.Snapshots;
import platter.space.Space;
import platter.transfer.Transfers;
import platter.type.Types;
import platter.verify.Verification;
import platter.volume.Volumes;
import platter.zone.Zones;
import platter.zone.ZonesApi;

/** The wiring: makes every part and hands it what it needs. A running Platter is one of these. */
public final class Platter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Platter.class.getName());

  /** How old the knowledge of the storage may be by which limits of the pool go. */
  private static final Duration SPACE_LOOK = Duration.ofSeconds(1);

  /** After so long a stop waits for the database no more, so that it ends within 5 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Deque<Runnable> closing = new ArrayDeque<>();
  private volatile Runnable cutOff = () -> {};
  private final FirstAccount account;
  private final Verification verification;
  private final List<Route> routes = new ArrayList<>();
  private final List<Route> refused = new ArrayList<>();
  private final InetSocketAddress listening;
  private final NbdAddress nbd;
  private final Optional<InetSocketAddress> metricsListening;
  private final Serving serving;

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
      throws IOException, DataFolder.NotUsable, BackendException, NameTaken {
    try {
      var folder =
          switch (config.database()) {
            case Place.Embedded _ -> DataFolder.open(config.data());
            case Place.Shared _ -> DataFolder.openShared(config.data(), config.node());
          };
      closing.push(folder::close);
      var clock = parts.clock();
      // what a node holds that was stopped or cut off in a transaction: then it is none any more
      var patience = config.lease().dividedBy(2);
      var db =
          parts.database().apply(Databases.open(config.database(), folder.database(), patience));
      closing.push(db::close);
      cutOff = db::close;
      var commits = new Commits();
      db.observedBy(commits);
      account =
          switch (config.database()) {
            case Place.Embedded _ ->
                FirstAccount.open(folder.account(), config.region(), config.account());
            case Place.Shared _ ->
                FirstAccount.openShared(folder.account(), db, config.region(), config.account());
          };
      var configured = account.accounts(config.accounts());
      var random = new SecureRandom();
      var member =
          switch (config.database()) {
            case Place.Shared _ when listen -> Optional.of(join(db, folder, config));
            case Place.Shared _, Place.Embedded _ -> Optional.<Membership>empty();
          };
      Lease lease =
          member.isPresent()
              ? member.get()
              : listen ? Alone.join(db, config.node()) : Alone.asOnlooker(config.node());
      var heart = member.map(Heart::start);
      closing.push(() -> heart.ifPresent(Heart::close)); // a node that cannot start leaves too
      var driver = parts.driver().apply(storage(config, folder, lease, random.nextLong()));
      closing.push(() -> close(driver));
      var jobs =
          new Jobs(
              db,
              new JobIds(
                  clock, random::nextLong, member.map(Membership::slot).orElse(0) % JobIds.SLOTS),
              clock,
              lease,
              new ThreadCrew(config.jobs().stepsAtOnce(), config.jobs().slowAtOnce()),
              config.jobs());
      var ids = new TimeOrderedIds(clock, random::nextLong);
      var quotas = new Quotas(config.quotas(), new Pool(config.pool()));
      var types = new Types(config.types(), config.soldOutTypes());
      var zones = new Zones(config.zones());
      serving = new Serving(db, driver, lease, System::nanoTime);
      var volumes =
          new Volumes(
              db,
              jobs,
              quotas,
              zones,
              types,
              new SnapshotOrigins(quotas, driver, clock),
              driver,
              serving,
              () -> VolumeId.of(ids.next()),
              clock,
              config.strictDelete());
      var snapshots =
          new Snapshots(
              db, jobs, quotas, zones, driver, volumes, () -> SnapshotId.of(ids.next()), clock);
      verification = new Verification(db, volumes, snapshots, quotas, jobs, driver);
      if (!listen) {
        listening = config.listen();
        nbd = NbdAddress.NOWHERE;
        metricsListening = Optional.empty();
        return;
      }
      closing.push(() -> heart.ifPresent(Heart::close)); // the rest is for others, at once
      closing.push(jobs::close);
      var jobTypes = new ArrayList<JobType<?>>(volumes.jobTypes());
      jobTypes.addAll(snapshots.jobTypes());
      jobs.start(jobTypes);
      volumes.start();
      heart.ifPresent(one -> one.lookAfterOthers(jobs));
      closing.push(serving::close);
      serving.start(volumes::detached);
      var metrics = new Metrics();
      nbd = config.nbd().on() ? serve(config, folder, serving, metrics) : NbdAddress.NOWHERE;
      var directory = new Directory(configured);
      var accounts =
          new StoredAccounts(
              db,
              configured,
              directory,
              account.tokenSecret(),
              (tx, project) -> belongings(quotas, tx, project),
              clock,
              random);
      accounts.load();
      var tokens = new Tokens(directory, account.tokenSecret(), clock);
      var revocations = new Revocations(db, tokens, clock);
      revocations.load();
      var every = Collections.min(List.of(config.lease().dividedBy(4), Duration.ofSeconds(1)));
      closing.push(Watch.start("revoked tokens", every, revocations::load)::close);
      closing.push(Watch.start("accounts", every, accounts::look)::close);
      var authenticator = new Authenticator(directory, tokens, clock);
      routes.addAll(jobs.routes());
      routes.addAll(volumes.routes());
      routes.addAll(
          new AttachmentsApi(db, volumes, driver, new Tickets(account.tokenSecret()), nbd)
              .routes());
      routes.addAll(types.routes());
      routes.addAll(new Transfers(db, volumes, clock, random::nextLong).routes());
      routes.addAll(new ZonesApi(zones).routes());
      routes.addAll(
          new QuotasApi(db, quotas, project -> directory.now().project(project).isPresent())
              .routes());
      routes.addAll(snapshots.routes());
      routes.addAll(new Iam(directory, tokens, revocations::revoke, config.region()).routes());
      routes.addAll(accounts.routes());
      routes.addAll(verification.routes());
      var space = new Space(db, driver, quotas.pool(), volumes, snapshots, clock);
      routes.addAll(space.routes());
      if (config.pool().any() || config.metrics().isPresent()) {
        look(space);
        closing.push(Watch.start("space of the storage", SPACE_LOOK, space::look)::close);
      }
      routes.addAll(new OpenApi(this::routes).routes());
      refused.addAll(Refusals.besides(routes));
      var server =
          Server.start(
              config.listen(),
              Stream.concat(routes.stream(), refused.stream()).toList(),
              config.authOff() ? _ -> account.caller() : authenticator::authenticate,
              new Policy(config.authOff()));
      closing.push(server::close);
      listening = server.listening();
      List.of(server.traffic(), jobs.metrics(), commits, space.metrics(), lease(lease))
          .forEach(metrics::add);
      metricsListening =
          config.metrics().map(address -> MetricsServer.start(address, metrics)).map(this::open);
      folder.publishEndpoint(endpoint());
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** Once before anybody calls; a storage that is away is looked at again soon. */
  private static void look(Space space) {
    try {
      space.look();
    } catch (IllegalStateException e) {
      LOG.log(WARNING, "the limits of the storage do not hold yet: " + e.getMessage());
    }
  }

  /** What a project owns; the quotas count it, at every commit. */
  private static Optional<String> belongings(Quotas quotas, Tx tx, ProjectId project) {
    var owned =
        quotas.of(tx, project).entrySet().stream()
            .filter(entry -> entry.getValue().inUse() != 0)
            .map(entry -> entry.getKey() + ": " + entry.getValue().inUse())
            .collect(Collectors.joining(", "));
    return Optional.of(owned).filter(text -> !text.isEmpty());
  }

  private InetSocketAddress open(MetricsServer server) {
    closing.push(server::close);
    return server.listening();
  }

  private static Metrics.Source lease(Lease lease) {
    return text ->
        text.gauge(
            "platter_lease_held",
            "1 while this node may act; 0 when it could not renew its lease in time.",
            lease.mayAct() ? 1 : 0);
  }

  private NbdAddress serve(Config config, DataFolder folder, Serving serving, Metrics metrics)
      throws IOException {
    var running = config.nbd().start(folder.nbdPort(config.node()), serving);
    var server = running.server();
    metrics.add(server);
    closing.push(server::close);
    serving.behind(
        new Serving.Connections() {
          @Override
          public void drop(String ticket) {
            server.drop(ticket);
          }

          @Override
          public void reconnect(String ticket) {
            server.reconnect(ticket);
          }

          @Override
          public void limited(String ticket) {
            server.limited(ticket);
          }
        });
    return running.address();
  }

  /** Waits as long as an earlier process of this name might be alive. */
  private static Membership join(Database db, DataFolder folder, Config config)
      throws NameTaken, IOException {
    var member = new Membership(db, config.node(), folder.id(), config.lease(), System::nanoTime);
    while (!member.join()) {
      LockSupport.parkNanos(member.interval().toNanos());
    }
    db.guardedBy(member::check);
    return member;
  }

  /** Among nodes, a call that slept through its lease changes nothing. */
  private static StorageDriver storage(
      Config config, DataFolder folder, Lease lease, long incarnation) throws BackendException {
    return switch (config.database()) {
      case Place.Embedded _ -> Drivers.open(config.storage(), folder.storage());
      case Place.Shared _ ->
          Drivers.open(
              config.storage(),
              folder.storage(),
              new Sharing.AmongNodes(incarnation),
              () -> {
                if (!lease.mayAct()) {
                  throw new BackendException.Indeterminate(
                      "this node's lease has run out", new Lease.NotHeld(lease.owner()));
                }
              });
    };
  }

  /** Starts a server. It answers when this returns. */
  static Platter start(Config config, Parts parts) throws CannotStart {
    return make(config, parts, true);
  }

  /** Opens what a server that does not run has, to be compared and repaired; nothing listens. */
  static Platter openStopped(Config config) throws CannotStart {
    return make(config, Parts.REAL, false);
  }

  private static Platter make(Config config, Parts parts, boolean listen) throws CannotStart {
    try {
      return new Platter(config, parts, listen);
    } catch (DataFolder.NotUsable
        | BackendException
        | DatabaseException
        | NameTaken
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

  /** What the NBD server asks; for tests. */
  Serving serving() {
    return serving;
  }

  /** Where volumes are served, such as {@code nbd://127.0.0.1:10809}, if they are. */
  Optional<String> nbd() {
    return nbd.text();
  }

  /** Where the numbers are told, if they are. */
  Optional<String> metrics() {
    return metricsListening.map(
        address -> "http://" + address.getHostString() + ":" + address.getPort() + "/metrics");
  }

  /** Everything that is answered; for the test that compares it with docs/api.md. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  /** What is documented by the cloud and refused here; as {@link #routes}. */
  List<Route> refused() {
    return List.copyOf(refused);
  }

  Verification verification() {
    return verification;
  }

  FirstAccount account() {
    return account;
  }

  /** Takes no more calls, lets running steps finish or leaves them for the next start. */
  @Override
  public void close() {
    var impatient = Thread.ofVirtual().start(this::cutOff);
    while (!closing.isEmpty()) {
      try {
        closing.pop().run();
      } catch (RuntimeException e) { // the others are closed all the same
        LOG.log(WARNING, "while stopping", e);
      }
    }
    impatient.interrupt();
  }

  /** What waits for a database that does not answer is left for the next start. */
  private void cutOff() {
    try {
      Thread.sleep(PATIENCE);
      cutOff.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it has stopped
    }
  }
}
