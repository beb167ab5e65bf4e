package platter.volume;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import platter.auth.Caller;
import platter.auth.Role;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.JobIds;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.TimeOrderedIds;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobState;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.Step;
import platter.job.ThreadCrew;
import platter.node.Alone;
import platter.quota.Quotas;
import platter.snapshot.SnapshotOrigins;
import platter.type.VolumeType;
import platter.volume.CreateRequest.Wanted;

/**
 * Creates volumes through the whole engine on a storage that does nothing: rows, quota, job, step,
 * end, without HTTP. In this package because an operation is no door.
 */
public final class NoOpCreates implements AutoCloseable {
  private static final ProjectId PROJECT = new ProjectId("a11ce000000000000000000000000001");
  private static final Asked ASKED = new Asked(PROJECT, "bench");
  private static final Caller CALLER =
      new Caller(
          PROJECT.text(),
          "bench",
          PROJECT.text(),
          "bench",
          Optional.empty(),
          Set.of(PROJECT),
          Role.MEMBER);

  private final Database db;
  private final Jobs jobs;
  private final CreateVolume create;

  /**
   * @param db closed with this
   * @param ended called after the commit that ends a job
   */
  public NoOpCreates(Database db, Runnable ended) {
    this.db = db;
    var clock = InstantSource.system();
    var random = new SecureRandom();
    var ids = new TimeOrderedIds(clock, random::nextLong);
    jobs =
        new Jobs(
            db,
            new JobIds(clock, random::nextLong, 0),
            clock,
            Alone.join(db, "bench"),
            new ThreadCrew(Jobs.Limits.DEFAULT.stepsAtOnce(), 1),
            Jobs.Limits.DEFAULT);
    var quotas = new Quotas(Quotas.Limits.NONE);
    create =
        new CreateVolume(
            db,
            new VolumeStore(clock),
            jobs,
            quotas,
            new SnapshotOrigins(quotas, new NoStorage(), clock),
            new NoStorage(),
            () -> VolumeId.of(ids.next()),
            clock);
    jobs.start(List.of(new Told<>(create, ended)));
  }

  /**
   * Accepted when it returns.
   *
   * @param volumes more than one are a batch of so many jobs, and its parent
   */
  public void create(int volumes) {
    create.start(
        ASKED,
        CALLER,
        new Wanted(
            "db-1",
            Optional.empty(),
            40,
            VolumeType.SSD,
            "az1",
            volumes == 1 ? OptionalInt.empty() : OptionalInt.of(volumes),
            false,
            Map.of(),
            Map.of(),
            "0",
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()));
  }

  @Override
  public void close() {
    jobs.close();
    db.close();
  }

  /** A job type whose ends are told. */
  private record Told<P extends Record>(JobType<P> type, Runnable then) implements JobType<P> {
    @Override
    public String wireName() {
      return type.wireName();
    }

    @Override
    public String taskName() {
      return type.taskName();
    }

    @Override
    public ErrorCode failure() {
      return type.failure();
    }

    @Override
    public Class<P> params() {
      return type.params();
    }

    @Override
    public List<Step<P>> steps() {
      return type.steps();
    }

    @Override
    public void again(Tx tx, JobId failed, JobId job, P params) {
      type.again(tx, failed, job, params);
    }

    @Override
    public void ended(Tx tx, JobId job, P params, JobState.Ended how) {
      type.ended(tx, job, params, how);
      tx.afterCommit(then);
    }
  }

  private static final class NoStorage implements StorageDriver {
    @Override
    public Limits limits() {
      return new Limits(4096, 1L << 50, 4096);
    }

    @Override
    public void ensure(VolumeId id, long bytes) {}

    @Override
    public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch) {}

    @Override
    public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch) {}

    @Override
    public boolean snapshotsAreInstant() {
      return true;
    }

    @Override
    public void retire(SnapshotId snapshot) {}

    @Override
    public void revert(VolumeId id, SnapshotId snapshot, Watch watch) {}

    @Override
    public void settle(VolumeId id) {}

    @Override
    public Optional<SnapshotFact> inspect(SnapshotId snapshot) {
      return Optional.empty();
    }

    @Override
    public long grow(VolumeId id, long atLeastBytes) {
      return atLeastBytes;
    }

    @Override
    public void retire(VolumeId id) {}

    @Override
    public Location locate(VolumeId id) throws BackendException {
      throw new BackendException.NotFound("volume " + id + " has no bytes");
    }

    @Override
    public Optional<Fact> inspect(VolumeId id) {
      return Optional.empty();
    }

    @Override
    public List<Found> list() {
      return List.of();
    }

    @Override
    public Capacity capacity() {
      return new Capacity(0, 0);
    }

    @Override
    public void close() {}
  }
}
