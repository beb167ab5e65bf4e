package platter.volume;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.job.JobContract;
import platter.job.JobType;
import platter.type.VolumeType;

class RetypeVolumeTest implements JobContract<RetypeVolume.Params> {
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
  public JobType<RetypeVolume.Params> type() {
    return new RetypeVolume(
        world.db,
        world.store,
        world.jobs,
        world.quotas,
        VolumeJobs.types(),
        world.driver,
        Served.NOWHERE);
  }

  @Override
  public RetypeVolume.Params sample() throws BackendException {
    var id = VolumeJobs.newId();
    world.driver.ensure(id, 10L << 30);
    return new RetypeVolume.Params(
        id,
        VolumeType.SAS,
        VolumeType.GPSSD2,
        OptionalInt.of(3000),
        OptionalInt.of(125),
        VolumeStatus.AVAILABLE);
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
