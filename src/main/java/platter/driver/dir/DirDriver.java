package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.IdLocks;
import platter.driver.Limits;
import platter.driver.Location;
import platter.driver.Sharing;
import platter.driver.Sizes;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * Volumes and snapshots as sparse files in a folder, see {@link Layout}: on a {@link Shelf} each.
 *
 * <p>The folder belongs to the driver while it holds the lock, or to several drivers that share it:
 * then {@link MovesAmongNodes} keeps them from harming each other. Who adds files meanwhile is left
 * alone; who replaces folders must stop the drivers first.
 */
public final class DirDriver implements StorageDriver {
  private static final Duration CLOSE_WAIT = Duration.ofMillis(500);

  private final Layout layout;
  private final Limits limits;
  private final boolean reflinks;
  private final boolean through;
  private final Shelf volumes;
  private final Optional<Shelf> snapshots; // empty when there was no room for its folders
  private final Deque<Closeable> open;

  private final Guard guard;
  // of one id only one change at a time; alone, what was looked at still holds when it is changed
  private final IdLocks<VolumeId> idLocks = new IdLocks<>();
  private final ConcurrentHashMap<VolumeId, Copies> copies = new ConcurrentHashMap<>();
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private volatile boolean closed;

  private DirDriver(Layout layout, Sharing sharing, Guard guard, Deque<Closeable> open)
      throws IOException, BackendException {
    this.layout = layout;
    this.guard = guard;
    this.open = open;
    boolean alone = sharing instanceof Sharing.Alone;
    open.push(StorageLock.take(layout, !alone));
    var names = Names.of(sharing, layout);
    var root = opened(new Folder(layout.root()));
    Format.checkOrWrite(layout, root, names);
    Probe.make(layout.probe());
    volumes = opened(new Shelf(layout, root, names, sharing, guard));
    var others = layout.snapshots();
    snapshots =
        hasRoom(others)
            ? Optional.of(
                opened(new Shelf(others, opened(new Folder(others.root())), names, sharing, guard)))
            : Optional.empty();
    root.force();
    this.limits = Probe.limits(layout.probe());
    this.through = !alone && !layout.isOfThisMachine();
    this.reflinks = Reflink.isKnown(layout.probe(), layout.trial(names));
    volumes.start();
    if (snapshots.isPresent()) {
      snapshots.get().start();
    }
  }

