package platter.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.node.Lease;

/** What one incarnation of a node sees of the storage, which outlives it. */
final class SimDriver implements StorageDriver {
  private static final long GIB = 1L << 30;

  /** The storage itself: volumes and their sizes. */
  static final class Shelf {
    final SortedMap<VolumeId, Long> volumes = new TreeMap<>();
  }

  private final World world;
  private final SimNode node;
  private final Timeline.Program process;
  private final Lease lease;

  SimDriver(World world, SimNode node, Timeline.Program process, Lease lease) {
    this.world = world;
    this.node = node;
    this.process = process;
    this.lease = lease;
  }

  /** What is done to the storage in one instant. */
  private interface Effect {
    long on(SortedMap<VolumeId, Long> volumes) throws BackendException;
  }

  private long change(String what, VolumeId id, Effect effect) throws BackendException {
    process.mustLive();
    var fate = world.faults.call(what);
    world.timeline.pause(world.faults.storageNanos());
    switch (fate) {
      case WELL, UNHEARD, CRASH_AFTER -> {}
      case SLEEP -> {
        node.sleep(world.faults.sleepNanos());
        world.timeline.pause(1);
      }
      case CRASH_BEFORE -> node.crash("before " + what + " " + id);
      case BUSY -> throw new BackendException.Busy("simulated: busy");
      case UNAVAILABLE -> throw new BackendException.Unavailable("simulated: away", cause());
      case UNKNOWN_NOT_DONE -> throw unknown();
      case NOT_FOUND -> throw new BackendException.NotFound("simulated: not found");
      case CONFLICT -> throw new BackendException.Conflict("simulated: conflict");
      case DEPENDENTS -> throw new BackendException.Dependents("simulated: dependents");
      case NO_SPACE -> throw new BackendException.NoSpace("simulated: full", cause());
      case CORRUPT -> throw new BackendException.Corrupt("simulated: corrupt");
      case BUG -> throw new IllegalStateException("simulated: a bug of the driver");
    }
    if (!lease.mayAct()) {
      throw new BackendException.Indeterminate(
          "this node's lease has run out", new Lease.NotHeld(lease.owner()));
    }
    world.rows.effect(what, id, node);
    long result = effect.on(world.shelf.volumes);
    var bytes = world.shelf.volumes.get(id);
    world.note(() -> node.name + ": " + what + " " + id + ", now " + bytes);
    if (fate == Faults.Call.CRASH_AFTER) {
      node.crash("after " + what + " " + id);
    }
    world.timeline.pause(world.faults.storageNanos());
    if (fate == Faults.Call.UNHEARD) {
      throw unknown();
    }
    return result;
  }

  private static Throwable cause() {
    return new IllegalStateException("simulated");
  }

  private static BackendException unknown() {
    return new BackendException.Indeterminate("simulated: no answer", cause());
  }

  @Override
  public Limits limits() {
    return new Limits(GIB, 1000 * GIB, GIB);
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    change(
        "ensure",
        id,
        volumes -> {
          var there = volumes.putIfAbsent(id, bytes);
          if (there != null && there != bytes) {
            throw new BackendException.Conflict(id + " has " + there + " bytes");
          }
          return bytes;
        });
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    return change(
        "grow",
        id,
        volumes -> {
          if (!volumes.containsKey(id)) {
            throw new BackendException.NotFound("there is no " + id);
          }
          return volumes.merge(id, atLeastBytes, Math::max);
        });
  }

  @Override
  public void retire(VolumeId id) throws BackendException {
    change(
        "retire",
        id,
        volumes -> {
          volumes.remove(id);
          return 0;
        });
  }

  // no day of the simulation has snapshots

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean snapshotsAreInstant() {
    return true;
  }

  @Override
  public void retire(SnapshotId snapshot) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void settle(VolumeId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<SnapshotFact> inspect(SnapshotId snapshot) {
    return Optional.empty();
  }

  @Override
  public Location locate(VolumeId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Fact> inspect(VolumeId id) {
    process.mustLive();
    return Optional.ofNullable(world.shelf.volumes.get(id))
        .map(bytes -> new Fact(id, bytes, bytes));
  }

  @Override
  public List<Found> list() {
    process.mustLive();
    var found = new ArrayList<Found>();
    world.shelf.volumes.forEach(
        (id, bytes) -> found.add(new Found.OfVolume(new Fact(id, bytes, bytes))));
    return found;
  }

  @Override
  public Capacity capacity() {
    return new Capacity(1000 * GIB, 1000 * GIB);
  }

  @Override
  public void close() {}
}
