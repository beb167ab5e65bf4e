package platter.volume;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.job.JobContract;
import platter.job.JobType;

class DeleteVolumeTest implements JobContract<DeleteVolume.Params> {
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
  public JobType<DeleteVolume.Params> type() {
    return DeleteVolume.alone(
        world.db, world.store, world.jobs, world.quotas, world.origins, world.driver);
  }

  @Override
  public DeleteVolume.Params sample() throws BackendException {
    var id = VolumeJobs.newId();
    world.driver.ensure(id, 10L << 30);
    var snapshot = SnapshotId.of(UUID.randomUUID());
    world.driver.snapshot(id, snapshot);
    return new DeleteVolume.Params(id, List.of(snapshot));
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