  /** A storage without snapshots that is full can still be opened, to delete volumes. */
  private static boolean hasRoom(Layout snapshots) throws IOException {
    try {
      Layout.makeFolder(snapshots.root());
      snapshots.makeFolders();
      return true;
    } catch (IOException e) {
      if (Reasons.isFull(Reasons.reason(e))) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Opens the storage in a folder, and makes it when it is new.
   *
   * @param guard asked before each change that cannot be taken back
   * @throws BackendException with a sentence for the operator: Busy when another driver has it and
   *     not both share it, Corrupt when it is in another format, else why it cannot be used
   */
  public static DirDriver open(Path folder, Sharing sharing, Guard guard) throws BackendException {
    var open = new ArrayDeque<Closeable>();
    var root = folder.toAbsolutePath().normalize();
    try {
      Layout.makeFolders(root);
      return new DirDriver(new Layout(root), sharing, guard, open);
    } catch (IOException e) {
      Shelf.closeAll(open);
      throw Reasons.toBackend("storage folder " + root + " cannot be used", e);
    } catch (BackendException | RuntimeException e) {
      Shelf.closeAll(open);
      throw e;
    }
  }

  private <C extends Closeable> C opened(C part) {
    open.push(part);
    return part;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public void ensure(VolumeId id, long bytes) throws BackendException {
    var wish = "be created with " + Sizes.text(bytes);
    ensure(id, wish, bytes, () -> volumes.publish(id, attempt -> writeZeros(attempt, bytes)));
  }

  private void ensure(VolumeId id, String wish, long bytes, Work<Boolean> publishing)
      throws BackendException {
    check(id, wish, bytes);
    change(
        id,
        cannot(id, wish),
        () -> {
          if (volumes.size(id, cannot(id, wish)).isPresent() || !publishing.run()) {
            mustHave(volumes, id, cannot(id, wish), bytes);
          }
          volumes.force(id);
          return bytes;
        });
  }

  private void check(VolumeId id, String wish, long bytes) throws BackendException {
    if (bytes < limits.minBytes() || bytes % limits.granularityBytes() != 0) {
      throw new IllegalArgumentException(
          "%s: sizes are multiples of %d bytes".formatted(cannot(id, wish), limits.minBytes()));
    }
    if (bytes > limits.maxBytes()) {
      var why = "the file system of the storage ends at " + Sizes.text(limits.maxBytes());
      throw new BackendException.NoSpace(cannot(id, wish) + ": " + why, new IOException(why));
    }
  }

  private static void mustHave(Shelf shelf, VolumeId key, String failure, long bytes)
      throws IOException, BackendException {
    long there = shelf.size(key, failure).orElseThrow(() -> goneAgain(failure));
    if (there != bytes) {
      throw new BackendException.Conflict(failure + ": it is there with " + Sizes.text(there));
    }
  }

  private static BackendException.Indeterminate goneAgain(String failure) {
    var why = "another node made it and retired it";
    return new BackendException.Indeterminate(failure + ": " + why, new IOException(why));
  }

  private static void writeZeros(Path attempt, long bytes) throws IOException {
    try (var file = new RandomAccessFile(attempt.toFile(), "rw")) {
      file.setLength(bytes);
      file.getFD().sync();
    }
  }

  @Override
  public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
      throws BackendException {
    var wish = "be created of snapshot " + source;
    var wanted = new Shelf.Wanted(id, key(source), Draft.UNCHANGING, bytes);
    ensure(
        id,
        wish,
        bytes,
        () -> {
          var file = fileOf(source, cannot(id, wish), bytes);
          return volumes.publish(wanted, draft -> copy(file, draft, bytes, watch));
        });
  }

  private Path fileOf(SnapshotId source, String failure, long bytes)
      throws IOException, BackendException {
    long has =
        size(source, failure)
            .orElseThrow(
                () ->
                    new BackendException.NotFound(
                        failure + ": the storage has no snapshot " + source));
    if (has > bytes) {
      throw new BackendException.Conflict(
          failure + ": snapshot " + source + " has " + Sizes.text(has));
    }
    return snapshots.orElseThrow().file(key(source));
  }

  private void copy(Path snapshot, Draft draft, long bytes, Watch watch)
      throws IOException, BackendException {
    var nobody = new Copies(_ -> {}); // snapshots are never written to
    Copy.make(snapshot, draft, bytes, nobody, (done, all) -> goOn(watch, done, all));
  }

  private OptionalLong size(SnapshotId id, String failure) throws IOException, BackendException {
    return snapshots.isPresent() ? snapshots.get().size(key(id), failure) : OptionalLong.empty();
  }

  /** A large copy ends early when the storage is closed, or the right to change it is gone. */
  private void goOn(Watch watch, long done, long all) throws IOException, BackendException {
    if (closed) {
      throw new ClosedChannelException();
    }
    guard.check();
    watch.at(done, all);
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    var wish = "be grown to " + Sizes.text(atLeastBytes);
    check(id, wish, atLeastBytes);
    return change(
        id,
        cannot(id, wish),
        () -> {
          long now = volumes.size(id, cannot(id, wish)).orElseThrow(() -> missing(id, wish));
          return volumes.grow(id, now, atLeastBytes);
        });
  }

  private static BackendException.NotFound missing(VolumeId id, String wish) {
    return new BackendException.NotFound(cannot(id, wish) + ": the storage has no such volume");
  }

  @Override
  public void retire(VolumeId id) throws BackendException {
    var wish = "be deleted";
    change(
        id,
        cannot(id, wish),
        () -> {
          volumes.size(id, cannot(id, wish)); // refuses what is no volume
          volumes.retire(id);
          copies.remove(id);
          return id;
        });
    volumes.wakeReaper();
  }

  @Override
  public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
      throws BackendException {
    var failure = cannot(snapshot, "be made of volume " + id);
    var key = key(snapshot);
    change(
        key,
        failure,
        () -> {
          var shelf = snapshots.orElseThrow(() -> noRoom(failure));
          if (shelf.size(key, failure).isEmpty()) {
            var file = fileOf(id, failure, bytes);
            var wanted = new Shelf.Wanted(key, id, Draft.stamp(file), bytes);
            shelf.publish(
                wanted,
                draft ->
                    Copy.make(
                        file, draft, bytes, copiesOf(id), (done, all) -> goOn(watch, done, all)));
          }
          mustHave(shelf, key, failure, bytes);
          shelf.force(key);
          return key;
        });
  }

  private static BackendException.NoSpace noRoom(String failure) {
    var why = "the storage was full when it was opened";
    return new BackendException.NoSpace(failure + ": " + why, new IOException(why));
  }

  private Path fileOf(VolumeId volume, String failure, long bytes)
      throws IOException, BackendException {
    long has =
        volumes
            .size(volume, failure)
            .orElseThrow(
                () -> new BackendException.NotFound(failure + ": the storage has no such volume"));
    if (has < bytes) {
      throw new BackendException.Conflict(failure + ": the volume has " + Sizes.text(has));
    }
    return volumes.file(volume);
  }

  private Copies copiesOf(VolumeId volume) {
    return copies.computeIfAbsent(volume, _ -> new Copies(inHand -> spoil(volume, inHand)));
  }

  /** A copy that shares its blocks is made in a moment: of such there are no drafts. */
  private void spoil(VolumeId volume, Set<String> inHand) {
    if (!reflinks && snapshots.isPresent()) {
      snapshots.get().spoil(volume, inHand);
    }
  }

  @Override
  public boolean snapshotsAreInstant() {
    return reflinks;
  }

  @Override
  public void retire(VolumeId of, SnapshotId snapshot) throws BackendException {
    retire(snapshot);
    var writes = copies.get(of);
    if (writes != null) {
      writes.forget(key(snapshot));
    }
  }

  @Override
  public void retire(SnapshotId snapshot) throws BackendException {
    var failure = cannot(snapshot, "be deleted");
    var key = key(snapshot);
    change(
        key,
        failure,
        () -> {
          size(snapshot, failure); // refuses what is no snapshot
          if (snapshots.isPresent()) {
            snapshots.get().retire(key);
          }
          return key;
        });
    snapshots.ifPresent(Shelf::wakeReaper);
  }

  @Override
  public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
    var wish = "be reverted to snapshot " + snapshot;
    change(
        id,
        cannot(id, wish),
        () -> {
          long bytes = volumes.size(id, cannot(id, wish)).orElseThrow(() -> missing(id, wish));
          var file = fileOf(snapshot, cannot(id, wish), bytes);
          volumes.replace(
              new Shelf.Wanted(id, key(snapshot), Draft.UNCHANGING, bytes),
              draft -> copy(file, draft, bytes, watch));
          return bytes;
        });
  }

  @Override
  public void settle(VolumeId id) throws BackendException {
    change(
        id,
        cannot(id, "be settled"),
        () -> {
          volumes.clear(id);
          return id;
        });
  }

  @Override
  public void settle(SnapshotId snapshot) throws BackendException {
    change(
        key(snapshot),
        cannot(snapshot, "be settled"),
        () -> {
          if (snapshots.isPresent()) {
            snapshots.get().clear(key(snapshot));
          }
          return snapshot;
        });
  }

  @Override
  public Optional<Fact> inspect(VolumeId id) throws BackendException {
    var failure = cannot(id, "be looked at");
    return run(
        failure,
        () -> {
          var there = volumes.size(id, failure);
          return there.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new Fact(
                      id, there.getAsLong(), UsedBytes.of(volumes.file(id), there.getAsLong())));
        });
  }

  @Override
  public Location locate(VolumeId id) throws BackendException {
    var wish = "be served";
    return run(
        cannot(id, wish),
        () -> {
          if (volumes.size(id, cannot(id, wish)).isEmpty()) {
            throw missing(id, wish);
          }
          var writes = copiesOf(id);
          writes.opened();
          return new Location.InFile(volumes.file(id), writes, through);
        });
  }

  @Override
  public Optional<SnapshotFact> inspect(SnapshotId snapshot) throws BackendException {
    var failure = cannot(snapshot, "be looked at");
    return run(
        failure,
        () -> {
          var there = size(snapshot, failure);
          return there.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new SnapshotFact(
                      snapshot,
                      there.getAsLong(),
                      UsedBytes.of(
                          snapshots.orElseThrow().file(key(snapshot)), there.getAsLong())));
        });
  }

