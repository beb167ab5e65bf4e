package platter.space;

import static platter.auth.Action.OPERATE;
import static platter.auth.Action.VOLUME_GET;

import java.time.InstantSource;
import java.util.List;
import platter.db.Database;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.http.Face;
import platter.http.Parameter;
import platter.http.Route;
import platter.http.Shape;
import platter.metric.Metrics;
import platter.quota.Pool;
import platter.snapshot.Snapshots;
import platter.volume.Volumes;

/** The door: the calls, and what keeps the pool's limits informed. */
public final class Space {
  private final StorageDriver driver;
  private final Pool pool;
  private final PoolSpace poolSpace;
  private final VolumeSpace volumeSpace;
  private final SpaceMetrics metrics;

  public Space(
      Database db,
      StorageDriver driver,
      Pool pool,
      Volumes volumes,
      Snapshots snapshots,
      InstantSource clock) {
    this.driver = driver;
    this.pool = pool;
    poolSpace = new PoolSpace(db, pool, driver, new Usage(driver, clock));
    metrics = new SpaceMetrics(db, pool);
    volumeSpace = new VolumeSpace(db, driver, volumes, snapshots);
  }

  public List<Route> routes() {
    return List.of(
        new Route("GET", "/platter/v1/storage", Face.PLATTER, OPERATE, _ -> told(poolSpace::show)),
        new Route(
                "GET",
                "/platter/v1/{project_id}/volumes/space",
                Face.PLATTER,
                VOLUME_GET,
                request -> told(() -> volumeSpace.show(request)))
            .query(
                Parameter.of(
                    VolumeSpace.VOLUME_ID, Shape.list(Shape.uuid(), 0, VolumeSpace.MAX_IDS))));
  }

  public Metrics.Source metrics() {
    return metrics;
  }

  /** What asks the storage. */
  private interface Asking<T> {
    T run() throws BackendException;
  }

  private static <T> T told(Asking<T> asking) {
    try {
      return asking.run();
    } catch (BackendException e) {
      throw new ApiException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Lets the limits of the pool know how full the storage is.
   *
   * @throws IllegalStateException when it cannot be found out; they go by what they knew
   */
  public void look() {
    try {
      var now = driver.capacity();
      pool.saw(now.totalBytes(), now.freeBytes());
    } catch (BackendException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
