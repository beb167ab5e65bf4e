package platter.snapshot;

import static platter.job.Step.step;
import static platter.snapshot.SnapshotStatus.AVAILABLE;
import static platter.snapshot.SnapshotStatus.CREATING;
import static platter.snapshot.SnapshotStatus.ERROR;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import platter.auth.Caller;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.Fact;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobState;
import platter.job.JobState.Failed;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobType;
import platter.job.Jobs;
import platter.job.Progress;
import platter.job.Step;
import platter.quota.Quotas;
import platter.volume.Volume;
import platter.volume.Volumes;

/** Makes snapshots: creating at once, then available, or error when the job fails. */
final class CreateSnapshot implements JobType<CreateSnapshot.Params> {
  private static final Set<SnapshotStatus> LEFT_BY_FAILURE =
      Set.of(ERROR, SnapshotStatus.DELETING, SnapshotStatus.ERROR_DELETING);

  /**
   * All that the step needs.
   *
   * @param bytes the size; empty in jobs of older programs: what the volume has
   * @param force as {@link Wanted} has it; a retry must be as allowed as the call was
   */
  record Params(
      SnapshotId snapshot, VolumeId volume, Optional<Long> bytes, Optional<Boolean> force) {}

  /**
   * What the caller asks for, checked.
   *
   * @param force also of a volume that is being attached, or that somebody has attached whom
   *     Platter does not serve, where the storage copies piece by piece
   * @param alone refused while another one of the volume is being made
   */
  record Wanted(
      VolumeId volume,
      String name,
      Optional<String> description,
      Map<String, String> metadata,
      Map<String, String> tags,
      Optional<String> enterpriseProject,
      boolean instantAccess,
      boolean incremental,
      boolean force,
      boolean alone) {}

  /** What was accepted, as it was then: the answer to a repeated call is the first one. */
  record Accepted(JobId job, Snapshot snapshot) {}

  private final Database db;
  private final SnapshotStore store;
  private final Volumes volumes;
  private final Jobs jobs;
  private final Quotas quotas;
  private final StorageDriver driver;
  private final Supplier<SnapshotId> ids;
  private final InstantSource clock;

