package platter.snapshot;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class DeleteSnapshotTest implements JobContract<DeleteSnapshot.Params> {
  private SnapshotJobs world;

  @BeforeEach
  void open(@TempDir Path folder) throws BackendException {
    world = new SnapshotJobs(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Override
  public JobType<DeleteSnapshot.Params> type() {
    return new DeleteSnapshot(
        world.db, world.store, world.volumes, world.jobs, world.quotas, world.driver);
  }

  @Override
  public DeleteSnapshot.Params sample() throws BackendException {
    var snapshot = SnapshotJobs.newId();
    world.driver.snapshot(world.volume((byte) 1), snapshot, 1L << 30);
    return new DeleteSnapshot.Params(snapshot, Optional.empty());
  }

  @Override
  public Object world() throws BackendException {
    return world.world();
  }

  @Override
  public boolean undoes() {
    return false;
  }
}
