package platter.volume;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class ExtendVolumeTest implements JobContract<ExtendVolume.Params> {
  private VolumeJobs world;

  @BeforeEach
  void open(@TempDir Path folder) throws BackendException {
    world = new VolumeJobs(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Override
  public JobType<ExtendVolume.Params> type() {
    return new ExtendVolume(
        world.db, world.store, world.jobs, world.quotas, world.driver, Served.NOWHERE);
  }

  @Override
  public ExtendVolume.Params sample() throws BackendException {
    var id = VolumeJobs.newId();
    world.driver.ensure(id, 10L << 30);
    return new ExtendVolume.Params(id, 10, 20, VolumeStatus.AVAILABLE);
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
