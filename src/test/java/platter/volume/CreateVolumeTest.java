package platter.volume;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;

class CreateVolumeTest implements JobContract<CreateVolume.Params> {
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
  public JobType<CreateVolume.Params> type() {
    return new CreateVolume(
        world.db,
        world.store,
        world.jobs,
        world.quotas,
        world.origins,
        world.driver,
        VolumeJobs::newId,
        InstantSource.system());
  }

  @Override
  public CreateVolume.Params sample() throws BackendException {
    return new CreateVolume.Params(VolumeJobs.newId(), 10L << 30, Optional.empty());
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
