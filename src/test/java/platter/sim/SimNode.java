package platter.sim;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import platter.error.DatabaseException;
import platter.http.Calls;
import platter.http.Route;
import platter.id.JobIds;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.node.Alone;
import platter.node.Lease;
import platter.node.Membership;
import platter.quota.Quotas;
import platter.snapshot.SnapshotOrigins;
import platter.snapshot.Snapshots;
import platter.type.Types;
import platter.verify.Verification;
import platter.volume.Served;
import platter.volume.Volumes;
import platter.zone.Zones;

/** A node of the simulated service: one incarnation after the other, wired as the real one is. */
final class SimNode {
  private static final Instant BEGINNING = Instant.parse("2026-11-21T00:00:00Z");
  private static final long SECOND = 1_000_000_000;

  private final World world;
  private final SplittableRandom random;
  final String name;
  private final Duration lease;
  private final Jobs.Limits limits;
  private final Clock clock;
  private Optional<Running> running = Optional.empty();
  private long asleepUntil;
  private long databaseAwayUntil;
  private Optional<Timeline.Program> alive = Optional.empty();

  /** A clock that may be wrong, and may run a little wrong. */
  static final class Clock implements InstantSource {
    private final Timeline timeline;
    private final long origin;
    private final double drift;
    private long wrongMillis;

    Clock(Timeline timeline, SplittableRandom random) {
      this.timeline = timeline;
      origin = random.nextLong(1L << 40) - (1L << 39);
      drift = random.nextDouble() * 0.02 - 0.01;
      set(random);
    }

    void set(SplittableRandom random) {
      wrongMillis = random.nextLong(2000) - 1000;
    }

    /** Of durations only. */
    long nanos() {
      long now = timeline.now();
      return origin + now + (long) (now * drift);
    }

    @Override
    public Instant instant() {
      return BEGINNING.plusMillis(wrongMillis).plusNanos(timeline.now());
    }
  }

  /** An incarnation. */
  static final class Running {
    final Timeline.Program process;
    final Lease lease;
    final SimCrew crew;
    final Jobs jobs;
    final Calls calls;
    final Verification verification;
    private int callsUnderWay;
    private boolean stopping;
    private boolean stopped;

    Running(
        Timeline.Program process,
        Lease lease,
        SimCrew crew,
        Jobs jobs,
        List<Route> routes,
        Verification verification) {
      this.process = process;
      this.lease = lease;
      this.crew = crew;
      this.jobs = jobs;
      this.calls = new Calls(routes);
      this.verification = verification;
    }
  }

  SimNode(World world, String name, Duration lease, Jobs.Limits limits) {
    this.world = world;
    this.random = world.random.split();
    this.name = name;
    this.lease = lease;
    this.limits = limits;
    clock = new Clock(world.timeline, random);
  }

  /** Starts it, after a while; again when it fails. */
  void boot(long afterNanos) {
    if (alive.isPresent()) {
      return;
    }
    var process = new Timeline.Program(name);
    alive = Optional.of(process);
    world.timeline.after(afterNanos, process, () -> start(process));
  }

