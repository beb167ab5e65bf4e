package platter.driver.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** An image that is open. From many threads at once; nobody may use it when it is closed. */
final class Image implements AutoCloseable {
  private static final MemorySegment NULL = MemorySegment.NULL;
  private static final int ID_BYTES = 256;
  private static final int USER_SNAP = 0; // RBD_SNAP_NAMESPACE_TYPE_USER
  private static final int MARK_BYTES = 256;
  private static final StructLayout SNAP =
      MemoryLayout.structLayout(
          JAVA_LONG.withName("id"), JAVA_LONG.withName("size"), ADDRESS.withName("name"));

  private static final StructLayout WATCHER =
      MemoryLayout.structLayout(
          ADDRESS.withName("addr"), JAVA_LONG.withName("id"), JAVA_LONG.withName("cookie"));

  /** Told of a part that is there, in the order of their places. */
  @FunctionalInterface
  interface Parts {
    void part(long at, long length, boolean exists);
  }

  // int (*)(uint64_t, uint64_t, void *), for those who want no progress
  private static final MemorySegment NO_PROGRESS =
      upcall(
          "noProgress",
          MethodType.methodType(int.class, long.class, long.class, MemorySegment.class),
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS));

  // int (*)(uint64_t, size_t, int, void *)
  private static final MemorySegment TELL_PART =
      upcall(
          "tellPart",
          MethodType.methodType(int.class, long.class, long.class, int.class, MemorySegment.class),
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));

  // who asks, by the number that travels as the last argument
  private static final Map<Long, Parts> ASKING = new ConcurrentHashMap<>();
  private static final AtomicLong QUESTIONS = new AtomicLong();

  private final Librbd rbd;
  private final MemorySegment image;

  Image(Librbd rbd, MemorySegment image) {
    this.rbd = rbd;
    this.image = image;
  }

  @SuppressWarnings("restricted")
  private static MemorySegment upcall(String name, MethodType type, FunctionDescriptor shape) {
    try {
      var handle = MethodHandles.lookup().findStatic(Image.class, name, type);
      return Linker.nativeLinker().upcallStub(handle, shape, Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }

  @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by librbd
  private static int noProgress(long done, long all, MemorySegment argument) {
    return 0;
  }

  @SuppressWarnings("UnusedMethod") // called by librbd
  private static int tellPart(long at, long length, int exists, MemorySegment argument) {
    var who = ASKING.get(argument.address());
    if (who == null) {
      return -CephException.EINVAL;
    }
    who.part(at, length, exists != 0);
    return 0;
  }

  /** By which the cluster knows it, whatever it is called. */
  String id() throws CephException {
    try (var arena = Arena.ofConfined()) {
      var id = arena.allocate(ID_BYTES);
      rbd.getId.checked(image, id, (long) ID_BYTES);
      return id.getString(0);
    }
  }

  /**
   * Who has it open to write.
   *
   * @param client the number of its connection to the cluster
   */
  record Watcher(String address, long client) {}

  List<Watcher> watchers() throws CephException {
    try (var arena = Arena.ofConfined()) {
      var room = arena.allocate(JAVA_LONG);
      for (long size = 16; ; size = Math.max(2 * size, room.get(JAVA_LONG, 0))) {
        var all = arena.allocate(WATCHER, size);
        room.set(JAVA_LONG, 0, size);
        long answer = rbd.watchersList.call(image, all, room);
        if (answer == -CephException.ERANGE) {
          continue;
        }
        if (answer < 0) {
          throw new CephException("rbd_watchers_list", (int) -answer);
        }
        long count = room.get(JAVA_LONG, 0);
        var found = new ArrayList<Watcher>();
        for (long i = 0; i < count; i++) {
          long at = i * WATCHER.byteSize();
          found.add(new Watcher(Pool.text(all, at), all.get(JAVA_LONG, at + ADDRESS.byteSize())));
        }
        rbd.watchersListCleanup.call(all, count);
        return found;
      }
    }
  }

  /** In bytes, now: also when another client has resized it. */
  long size() throws CephException {
    try (var arena = Arena.ofConfined()) {
      var size = arena.allocate(JAVA_LONG);
      rbd.getSize.checked(image, size);
      return size.get(JAVA_LONG, 0);
    }
  }

  /**
   * @param mayShrink else a smaller size is refused with EINVAL, as is the same one
   */
  void resize(long bytes, boolean mayShrink) throws CephException {
    rbd.resize2.checked(image, bytes, mayShrink, NO_PROGRESS, NULL);
  }

  /** Copies what the image has of its parents, so that it depends on none. */
  void flatten() throws CephException {
    rbd.flatten.checked(image);
  }

  void createSnap(String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.snapCreate.checked(image, arena.allocateFrom(name));
    }
  }

  /** One that clones depend on lives on without a name, until the last of them has gone. */
  void removeSnap(String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.snapRemove.checked(image, arena.allocateFrom(name));
    }
  }

  /**
   * A snap of the image.
   *
   * @param live made by a user; else removed already, and kept for the clones that read from it
   */
  record Snap(String name, boolean live) {}

  List<Snap> snaps() throws CephException {
    try (var arena = Arena.ofConfined()) {
      var room = arena.allocate(JAVA_INT);
      for (int size = 16; ; size = room.get(JAVA_INT, 0)) {
        var all = arena.allocate(SNAP, size);
        room.set(JAVA_INT, 0, size);
        long found = rbd.snapList.call(image, all, room);
        if (found == -CephException.ERANGE) {
          continue;
        }
        if (found < 0) {
          throw new CephException("rbd_snap_list", (int) -found);
        }
        try {
          var snaps = new ArrayList<Snap>();
          for (int i = 0; i < found; i++) {
            long at = i * SNAP.byteSize();
            snaps.add(
                new Snap(
                    Pool.text(all, at + 2 * JAVA_LONG.byteSize()), isLive(all.get(JAVA_LONG, at))));
          }
          return snaps;
        } finally {
          rbd.snapListEnd.call(all);
        }
      }
    }
  }

  private boolean isLive(long snap) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var type = arena.allocate(JAVA_INT);
      long answer = rbd.snapGetNamespaceType.call(image, snap, type);
      if (answer < 0 && answer != -CephException.ENOENT) { // it may go at any time
        throw new CephException("rbd_snap_get_namespace_type", (int) -answer);
      }
      return answer == 0 && type.get(JAVA_INT, 0) == USER_SNAP;
    }
  }

  Optional<String> metadata(String key) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var value = arena.allocate(MARK_BYTES);
      var room = arena.allocateFrom(JAVA_LONG, MARK_BYTES);
      long answer = rbd.metadataGet.call(image, arena.allocateFrom(key), value, room);
      if (answer == -CephException.ENOENT || answer == -CephException.ERANGE) {
        return Optional.empty(); // one that long is not ours
      }
      if (answer < 0) {
        throw new CephException("rbd_metadata_get", (int) -answer);
      }
      return Optional.of(value.getString(0));
    }
  }

  void setMetadata(String key, String value) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.metadataSet.checked(image, arena.allocateFrom(key), arena.allocateFrom(value));
    }
  }

  /**
   * Tells all that is there in a range.
   *
   * @param ofParents also what the image has from its parents
   * @param wholeObjects not more exactly than by objects, which is cheap
   */
  void parts(long at, long length, boolean ofParents, boolean wholeObjects, Parts parts)
      throws CephException {
    long question = QUESTIONS.incrementAndGet();
    ASKING.put(question, parts);
    try {
      rbd.diffIterate2.checked(
          image,
          NULL,
          at,
          length,
          (byte) (ofParents ? 1 : 0),
          (byte) (wholeObjects ? 1 : 0),
          TELL_PART,
          MemorySegment.ofAddress(question));
    } finally {
      ASKING.remove(question);
    }
  }

  /** What it takes of its own, in whole objects. */
  long usedBytes() throws CephException {
    var sum = new long[1];
    parts(
        0,
        size(),
        false,
        true,
        (_, length, exists) -> {
          if (exists) {
            sum[0] += length;
          }
        });
    return sum[0];
  }

  void read(ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      int wanted = into.remaining();
      long got = rbd.read.checked(image, at, (long) wanted, MemorySegment.ofBuffer(into));
      if (got == 0) {
        throw new IOException("the image ends at " + at);
      }
      into.position(into.position() + (int) got);
      at += got;
    }
  }

  void write(ByteBuffer from, long at) throws IOException {
    while (from.hasRemaining()) {
      int wanted = from.remaining();
      long done = rbd.write.checked(image, at, (long) wanted, MemorySegment.ofBuffer(from));
      if (done == 0) {
        throw new IOException("the image ends at " + at);
      }
      from.position(from.position() + (int) done);
      at += done;
    }
  }

  void flush() throws CephException {
    rbd.flush.checked(image);
  }

  void discard(long at, long length) throws CephException {
    rbd.discard.checked(image, at, length);
  }

  void zero(long at, long length) throws CephException {
    rbd.writeZeroes.checked(image, at, length, 0, 0);
  }

  @Override
  public void close() throws CephException {
    rbd.close.checked(image);
  }
}
