package platter.snapshot;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class RepairSnapshotTest implements JobContract<RepairSnapshot.Params> {
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
  public JobType<RepairSnapshot.Params> type() {
    return new RepairSnapshot(world.db, world.store, world.jobs);
  }

  @Override
  public RepairSnapshot.Params sample() throws BackendException {
    return new RepairSnapshot.Params(
        SnapshotJobs.newId(), SnapshotStatus.AVAILABLE, SnapshotStatus.ERROR);
  }

  @Override
  public Object world() throws BackendException {
    return world.world();
  }

  @Override
  public boolean undoes() {
    return true;
  }
}
