package platter.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.job.JobContract;
import platter.job.JobType;
import platter.json.Json;

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
        world.db,
        world.store,
        world.jobs,
        world.quotas,
        world.origins,
        world.driver,
        new RecycleBin(world.store, new RecycleStore(), InstantSource.system()));
  }

  @Override
  public DeleteVolume.Params sample() throws BackendException {
    var id = VolumeJobs.newId();
    world.driver.ensure(id, 10L << 30);
    var snapshot = SnapshotId.of(UUID.randomUUID());
    world.driver.snapshot(id, snapshot, 1L << 30);
    return new DeleteVolume.Params(id, List.of(snapshot), Optional.empty());
  }

  /** A job that was started by the version before the recycle bin is ended by this one. */
  @Test
  void theParametersOfAnOlderVersionMeanThatItIsDestroyed() {
    var older = "{\"volume\":{\"text\":\"00000000-0000-4000-8000-000000000000\"}}";
    var params = Json.mapper().readValue(older, DeleteVolume.Params.class);
    assertThat(params.recycling()).isEmpty();
    var recycled =
        new DeleteVolume.Params(
            params.volume(),
            List.of(),
            Optional.of(new RecycleBin.Recycling(VolumeStatus.AVAILABLE, 7)));
    var text = Json.mapper().writeValueAsString(recycled);
    assertThat(Json.mapper().readValue(text, DeleteVolume.Params.class)).isEqualTo(recycled);
  }

  @Test
  void oneThatGoesIntoTheBinKeepsItsData() throws BackendException {
    var sample = sample();
    var before = world();
    var params =
        new DeleteVolume.Params(
            sample.volume(),
            List.of(),
            Optional.of(new RecycleBin.Recycling(VolumeStatus.AVAILABLE, 7)));
    for (var step : type().steps()) {
      step.run().on(params);
    }
    assertThat(world()).isEqualTo(before);
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
