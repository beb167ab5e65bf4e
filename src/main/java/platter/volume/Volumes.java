package platter.volume;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobType;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.zone.Zones;

/** The door: the routes and job types of volumes, and what other features may ask. */
public final class Volumes {
  private final VolumeStore store;
  private final Jobs jobs;
  private final CreateVolume create;
  private final ExtendVolume extend;
  private final DeleteVolume delete;
  private final DeleteVolume deleteInBatch;
  private final RepairVolume repair;
  private final CloudVolumesApi api;

  /**
   * What the volumes of one type make for the quotas of a project.
   *
   * @param type such as {@code SSD}
   */
  public record Use(ProjectId project, String type, long volumes, long gib) {}

  /**
   * @param strictDelete whether deleting a volume that is being deleted is refused as in the cloud,
   *     instead of answering with the running job
   */
  public Volumes(
      Database db,
      Jobs jobs,
      Quotas quotas,
      Zones zones,
      Origins origins,
      StorageDriver driver,
      Supplier<VolumeId> ids,
      InstantSource clock,
      boolean strictDelete) {
    store = new VolumeStore(clock);
    create = new CreateVolume(db, store, jobs, quotas, origins, driver, ids, clock);
    extend = new ExtendVolume(db, store, jobs, quotas, driver);
    delete = DeleteVolume.alone(db, store, jobs, quotas, origins, driver);
    deleteInBatch = DeleteVolume.inBatch(db, store, jobs, quotas, origins, driver);
    repair = new RepairVolume(db, store, jobs, quotas);
    this.jobs = jobs;
    api =
        new CloudVolumesApi(
            new CreateRequest(zones, origins, driver.limits().maxBytes()),
            create,
            extend,
            delete,
            deleteInBatch,
            new ListVolumes(db, store, zones),
            new UpdateVolume(db, store),
            strictDelete);
  }

  public List<Route> routes() {
    return api.routes();
  }

  public List<JobType<?>> jobTypes() {
    return List.of(create, extend, delete, deleteInBatch, repair);
  }

  /** Every volume of every project; for a comparison with storage and quotas. */
  public List<Volume> all(Tx tx) {
    return store.all(tx);
  }

  /** A volume of any project. */
  public Optional<Volume> find(Tx tx, VolumeId id) {
    return store.find(tx, id);
  }

  /** A volume of this project that nobody else changes before the transaction ends. */
  public Optional<Volume> findToChange(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id);
  }

  /** Moves its status, where another status is a bug. */
  public void move(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    store.move(tx, id, from, to, job);
  }

  /**
   * Moves its status for a job that does a failed one's work again.
   *
   * @throws ApiException JOB_STATE when it is not any more what the failure left
   */
  public void again(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    store.again(tx, id, from, to, job);
  }

  /** The volumes that are being made of a snapshot now. */
  public List<VolumeId> beingMadeOf(Tx tx, SnapshotId snapshot) {
    return store.beingMadeOf(tx, snapshot);
  }

  public List<Use> uses(Tx tx) {
    return store.uses(tx);
  }

  /** Whether the job that explains its status is a create that failed. */
  public boolean failedToBeCreated(Tx tx, Volume volume) {
    return jobs.hasFailed(tx, volume.job(), create);
  }

  /**
   * Brings a row to what its storage is.
   *
   * @param seen the row as it was compared with the storage
   * @param lost what was lost, for the job's fail_reason; empty when nothing was
   * @return the job that explains it; empty when the row has changed since it was seen
   */
  public Optional<JobId> repair(
      Asked asked, Volume seen, VolumeStatus to, int sizeGib, String lost) {
    return repair.start(asked, seen, to, sizeGib, lost);
  }

  public static ApiException notFound(VolumeId id) {
    return new ApiException(ErrorCode.NOT_FOUND, "this project has no volume " + id);
  }
}
