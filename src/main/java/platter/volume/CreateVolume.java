package platter.volume;

import static platter.job.Step.step;
import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.CREATING;
import static platter.volume.VolumeStatus.ERROR;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import platter.auth.Caller;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.id.JobId;
import platter.id.ProjectId;
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
import platter.volume.CreateRequest.Wanted;

/** Makes volumes: creating at once, then available, or error when the job fails. */
final class CreateVolume implements JobType<CreateVolume.Params> {
  private static final Set<VolumeStatus> LEFT_BY_FAILURE =
      Set.of(ERROR, VolumeStatus.DELETING, VolumeStatus.ERROR_DELETING);

  private static final String BATCH = "batchCreateVolume";

  /**
   * All that the steps need, chosen before the first one runs.
   *
   * @param source what it is made of
   */
  record Params(VolumeId volume, long bytes, Optional<SnapshotId> source) {
    Params {
      source = Objects.requireNonNullElse(source, Optional.empty()); // as older versions wrote it
    }
  }

  /** What was accepted: the volumes in the order of their numbers. */
  record Accepted(JobId job, List<VolumeId> volumes) {}

  /** What was accepted, as Cinder's answer tells it: the first volume as it was then. */
  record Shown(JobId job, Volume volume) {}

  private final Database db;
  private final VolumeStore store;
  private final Jobs jobs;
  private final Quotas quotas;
  private final Origins origins;
  private final StorageDriver driver;
  private final Supplier<VolumeId> ids;
  private final InstantSource clock;

  CreateVolume(
      Database db,
      VolumeStore store,
      Jobs jobs,
      Quotas quotas,
      Origins origins,
      StorageDriver driver,
      Supplier<VolumeId> ids,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.jobs = jobs;
    this.quotas = quotas;
    this.origins = origins;
    this.driver = driver;
    this.ids = ids;
    this.clock = clock;
  }

  /** The rows, their jobs, the quota and the key of the call are written together or not at all. */
  Accepted start(Asked asked, Caller caller, Wanted wanted) {
    return db.inTx(
        tx ->
            asked.once(
                tx,
                Accepted.class,
                Accepted::job,
                () -> {
                  var made = accept(tx, asked, caller, wanted);
                  return new Accepted(made.job, made.volumes.stream().map(Volume::id).toList());
                }));
  }

  /** As {@link #start}; a repeated call is told the same volume, whatever became of it. */
  Shown startShown(Asked asked, Caller caller, Wanted wanted) {
    return db.inTx(
        tx ->
            asked.once(
                tx,
                Shown.class,
                Shown::job,
                () -> {
                  var made = accept(tx, asked, caller, wanted);
                  return new Shown(made.job, made.volumes.getFirst());
                }));
  }

  private record Made(JobId job, List<Volume> volumes) {}

  private Made accept(Tx tx, Asked asked, Caller caller, Wanted wanted) {
    int volumes = wanted.volumes();
    wanted
        .snapshot()
        .ifPresent(
            id ->
                CreateRequest.suits(
                    origins.hold(tx, asked.project(), id),
                    wanted.sizeGib(),
                    wanted.type(),
                    wanted.zone()));
    int gib = Math.multiplyExact(volumes, wanted.sizeGib());
    quotas
        .reserve(tx, asked.project(), wanted.type().name(), volumes, gib, wanted.sizeGib())
        .orElse(
            () ->
                ApiException.filled(
                    ErrorCode.TYPE_SOLD_OUT,
                    "the storage has no room for " + gib + " GiB more",
                    wanted.type(),
                    wanted.zone()));
    return volumes == 1 ? one(tx, asked, caller, wanted) : many(tx, asked, caller, wanted, volumes);
  }

  private Made one(Tx tx, Asked asked, Caller caller, Wanted wanted) {
    var draft = new Draft(ids.get(), wanted.name(1), 0);
    var job = jobs.submit(tx, asked, this, params(draft, wanted), entities(draft, wanted));
    return new Made(job, List.of(insert(tx, draft, caller, asked.project(), wanted, job)));
  }

