package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import platter.driver.Capacity;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Limits;
import platter.driver.Sharing;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * Volumes as sparse files in a folder, see {@link Layout}. A file is made under tmp, forced, moved
 * to its place and the move is forced: so a volume is there whole or not at all, whenever the power
 * goes. Every success is forced anew, because the attempt before may have died in between.
 *
 * <p>The folder belongs to the driver while it holds the lock, or to several drivers that share it:
 * then {@link MovesAmongNodes} keeps them from harming each other. Who adds files meanwhile is left
 * alone; who replaces folders must stop the drivers first.
 */
public final class DirDriver implements StorageDriver {
  private static final int ID_LOCKS = 1024;
  private static final Duration CLOSE_WAIT = Duration.ofMillis(500);

  private final Layout layout;
  private final Limits limits;
  private final Object volumesKey;
  private final Folder volumes;
  private final List<Folder> fans;
  private final Folder trash;
  private final Reaper reaper;
  private final Deque<Closeable> open;

  private final Guard guard;
  private final Names names;
  private final Moves moves;
  // of one id only one change at a time; alone, what was looked at still holds when it is changed
  private final Object[] idLocks = Stream.generate(Object::new).limit(ID_LOCKS).toArray();
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private volatile boolean closed;

  private DirDriver(Layout layout, Sharing sharing, Guard guard, Deque<Closeable> open)
      throws IOException, BackendException {
    this.layout = layout;
    this.guard = guard;
    this.open = open;
    boolean alone = sharing instanceof Sharing.Alone;
    open.push(StorageLock.take(layout, !alone));
    this.names = Names.of(sharing, layout);
    var root = opened(new Folder(layout.root()));
    Format.checkOrWrite(layout, root, names);
    this.volumes = opened(new Folder(layout.volumes()));
    this.trash = opened(new Folder(layout.trash()));
    for (var folder : List.of(layout.volumes(), layout.tmp(), layout.trash())) {
      Layout.makeFolder(folder);
    }
    root.force();
    volumes.force(); // the folders that a dead driver made
    this.volumesKey = Layout.key(layout.volumes());
    this.fans =
        IntStream.range(0, Layout.FAN_OUT)
            .mapToObj(i -> opened(new Folder(layout.fan(i))))
            .toList();
    Probe.make(layout.probe());
    this.moves =
        alone ? new MovesAlone(layout, names, guard) : MovesAmongNodes.in(layout, names, guard);
    this.limits = Probe.limits(layout.probe());
    for (var nursery : layout.nurseries()) {
      Layout.makeFolder(nursery);
      moves.tidy(nursery);
    }
    this.reaper = opened(new Reaper(layout.trash(), guard));
    reaper.start();
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
      closeAll(open);
      throw Reasons.toBackend("storage folder " + root + " cannot be used", e);
    } catch (BackendException | RuntimeException e) {
      closeAll(open);
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
    check(id, wish, bytes);
    change(
        id,
        wish,
        () -> {
          if (size(id, wish).isPresent() || !publish(id, bytes)) {
            mustHave(id, wish, bytes);
          }
          fan(id).force();
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

  private void mustHave(VolumeId id, String wish, long bytes) throws IOException, BackendException {
    long there = size(id, wish).orElseThrow(() -> goneAgain(id, wish));
    if (there != bytes) {
      throw new BackendException.Conflict(
          cannot(id, wish) + ": it is there with " + Sizes.text(there));
    }
  }

  private static BackendException.Indeterminate goneAgain(VolumeId id, String wish) {
    var why = "another node made it and retired it";
    return new BackendException.Indeterminate(cannot(id, wish) + ": " + why, new IOException(why));
  }

  /** Returns false when another node was quicker. */
  private boolean publish(VolumeId id, long bytes) throws IOException, BackendException {
    fan(id).make(volumes);
    var attempt = layout.nursery(id).resolve(names.next(id));
    try {
      Layout.makeFile(attempt);
      try (var file = new RandomAccessFile(attempt.toFile(), "rw")) {
        file.setLength(bytes);
        file.getFD().sync();
      }
      return place(attempt, id);
    } catch (IOException | BackendException | RuntimeException e) {
      removeQuietly(attempt, e);
      throw e;
    }
  }

  private boolean place(Path attempt, VolumeId id) throws IOException, BackendException {
    try {
      return moves.publish(id, attempt, file(id));
    } catch (NoSuchFileException _) { // somebody tidied up an empty folder
      fan(id).close();
      fan(id).make(volumes);
      return moves.publish(id, attempt, file(id));
    }
  }

  private static void removeQuietly(Path attempt, Exception cause) {
    try {
      Files.deleteIfExists(attempt);
    } catch (IOException e) {
      cause.addSuppressed(e); // the next open removes it
    }
  }

  @Override
  public long grow(VolumeId id, long atLeastBytes) throws BackendException {
    var wish = "be grown to " + Sizes.text(atLeastBytes);
    check(id, wish, atLeastBytes);
    return change(
        id,
        wish,
        () -> {
          long now = size(id, wish).orElseThrow(() -> missing(id, wish));
          return moves.grow(file(id), now, atLeastBytes);
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
        wish,
        () -> {
          size(id, wish); // refuses what is no volume
          if (moves.retire(id, file(id))) {
            trash.force();
          }
          if (Files.exists(fan(id).path())) {
            fan(id).force();
          }
          return id;
        });
    reaper.wake();
  }

  @Override
  public Optional<Fact> inspect(VolumeId id) throws BackendException {
    var wish = "be looked at";
    return run(
        cannot(id, wish),
        () -> {
          var there = size(id, wish);
          return there.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new Fact(id, there.getAsLong(), UsedBytes.of(file(id), there.getAsLong())));
        });
  }

  @Override
  public List<Found> list() throws BackendException {
    return run("the storage cannot be listed", this::listNow);
  }

  private List<Found> listNow() throws IOException {
    mustBeOurs();
    return Listing.of(layout);
  }

  @Override
  public Capacity capacity() throws BackendException {
    return run(
        "the capacity of the storage cannot be found",
        () -> {
          var disk = Files.getFileStore(layout.root());
          return new Capacity(disk.getTotalSpace(), disk.getUsableSpace(), provisioned());
        });
  }

  private long provisioned() throws IOException {
    long sum = 0;
    for (var found : listNow()) {
      sum +=
          switch (found) {
            case Found.OfVolume(var fact) -> fact.bytes();
            case Found.Retired _, Found.Foreign _ -> 0;
          };
    }
    return sum;
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
      closeAll(open);
      if (quiet) {
        life.writeLock().unlock();
      }
    }
  }

  /** In the reverse order of opening, so the lock goes last. */
  private static void closeAll(Deque<Closeable> open) {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        System.getLogger(DirDriver.class.getName())
            .log(Level.WARNING, "a part of the storage cannot be closed", e);
      }
    }
  }

