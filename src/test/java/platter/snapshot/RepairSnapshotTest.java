package platter.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobContract;
import platter.job.JobType;
import platter.type.VolumeType;

class RepairSnapshotTest implements JobContract<RepairSnapshot.Params> {
  private static final ProjectId PROJECT = new ProjectId("a".repeat(32));
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
    return repair();
  }

  private RepairSnapshot repair() {
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

  @Test
  void aRowThatHasChangedSinceItWasSeenIsLeftAloneAndNoJobIsWritten() {
    var seen = snapshot();
    world.db.inTx(
        tx -> {
          world.store.insert(tx, seen);
          world.store.move(
              tx, seen.id(), SnapshotStatus.AVAILABLE, SnapshotStatus.DELETING, seen.job());
          return seen;
        });
    assertThat(repair().start(asked(), seen, SnapshotStatus.ERROR, "its storage")).isEmpty();
    assertThat(statusOf(seen)).isEqualTo(SnapshotStatus.DELETING);
    long jobs = world.db.lookUp(tx -> tx.number("select count(*) from job"));
    assertThat(jobs).isZero();
  }

  @Test
  void aRowThatIsAsItWasSeenIsRepairedOnce() {
    var seen = snapshot();
    world.db.inTx(
        tx -> {
          world.store.insert(tx, seen);
          return seen;
        });
    assertThat(repair().start(asked(), seen, SnapshotStatus.ERROR, "its storage")).isPresent();
    assertThat(statusOf(seen)).isEqualTo(SnapshotStatus.ERROR);
    assertThat(repair().start(asked(), seen, SnapshotStatus.ERROR, "its storage")).isEmpty();
  }

  private static Asked asked() {
    return new Asked(PROJECT, "a test");
  }

  private SnapshotStatus statusOf(Snapshot seen) {
    return world.db.lookUp(tx -> world.store.find(tx, seen.id())).orElseThrow().status();
  }

  private static Snapshot snapshot() {
    return new Snapshot(
        SnapshotJobs.newId(),
        PROJECT,
        VolumeId.of(UUID.randomUUID()),
        "s",
        Optional.empty(),
        10,
        VolumeType.SSD,
        "az1",
        SnapshotStatus.AVAILABLE,
        Map.of(),
        Map.of(),
        "0",
        false,
        true,
        "b".repeat(32),
        new JobId("c".repeat(32)),
        Instant.EPOCH,
        Optional.empty());
  }
}
