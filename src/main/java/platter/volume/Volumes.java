package platter.volume;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.id.VolumeId;
import platter.job.JobType;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.zone.Zones;

/** The door: the routes and job types of volumes, and what other features may ask. */
public final class Volumes {
  private final VolumeStore store;
  private final CreateVolume create;
  private final ExtendVolume extend;
  private final DeleteVolume delete;
  private final DeleteVolume deleteInBatch;
  private final CloudVolumesApi api;

  /**
   * @param strictDelete whether deleting a volume that is being deleted is refused as in the cloud,
   *     instead of answering with the running job
   */
  public Volumes(
      Database db,
      Jobs jobs,
      Quotas quotas,
      Zones zones,
      StorageDriver driver,
      Supplier<VolumeId> ids,
      InstantSource clock,
      boolean strictDelete) {
    store = new VolumeStore(clock);
    create = new CreateVolume(db, store, jobs, quotas, driver, ids, clock);
    extend = new ExtendVolume(db, store, jobs, quotas, driver);
    delete = DeleteVolume.alone(db, store, jobs, quotas, driver);
    deleteInBatch = DeleteVolume.inBatch(db, store, jobs, quotas, driver);
    api =
        new CloudVolumesApi(
            new CreateRequest(zones, driver.limits().maxBytes()),
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
    return List.of(create, extend, delete, deleteInBatch);
  }

  /** Every volume of every project; for a comparison with storage and quotas. */
  public List<Volume> all(Tx tx) {
    return store.all(tx);
  }

  static ApiException notFound(VolumeId id) {
    return new ApiException(ErrorCode.NOT_FOUND, "this project has no volume " + id);
  }
}
