package platter.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.job.Asked;
import platter.job.JobContract;
import platter.job.JobType;
import platter.type.VolumeType;

class RepairVolumeTest implements JobContract<RepairVolume.Params> {
  private static final ProjectId PROJECT = new ProjectId("a".repeat(32));
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
  public JobType<RepairVolume.Params> type() {
    return repair();
  }

  private RepairVolume repair() {
    return new RepairVolume(world.db, world.store, world.jobs, world.quotas);
  }

  @Override
  public RepairVolume.Params sample() {
    return new RepairVolume.Params(
        VolumeJobs.newId(), VolumeStatus.AVAILABLE, VolumeStatus.ERROR, 10, 10);
  }

  @Override
  public Object world() throws BackendException {
    return world.world();
  }

  @Override
  public boolean undoes() {
    return true;
  }

  @Test
  void aRowThatHasChangedSinceItWasSeenIsLeftAloneAndNoJobIsWritten() {
    var seen = volume();
    world.db.inTx(
        tx -> {
          world.store.insert(tx, seen);
          world.store.move(
              tx, seen.id(), VolumeStatus.AVAILABLE, VolumeStatus.DELETING, seen.job());
          return seen;
        });
    var job =
        repair().start(new Asked(PROJECT, "a test"), seen, VolumeStatus.ERROR, 10, "its storage");
    assertThat(job).isEmpty();
    assertThat(world.db.lookUp(tx -> world.store.find(tx, seen.id())).orElseThrow().status())
        .isEqualTo(VolumeStatus.DELETING);
    long jobs = world.db.lookUp(tx -> tx.number("select count(*) from job"));
    assertThat(jobs).isZero();
  }

  private static Volume volume() {
    return new Volume(
        VolumeJobs.newId(),
        PROJECT,
        "v",
        Optional.empty(),
        10,
        10,
        VolumeType.SSD,
        "az1",
        VolumeStatus.AVAILABLE,
        false,
        Map.of(),
        Map.of(),
        "0",
        OptionalInt.empty(),
        OptionalInt.empty(),
        "b".repeat(32),
        new JobId("c".repeat(32)),
        Instant.EPOCH,
        Optional.empty(),
        false,
        List.of(),
        Optional.empty());
  }
}
