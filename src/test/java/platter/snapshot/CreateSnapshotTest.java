package platter.snapshot;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class CreateSnapshotTest implements JobContract<CreateSnapshot.Params> {
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
  public JobType<CreateSnapshot.Params> type() {
    return new CreateSnapshot(
        world.db,
        world.store,
        world.volumes,
        world.jobs,
        world.quotas,
        world.driver,
        SnapshotJobs::newId,
        InstantSource.system());
  }

  @Override
  public CreateSnapshot.Params sample() throws BackendException {
    return new CreateSnapshot.Params(
        SnapshotJobs.newId(), world.volume((byte) 1), Optional.of(1L << 30), Optional.of(false));
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
