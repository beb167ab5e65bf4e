package platter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** What the commands say when a job does not succeed. */
class FailingJobTest {
  @Test
  void aFailedJobIsOneWithCodeAndReason() {
    try (var server =
        TestServer.with(Map.of()).aroundDriver(driver -> new FullAfter(driver, 0)).run()) {
      var alice = Cli.alice(server);
      var said = alice.run("volume", "create", "--name", "x", "--size", "10").exits(1);
      assertThat(said.err())
          .contains("ended: FAIL")
          .contains("the volume was not created")
          .contains("EVS.2024")
          .contains("platter job explain ");
      var json = alice.run("volume", "create", "--size", "10", "-o", "json").exits(1).json();
      assertThat(json.at("/job/status").stringValue()).isEqualTo("FAIL");
      var job = json.at("/job/job_id").stringValue();
      alice.run("job", "wait", job).exits(1);
      assertThat(alice.run("job", "show", job).exits(0).out()).contains("EVS.2024");
    }
  }

  @Test
  void aBatchTellsWhichOfItsVolumesFailed() {
    try (var server =
        TestServer.with(Map.of("jobs_at_once", "1"))
            .aroundDriver(driver -> new FullAfter(driver, 2))
            .run()) {
      var said =
          Cli.alice(server)
              .run("volume", "create", "--name", "b", "--size", "10", "--count", "3")
              .exits(1);
      assertThat(said.err()).contains("not all volumes were created").containsPattern("b-000\\d: ");
      assertThat(said.out()).contains("available").contains("error");
    }
  }

  @Test
  void aJobThatTakesLongerThanTheTimeoutIsOneAndGoesOn() {
    var go = new CountDownLatch(1);
    try (var server =
        TestServer.with(Map.of()).aroundDriver(driver -> new Waits(driver, go)).run()) {
      var alice = Cli.alice(server);
      var job =
          alice
              .run("volume", "create", "--size", "10", "--no-wait", "-o", "json")
              .exits(0)
              .json()
              .path("job_id")
              .stringValue();
      assertThat(alice.run("job", "wait", job, "--timeout", "0").exits(1).err())
          .contains("has not ended")
          .contains("platter job wait " + job);
      go.countDown();
      alice.run("job", "wait", job).exits(0);
    }
  }

  /** Has room for so many volumes. */
  private static final class FullAfter extends Around {
    private final AtomicInteger left;

    FullAfter(StorageDriver driver, int volumes) {
      super(driver);
      left = new AtomicInteger(volumes);
    }

    @Override
    public void ensure(VolumeId id, long bytes) throws BackendException {
      if (left.getAndDecrement() <= 0) {
        throw new BackendException.NoSpace("the pool is full", null);
      }
      super.ensure(id, bytes);
    }
  }

  /** Makes nothing before it is told to. */
  private static final class Waits extends Around {
    private final CountDownLatch go;

    Waits(StorageDriver driver, CountDownLatch go) {
      super(driver);
      this.go = go;
    }

    @Override
    public void ensure(VolumeId id, long bytes) throws BackendException {
      try {
        go.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      super.ensure(id, bytes);
    }
  }

  private static class Around implements StorageDriver {
    private final StorageDriver real;

    Around(StorageDriver real) {
      this.real = real;
    }

    @Override
    public Limits limits() {
      return real.limits();
    }

    @Override
    public void ensure(VolumeId id, long bytes) throws BackendException {
      real.ensure(id, bytes);
    }

    @Override
    public void ensure(VolumeId id, long bytes, SnapshotId source) throws BackendException {
      real.ensure(id, bytes, source);
    }

    @Override
    public void snapshot(VolumeId id, SnapshotId snapshot) throws BackendException {
      real.snapshot(id, snapshot);
    }

    @Override
    public boolean snapshotsAreInstant() {
      return real.snapshotsAreInstant();
    }

    @Override
    public void retire(SnapshotId snapshot) throws BackendException {
      real.retire(snapshot);
    }

    @Override
    public void revert(VolumeId id, SnapshotId snapshot) throws BackendException {
      real.revert(id, snapshot);
    }

    @Override
    public void settle(VolumeId id) throws BackendException {
      real.settle(id);
    }

    @Override
    public Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException {
      return real.inspect(snapshot);
    }

    @Override
    public long grow(VolumeId id, long atLeastBytes) throws BackendException {
      return real.grow(id, atLeastBytes);
    }

    @Override
    public void retire(VolumeId id) throws BackendException {
      real.retire(id);
    }

    @Override
    public Location locate(VolumeId id) throws BackendException {
      return real.locate(id);
    }

    @Override
    public Optional<Fact> inspect(VolumeId id) throws BackendException {
      return real.inspect(id);
    }

    @Override
    public List<Found> list() throws BackendException {
      return real.list();
    }

    @Override
    public Capacity capacity() throws BackendException {
      return real.capacity();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