  CreateSnapshot(
      Database db,
      SnapshotStore store,
      Volumes volumes,
      Jobs jobs,
      Quotas quotas,
      StorageDriver driver,
      Supplier<SnapshotId> ids,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.volumes = volumes;
    this.jobs = jobs;
    this.quotas = quotas;
    this.driver = driver;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * The row, its job, the quota and the key of the call are written together or not at all.
   *
   * @throws ApiException NOT_FOUND, WRONG_STATUS, SNAPSHOT_UNDER_WAY, INSUFFICIENT_QUOTA
   */
  Accepted start(Asked asked, Caller caller, Wanted wanted) {
    return db.inTx(
        tx ->
            asked.once(tx, Accepted.class, Accepted::job, () -> accept(tx, asked, caller, wanted)));
  }

  private Accepted accept(Tx tx, Asked asked, Caller caller, Wanted wanted) {
    var volume =
        volumes
            .findToChange(tx, asked.project(), wanted.volume())
            .orElseThrow(() -> Volumes.notFound(wanted.volume()));
    check(tx, volume, wanted);
    quotas.reserveSnapshot(tx, asked.project(), volume.type().name());
    var id = ids.get();
    var entities = Entities.of(id, wanted.name(), volume.sizeGib(), volume.id(), volume.type());
    var bytes = volume.sizeGib() * Volume.BYTES_PER_GIB;
    var params = new Params(id, volume.id(), Optional.of(bytes), Optional.of(wanted.force()));
    var job = jobs.submit(tx, asked, this, params, entities);
    var snapshot = snapshot(id, volume, caller, wanted, job);
    store.insert(tx, snapshot);
    return new Accepted(job, snapshot);
  }

  private void check(Tx tx, Volume volume, Wanted wanted) {
    whyNot(tx, volume, wanted.force())
        .ifPresent(
            why -> {
              throw new ApiException(ErrorCode.WRONG_STATUS, why);
            });
    if (wanted.alone() && store.isOneBeingMade(tx, volume.id())) {
      throw new ApiException(
          ErrorCode.SNAPSHOT_UNDER_WAY,
          "another snapshot of volume " + volume.id() + " is being made; try again soon");
    }
  }

  /** Why no snapshot can be made of the volume now; empty when one can. */
  private Optional<String> whyNot(Tx tx, Volume volume, boolean force) {
    var why =
        switch (volume.status()) {
          case AVAILABLE -> "";
          case IN_USE ->
              force
                      || driver.snapshotsAreInstant()
                      || volumes.attachments().areServed(tx, volume.id())
                  ? ""
                  : "this storage copies a volume piece by piece, and a server has it that Platter"
                      + " does not serve: detach it, or say force when nobody writes to it";
          case ATTACHING -> force ? "" : "which needs force";
          case CREATING,
              RESERVED,
              DETACHING,
              EXTENDING,
              RETYPING,
              DELETING,
              ROLLBACKING,
              BACKING_UP,
              RESTORING_BACKUP,
              UPLOADING,
              DOWNLOADING,
              AWAITING_TRANSFER,
              RESTORABLE,
              ERROR,
              ERROR_EXTENDING,
              ERROR_DELETING,
              ERROR_RESTORING,
              ERROR_ROLLBACKING ->
              "a snapshot needs available or in-use";
        };
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of("volume " + volume.id() + " is " + volume.status().wireName() + ", " + why);
  }

  private Snapshot snapshot(SnapshotId id, Volume volume, Caller caller, Wanted wanted, JobId job) {
    return new Snapshot(
        id,
        volume.project(),
        volume.id(),
        wanted.name(),
        wanted.description(),
        volume.sizeGib(),
        volume.type(),
        volume.zone(),
        CREATING,
        wanted.metadata(),
        wanted.tags(),
        wanted.enterpriseProject().orElse(volume.enterpriseProject()),
        wanted.instantAccess(),
        wanted.incremental(),
        caller.userId(),
        job,
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        Optional.empty());
  }

  @Override
  public String wireName() {
    return "createSnapshot";
  }

  @Override
  public String taskName() {
    return "EbsCreateSnapshotTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.BACKEND_FAILED;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  @Override
  public List<Step<Params>> steps() {
    return List.of(
        step("makeSnapshot", this::makeSnapshot)
            .undoneBy(this::removeSnapshot)
            .slowWhen(_ -> !driver.snapshotsAreInstant()));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    var status =
        switch (how) {
          case Succeeded _ -> AVAILABLE;
          case Failed _, Stuck _ -> ERROR;
        };
    store.move(tx, params.snapshot(), CREATING, status, job);
  }

  @Override
  public boolean mayBeUndone(Tx tx, Params params) {
    return store
        .find(tx, params.snapshot())
        .filter(snapshot -> !LEFT_BY_FAILURE.contains(snapshot.status()))
        .isEmpty();
  }

  /**
   * Its quota is still counted: a snapshot in error is one until it is deleted. The volume may be
   * in another state than then.
   */
  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    var volume =
        store
            .find(tx, params.snapshot())
            .flatMap(snapshot -> volumes.findToChange(tx, snapshot.project(), params.volume()));
    var whyNot =
        volume.isEmpty()
            ? Optional.of("volume " + params.volume() + " is gone")
            : whyNot(tx, volume.get(), params.force().orElse(false));
    whyNot.ifPresent(
        why -> {
          throw new ApiException(ErrorCode.JOB_STATE, why);
        });
    store.again(tx, params.snapshot(), ERROR, CREATING, failed, job);
  }

  private void makeSnapshot(Params params) throws BackendException {
    long bytes = bytes(params);
    if (driver.snapshotsAreInstant()) {
      driver.snapshot(params.volume(), params.snapshot(), bytes, Progress::at);
      return;
    }
    try (var _ = volumes.serveOnlyHere(params.volume(), params.snapshot())) {
      driver.snapshot(params.volume(), params.snapshot(), bytes, Progress::at);
    }
  }

  private long bytes(Params params) throws BackendException {
    if (params.bytes().isPresent()) {
      return params.bytes().get();
    }
    return driver.inspect(params.volume()).map(Fact::bytes).orElse(0L); // then it is not found
  }

  private void removeSnapshot(Params params) throws BackendException {
    driver.retire(params.volume(), params.snapshot());
  }
}
