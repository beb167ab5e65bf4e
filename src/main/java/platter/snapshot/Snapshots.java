package platter.snapshot;

import java.time.InstantSource;
import java.util.ArrayList;
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
import platter.tag.TagsApi;
import platter.volume.Volumes;
import platter.zone.Zones;

/** The door: the routes and job types of snapshots, and what other features may ask. */
public final class Snapshots {
  private final SnapshotStore store;
  private final Jobs jobs;
  private final CreateSnapshot create;
  private final DeleteSnapshot delete;
  private final RollbackSnapshot rollback;
  private final RepairSnapshot repair;
  private final List<Route> routes = new ArrayList<>();

  /**
   * What the snapshots of one type make for the quotas of a project.
   *
   * @param type of their volumes, such as {@code SSD}
   */
  public record Use(ProjectId project, String type, long snapshots) {}

  public Snapshots(
      Database db,
      Jobs jobs,
      Quotas quotas,
      Zones zones,
      StorageDriver driver,
      Volumes volumes,
      Supplier<SnapshotId> ids,
      InstantSource clock) {
    store = new SnapshotStore(clock);
    this.jobs = jobs;
    create = new CreateSnapshot(db, store, volumes, jobs, quotas, driver, ids, clock);
    delete = new DeleteSnapshot(db, store, volumes, jobs, quotas, driver);
    rollback = new RollbackSnapshot(db, store, volumes, jobs, driver);
    repair = new RepairSnapshot(db, store, jobs);
    var update = new UpdateSnapshot(db, store);
    var list = new ListSnapshots(db, store, zones);
    var json = new SnapshotJson(jobs::percent);
    var tags = new TagsApi(db, new SnapshotTags(store));
    routes.addAll(new CloudSnapshotsApi(create, delete, rollback, update, list, json).routes());
    routes.addAll(new CinderSnapshotsApi(create, delete, update, list, json).routes());
    routes.addAll(new SnapshotsV5Api(create, delete, rollback, update, list, json, tags).routes());
  }

  public List<Route> routes() {
    return List.copyOf(routes);
  }

  public List<JobType<?>> jobTypes() {
    return List.of(create, delete, rollback, repair);
  }

  /** Every snapshot of every project; for a comparison with storage and quotas. */
  public List<Snapshot> all(Tx tx) {
    return store.all(tx);
  }

  /** A snapshot of any project. */
  public Optional<Snapshot> find(Tx tx, SnapshotId id) {
    return store.find(tx, id);
  }

  /** Those of a volume. */
  public List<SnapshotId> of(Tx tx, VolumeId volume) {
    return store.of(tx, volume);
  }

  public List<Use> uses(Tx tx) {
    return store.uses(tx);
  }

  /** Whether the job that explains its status is a create that failed. */
  public boolean failedToBeCreated(Tx tx, Snapshot snapshot) {
    return jobs.hasFailed(tx, snapshot.job(), create);
  }

  /**
   * Brings a row to what its storage is.
   *
   * @param seen the row as it was compared with the storage
   * @param lost what was lost, for the job's fail_reason; empty when nothing was
   * @return the job that explains it; empty when the row has changed since it was seen
   */
  public Optional<JobId> repair(Asked asked, Snapshot seen, SnapshotStatus to, String lost) {
    return repair.start(asked, seen, to, lost);
  }

  static ApiException notFound(SnapshotId id) {
    return new ApiException(ErrorCode.NOT_FOUND, "this project has no snapshot " + id);
  }
}