  private Made many(Tx tx, Asked asked, Caller caller, Wanted wanted, int volumes) {
    var drafts = new ArrayList<Draft>(volumes);
    var children = new ArrayList<Jobs.Child<Params>>(volumes);
    for (int number = 1; number <= volumes; number++) {
      var draft = new Draft(ids.get(), wanted.name(number), number);
      drafts.add(draft);
      children.add(new Jobs.Child<>(params(draft, wanted), entities(draft, wanted)));
    }
    var batch = jobs.submitBatch(tx, asked, BATCH, this, children);
    var made = new ArrayList<Volume>(volumes);
    for (int i = 0; i < volumes; i++) {
      var job = batch.children().get(i);
      made.add(insert(tx, drafts.get(i), caller, asked.project(), wanted, job));
    }
    return new Made(batch.parent(), made);
  }

  /** What tells one volume of a call from the others. */
  private record Draft(VolumeId id, String name, int number) {}

  private static Params params(Draft draft, Wanted wanted) {
    return new Params(draft.id, wanted.sizeGib() * Volume.BYTES_PER_GIB, wanted.snapshot());
  }

  private static String entities(Draft draft, Wanted wanted) {
    return Entities.of(draft.name, wanted.sizeGib(), draft.id, wanted.type());
  }

  private Volume insert(
      Tx tx, Draft draft, Caller caller, ProjectId project, Wanted wanted, JobId job) {
    var volume =
        new Volume(
            draft.id,
            project,
            draft.name,
            wanted.description(),
            wanted.sizeGib(),
            wanted.sizeGib(),
            wanted.type(),
            wanted.zone(),
            CREATING,
            wanted.multiattach(),
            wanted.metadata(),
            wanted.tags(),
            wanted.enterpriseProject(),
            wanted.iops(),
            wanted.throughput(),
            caller.userId(),
            job,
            // a microsecond apart, so that lists show a batch in its order
            clock.instant().truncatedTo(ChronoUnit.MILLIS).plusNanos(draft.number * 1_000L),
            Optional.empty(),
            false,
            List.of(),
            wanted.snapshot());
    store.insert(tx, volume);
    return volume;
  }

  @Override
  public String wireName() {
    return "createVolume";
  }

  @Override
  public String taskName() {
    return "EbsCreateVolumeTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.VOLUME_ERROR;
  }

  @Override
  public Class<Params> params() {
    return Params.class;
  }

  @Override
  public List<Step<Params>> steps() {
    return List.of(
        step("ensureSpace", this::ensureSpace)
            .undoneBy(this::removeSpace)
            .slowWhen(params -> params.source().isPresent() && !driver.snapshotsAreInstant()));
  }

  @Override
  public void ended(Tx tx, JobId job, Params params, JobState.Ended how) {
    var status =
        switch (how) {
          case Succeeded _ -> AVAILABLE;
          case Failed _, Stuck _ -> ERROR;
        };
    store.moveLater(tx, params.volume(), CREATING, status, job);
  }

  @Override
  public boolean mayBeUndone(Tx tx, Params params) {
    return store
        .find(tx, params.volume())
        .filter(volume -> !LEFT_BY_FAILURE.contains(volume.status()))
        .isEmpty();
  }

  /** Its quota is still counted: a volume in error is one until it is deleted. */
  @Override
  public void again(Tx tx, JobId failed, JobId job, Params params) {
    store.again(tx, params.volume(), ERROR, CREATING, failed, job);
    params.source().ifPresent(id -> mustBeUsable(tx, params.volume(), id));
  }

  /** And stays so: it is not deleted while the volume is being made. */
  private void mustBeUsable(Tx tx, VolumeId volume, SnapshotId source) {
    var project = store.find(tx, volume).orElseThrow().project();
    try {
      var _ = origins.hold(tx, project, source);
    } catch (ApiException e) {
      throw new ApiException(ErrorCode.JOB_STATE, e.detail());
    }
  }

  private void ensureSpace(Params params) throws BackendException {
    if (params.source().isPresent()) {
      driver.ensure(params.volume(), params.bytes(), params.source().get(), Progress::at);
    } else {
      driver.ensure(params.volume(), params.bytes());
    }
  }

  private void removeSpace(Params params) throws BackendException {
    driver.retire(params.volume());
  }
}