  @Override
  public List<Found> list() throws BackendException {
    return run(
        "the storage cannot be listed",
        () -> {
          var all = new ArrayList<>(volumes.list());
          if (snapshots.isPresent()) {
            all.addAll(snapshots.get().list());
          }
          return Collections.unmodifiableList(all);
        });
  }

  @Override
  public Capacity capacity() throws BackendException {
    return run(
        "the capacity of the storage cannot be found",
        () -> {
          var disk = Files.getFileStore(layout.root());
          return new Capacity(disk.getTotalSpace(), disk.getUsableSpace());
        });
  }

  /** Waits a moment for calls under way; those that come later find the storage closed. */
  @Override
  public void close() {
    boolean quiet = false;
    try {
      closed = true;
      quiet = life.writeLock().tryLock(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      Shelf.closeAll(open);
      if (quiet) {
        life.writeLock().unlock();
      }
    }
  }

  /** Something that is done with the file system. */
  private interface Work<T> {
    T run() throws IOException, BackendException;
  }

  private <T> T change(VolumeId key, String failure, Work<T> work) throws BackendException {
    idLocks.take(key);
    try {
      guard.check();
      return run(failure, work);
    } finally {
      idLocks.release(key);
    }
  }

  private <T> T run(String failure, Work<T> work) throws BackendException {
    life.readLock().lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      return work.run();
    } catch (IOException e) {
      throw Reasons.toBackend(failure, e);
    } finally {
      life.readLock().unlock();
    }
  }

  private static String cannot(VolumeId id, String wish) {
    return "volume " + id + " cannot " + wish;
  }

  private static String cannot(SnapshotId id, String wish) {
    return "snapshot " + id + " cannot " + wish;
  }

  /** What a snapshot is called on its shelf. */
  private static VolumeId key(SnapshotId id) {
    return new VolumeId(id.text());
  }
}
