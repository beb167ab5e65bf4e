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

class ModifyQosTest implements JobContract<ModifyQos.Params> {
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
  public JobType<ModifyQos.Params> type() {
    return new ModifyQos(world.db, world.store, world.jobs, world.driver, Served.NOWHERE);
  }

  @Override
  public ModifyQos.Params sample() throws BackendException {
    var id = VolumeJobs.newId();
    world.driver.ensure(id, 10L << 30);
    return new ModifyQos.Params(
        id, VolumeType.ESSD2, OptionalInt.of(3000), OptionalInt.empty(), VolumeStatus.IN_USE);
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
