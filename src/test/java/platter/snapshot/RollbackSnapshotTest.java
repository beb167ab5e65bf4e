package platter.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class RollbackSnapshotTest implements JobContract<RollbackSnapshot.Params> {
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
  public JobType<RollbackSnapshot.Params> type() {
    return new RollbackSnapshot(world.db, world.store, world.volumes, world.jobs, world.driver);
  }

  @Override
  public RollbackSnapshot.Params sample() throws BackendException {
    var snapshot = SnapshotJobs.newId();
    var volume = world.volume((byte) 1);
    world.driver.snapshot(volume, snapshot, 1L << 30);
    world.write(volume, (byte) 2);
    return new RollbackSnapshot.Params(snapshot, volume);
  }

  @Override
  public Object world() throws BackendException {
    return world.world();
  }

  @Override
  public boolean undoes() {
    return false;
  }

  @Test
  void whatWasBegunCannotBeCancelled() {
    assertThat(type().undoable()).isFalse();
  }
}
