package platter.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  /** The content of a volume that nobody has written to. Others are numbers that come once. */
  static final long ZEROS = 0;

  /**
   * A snapshot.
   *
   * @param content what the volume had
   */
  record Kept(VolumeId of, long bytes, long content) {}

  /** The storage itself: volumes and their sizes, what is in them, and snapshots. */
  static final class Shelf {
    final SortedMap<VolumeId, Long> volumes = new TreeMap<>();
    final SortedMap<VolumeId, Long> contents = new TreeMap<>();
    final SortedMap<SnapshotId, Kept> snapshots = new TreeMap<>();

    /** What was in a volume when its user was last seen, by its id. */
    final SortedMap<String, Long> written = new TreeMap<>();

    private long writes = ZEROS;

    /** Its user writes to it. */
    void write(VolumeId id) {
      contents.put(id, ++writes);
      written.put(id.text(), writes);
    }
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
    long on(Shelf shelf) throws BackendException;
  }

  private long change(String what, VolumeId id, Effect effect) throws BackendException {
    return change(what + " " + id, what, () -> world.rows.effect(what, id, node), effect);
  }

  private long change(String what, SnapshotId id, Effect effect) throws BackendException {
    return change(what + " " + id, what, () -> world.rows.effect(what, id, node), effect);
  }

  private long change(String told, String what, Runnable check, Effect effect)
      throws BackendException {
    process.mustLive();
    var fate = world.faults.call(what);
    world.timeline.pause(world.faults.storageNanos());
    switch (fate) {
      case WELL, UNHEARD, CRASH_AFTER -> {}
      case SLEEP -> {
        node.sleep(world.faults.sleepNanos());
        world.timeline.pause(1);
      }
      case CRASH_BEFORE -> node.crash("before " + told);
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
    if (world.mutant != Mutant.STORAGE_UNGUARDED && !lease.mayAct()) {
      throw new BackendException.Indeterminate(
          "this node's lease has run out", new Lease.NotHeld(lease.owner()));
    }
    check.run();
    long result = effect.on(world.shelf);
    world.note(() -> node.name + ": " + told + ", " + result);
    if (fate == Faults.Call.CRASH_AFTER) {
      node.crash("after " + told);
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
    change("ensure", id, shelf -> make(shelf, id, bytes, ZEROS));
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    change(
        "ensure",
        id,
        shelf -> {
          var kept = shelf.snapshots.get(source);
          if (kept == null && !shelf.volumes.containsKey(id)) {
            throw new BackendException.NotFound("there is no " + source);
          }
          return make(shelf, id, bytes, kept == null ? ZEROS : kept.content);
        });
  }

  private static long make(Shelf shelf, VolumeId id, long bytes, long content)
      throws BackendException {
    var there = shelf.volumes.putIfAbsent(id, bytes);
    if (there == null) {
      shelf.contents.put(id, content);
      shelf.written.put(id.text(), content);
    } else if (there != bytes) {
      throw new BackendException.Conflict(id + " has " + there + " bytes");
    }
    return bytes;
  }

  private static void mustBeThere(Shelf shelf, VolumeId id) throws BackendException {
    if (!shelf.volumes.containsKey(id)) {
      throw new BackendException.NotFound("there is no " + id);
    }
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    return change(
        "grow",
        id,
        shelf -> {
          mustBeThere(shelf, id);
          return shelf.volumes.merge(id, atLeastBytes, Math::max);
        });
  }

  @Override
  public void retire(VolumeId id) throws BackendException {
    change(
        "retire",
        id,
        shelf -> {
          shelf.volumes.remove(id);
          shelf.contents.remove(id);
          return 0;
        });
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    change(
        "snapshot",
        snapshot,
        shelf -> {
          if (!shelf.snapshots.containsKey(snapshot)) {
            mustBeThere(shelf, id);
            shelf.snapshots.put(
                snapshot, new Kept(id, bytes, Objects.requireNonNull(shelf.contents.get(id))));
          }
          return bytes;
        });
  }

  @Override
  public boolean snapshotsAreInstant() {
    return world.snapshotsAreInstant;
  }

  @Override
  public void retire(SnapshotId snapshot) throws BackendException {
    change(
        "retire",
        snapshot,
        shelf -> {
          shelf.snapshots.remove(snapshot);
          return 0;
        });
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    change(
        "revert",
        id,
        shelf -> {
          mustBeThere(shelf, id);
          var kept = shelf.snapshots.get(snapshot);
          if (kept == null) {
            throw new BackendException.NotFound("there is no " + snapshot);
          }
          shelf.contents.put(id, kept.content);
          return kept.content;
        });
  }

  @Override
  public void settle(VolumeId id) throws BackendException {
    change("settle", id, _ -> 0);
  }

  @Override
  public Optional<SnapshotFact> inspect(SnapshotId snapshot) {
    process.mustLive();
    return Optional.ofNullable(world.shelf.snapshots.get(snapshot))
        .map(kept -> new SnapshotFact(snapshot, kept.bytes, kept.bytes));
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
    world.shelf.snapshots.forEach(
        (id, kept) ->
            found.add(new Found.OfSnapshot(new SnapshotFact(id, kept.bytes, kept.bytes))));
    return found;
  }

  @Override
  public Capacity capacity() {
    return new Capacity(1000 * GIB, 1000 * GIB);
  }

  @Override
  public void close() {}
}