  /** Something that is done with the file system. */
  private interface Work<T> {
    T run() throws IOException, BackendException;
  }

  private <T> T change(VolumeId id, String wish, Work<T> work) throws BackendException {
    synchronized (idLocks[Math.floorMod(id.hashCode(), ID_LOCKS)]) {
      guard.check();
      return run(cannot(id, wish), work);
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

  /** The size of a volume; empty only when the storage is there and the volume is not. */
  private OptionalLong size(VolumeId id, String wish) throws IOException, BackendException {
    var file = file(id);
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      mustBeOurs();
      fan(id).mustBeFree();
      return OptionalLong.empty();
    }
    BasicFileAttributes there;
    try {
      there = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      return OptionalLong.empty(); // another node retired it in this moment
    }
    if (!there.isRegularFile()) {
      throw new BackendException.Conflict(
          cannot(id, wish) + ": " + layout.root().relativize(file) + " is not a plain file");
    }
    return OptionalLong.of(there.size());
  }

  /** A disk that was unmounted must not look like one without volumes. */
  private void mustBeOurs() throws IOException {
    if (!Layout.key(layout.volumes()).equals(volumesKey)) {
      throw new IOException("the folder of the storage was replaced while in use");
    }
  }

  private Folder fan(VolumeId id) {
    return fans.get(Layout.fanOf(id));
  }

  private Path file(VolumeId id) {
    return fan(id).path().resolve(Layout.fileName(id));
  }
}