  private void start(Timeline.Program process) {
    try {
      var db = new SimDatabase(world, this, process);
      var member =
          world.shared
              ? Optional.of(new Membership(db, name, "folder of " + name, lease, clock::nanos))
              : Optional.<Membership>empty();
      if (member.isPresent()) {
        while (!member.get().join()) {
          world.timeline.pause(member.get().interval().toNanos());
        }
        db.guardedBy(member.get()::check);
        repeat(process, member.get(), member.get()::renew);
      }
      Lease right = member.isPresent() ? member.get() : Alone.join(db, name);
      var driver = new SimDriver(world, this, process, right);
      var ids =
          new JobIds(
              clock, random::nextLong, member.map(Membership::slot).orElse(0) % JobIds.SLOTS);
      var crew = new SimCrew(world.timeline, process, random, limits.stepsAtOnce(), clock);
      var jobs = new Jobs(db, ids, clock, right, crew, limits);
      var quotas = new Quotas(Quotas.Limits.NONE);
      var zones = new Zones(List.of("az1"));
      var volumes =
          new Volumes(
              db,
              jobs,
              quotas,
              zones,
              new Types(Types.inZones("SAS,SSD", List.of("az1")), Map.of()),
              new SnapshotOrigins(quotas, driver, clock),
              driver,
              Served.NOWHERE,
              () -> VolumeId.of(new UUID(random.nextLong(), random.nextLong())),
              clock,
              false);
      var snapshots =
          new Snapshots(
              db,
              jobs,
              quotas,
              zones,
              driver,
              volumes,
              () -> SnapshotId.of(new UUID(random.nextLong(), random.nextLong())),
              clock);
      var types = new ArrayList<>(volumes.jobTypes());
      types.addAll(snapshots.jobTypes());
      jobs.start(types);
      var routes = new ArrayList<>(jobs.routes());
      routes.addAll(volumes.routes());
      routes.addAll(snapshots.routes());
      var verification = new Verification(db, volumes, snapshots, quotas, jobs, driver);
      var now = new Running(process, right, crew, jobs, routes, verification);
      running = Optional.of(now);
      world.note(() -> name + " runs as epoch " + right.owner().epoch());
      member.ifPresent(one -> repeat(process, one, () -> one.look(jobs)));
    } catch (DatabaseException e) {
      kill();
      boot(SECOND);
    } catch (Membership.NameTaken e) {
      throw world.violation(String.valueOf(e.getMessage()));
    }
  }

  /** As Heart does, until the process ends or the member has left. */
  private void repeat(Timeline.Program process, Membership member, Runnable what) {
    world.timeline.after(
        0,
        process,
        () -> {
          while (!running.map(now -> now.stopped).orElse(false)) {
            try {
              what.run();
            } catch (DatabaseException e) {
              // the lease runs
            }
            world.timeline.pause(member.interval().toNanos());
          }
        });
  }

  Optional<Running> running() {
    return running;
  }

  /** Whether it answers calls now. */
  boolean answers() {
    return running.isPresent() && !running.get().stopping && world.timeline.now() >= asleepUntil;
  }

  /** Under which name it writes. */
  Optional<Lease> lease() {
    return running.map(now -> now.lease);
  }

  /** Within one of its calls, which does not return. */
  void crash(String where) {
    world.note(() -> name + " crashes " + where);
    kill();
    boot(random.nextLong(random.nextBoolean() ? SECOND : 60 * SECOND));
    throw new Timeline.Crashed();
  }

  /** From outside. */
  void kill() {
    alive.ifPresent(Timeline.Program::die);
    alive = Optional.empty();
    running = Optional.empty();
    asleepUntil = 0;
  }

  /** Stops as the real one does: calls and steps may finish, then it leaves. */
  void stop() {
    running.ifPresent(
        now -> {
          if (!now.stopping) {
            now.stopping = true;
            world.timeline.after(0, now.process, () -> stop(now));
          }
        });
  }

  private void stop(Running now) {
    long until = world.timeline.now() + SECOND;
    while (now.callsUnderWay > 0 && world.timeline.now() < until) {
      world.timeline.pause(10_000_000);
    }
    now.crew.awaitAside();
    now.jobs.close();
    now.stopped = true;
    if (now.lease instanceof Membership member) {
      member.leave();
    }
    world.note(() -> name + " has stopped");
    kill();
    boot(random.nextLong(30 * SECOND));
  }

  void sleep(long nanos) {
    running.ifPresent(
        now -> {
          asleepUntil = Math.max(asleepUntil, world.timeline.now() + nanos);
          now.process.sleepUntil(asleepUntil);
          world.note(() -> "%s stands still for %.3f s".formatted(name, nanos / 1e9));
        });
  }

  void setClock() {
    clock.set(random);
  }

  void losesDatabase(long nanos) {
    databaseAwayUntil = world.timeline.now() + nanos;
  }

  long databaseAwayUntil() {
    return databaseAwayUntil;
  }

  /** Whether a call is under way. */
  boolean isBusy() {
    return running.filter(now -> now.callsUnderWay > 0).isPresent();
  }

  /** Does something for a caller, in a call of its own that dies with the node. */
  void serve(Consumer<Calls> call) {
    var now = running.orElseThrow();
    now.callsUnderWay++;
    world.timeline.after(
        0,
        now.process,
        () -> {
          try {
            call.accept(now.calls);
          } finally {
            now.callsUnderWay--;
          }
        });
  }
}
