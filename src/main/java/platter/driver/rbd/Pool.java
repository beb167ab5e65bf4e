package platter.driver.rbd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import platter.error.BackendException;

/** A connection to a cluster, and the images of one pool, or of one namespace of it, by name. */
final class Pool implements AutoCloseable {
  /** What images can do; clients of Linux 5.3 and newer know all of it. */
  private static final long FEATURES =
      1 // layering
          | 1 << 2 // exclusive-lock: snapshots and sizes agree with who writes
          | 1 << 3 // object-map
          | 1 << 4 // fast-diff
          | 1 << 5; // deep-flatten

  /** Seconds after which the cluster is taken for gone; without, calls wait for ever. */
  private static final String PATIENCE = "15";

  private static final Map<String, String> SETTINGS =
      Map.of(
          "client_mount_timeout",
          PATIENCE,
          "rados_mon_op_timeout",
          PATIENCE,
          "rados_osd_op_timeout",
          PATIENCE,
          // what is written is on the cluster when the call returns, for all to see
          "rbd_cache",
          "false",
          // where it is not said that all clients are new enough, clones would need protection
          "rbd_default_clone_format",
          "2",
          "rbd_move_to_trash_on_remove",
          "false");

  private static final AddressLayout TEXT = ADDRESS;
  private static final StructLayout NAMED =
      MemoryLayout.structLayout(TEXT.withName("id"), TEXT.withName("name"));
  private static final StructLayout TRASHED =
      MemoryLayout.structLayout(
          TEXT.withName("id"),
          TEXT.withName("name"),
          JAVA_LONG.withName("source and padding"),
          JAVA_LONG.withName("deletion_time"),
          JAVA_LONG.withName("deferment_end_time"));

  private static final long MOVED = TRASHED.byteOffset(PathElement.groupElement("deletion_time"));

  /**
   * An image, or one in the trash, by its id and the name that it has, or had.
   *
   * @param movedSeconds when it came to the trash, since 1970; 0: it is not there
   */
  record Entry(String id, String name, long movedSeconds) {}

  private final Librados rados;
  private final Librbd rbd;
  private final Place place;
  private final MemorySegment cluster;
  private final MemorySegment pool;

  private Pool(Libraries libraries, Place place, MemorySegment cluster, MemorySegment pool) {
    this.rados = libraries.rados();
    this.rbd = libraries.rbd();
    this.place = place;
    this.cluster = cluster;
    this.pool = pool;
  }

  /**
   * @throws BackendException with a sentence for the operator
   */
  static Pool connect(Place place) throws BackendException {
    var libraries = Libraries.find();
    var rados = libraries.rados();
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ADDRESS);
      checked(place, "", rados.create.call(out, arena.allocateFrom(place.user())));
      var cluster = out.get(ADDRESS, 0);
      boolean done = false;
      try {
        var conf = place.conf().<MemorySegment>map(arena::allocateFrom);
        checked(
            place,
            ": its configuration " + place.conf().orElse("ceph.conf") + " cannot be read",
            rados.confReadFile.call(cluster, conf.orElse(MemorySegment.NULL)));
        for (var setting : SETTINGS.entrySet()) {
          rados.confSet.call(
              cluster,
              arena.allocateFrom(setting.getKey()),
              arena.allocateFrom(setting.getValue()));
        }
        checked(place, ": no connection as " + place.user(), rados.connect.call(cluster));
        var name = arena.allocateFrom(place.pool());
        checked(place, ": there is no such pool", rados.ioctxCreate.call(cluster, name, out));
        var pool = out.get(ADDRESS, 0);
        rados.ioctxSetNamespace.call(pool, arena.allocateFrom(place.namespace()));
        done = true;
        return new Pool(libraries, place, cluster, pool);
      } finally {
        if (!done) {
          rados.shutdown.call(cluster);
        }
      }
    }
  }

  private static void checked(Place place, String what, long answer) throws BackendException {
    if (answer < 0) {
      var cause = new CephException("librados", (int) -answer);
      throw new BackendException.Unavailable(
          "storage rbd:" + place + " cannot be used" + what + ": " + cause.getMessage(), cause);
    }
  }

  Place place() {
    return place;
  }

  Librados rados() {
    return rados;
  }

  MemorySegment cluster() {
    return cluster;
  }

  MemorySegment handle() {
    return pool;
  }

  /** Makes an empty image. */
  void create(String name, long bytes) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var options = options(arena);
      try {
        rbd.create4.checked(pool, arena.allocateFrom(name), bytes, options);
      } finally {
        rbd.optionsDestroy.call(options);
      }
    }
  }

  /** Makes an image that begins as a snapshot of another, and depends on it. */
  void clone(String parent, String snap, String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var options = options(arena);
      try {
        rbd.optionsSetUint64.checked(options, Librbd.OPTION_CLONE_FORMAT, 2L);
        rbd.clone3.checked(
            pool,
            arena.allocateFrom(parent),
            arena.allocateFrom(snap),
            pool,
            arena.allocateFrom(name),
            options);
      } finally {
        rbd.optionsDestroy.call(options);
      }
    }
  }

  private MemorySegment options(Arena arena) throws CephException {
    var out = arena.allocate(ADDRESS);
    rbd.optionsCreate.call(out);
    var options = out.get(ADDRESS, 0);
    rbd.optionsSetUint64.checked(options, Librbd.OPTION_FEATURES, FEATURES);
    return options;
  }

  Image open(String name) throws CephException {
    return open(rbd.open, name);
  }

  /** One that is not watched by who opens it, so that it is in nobody's way. */
  Image openReadOnly(String name) throws CephException {
    return open(rbd.openReadOnly, name);
  }

  /** Also one in the trash. */
  Image openById(String id) throws CephException {
    return open(rbd.openById, id);
  }

  private Image open(Function how, String what) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var out = arena.allocate(ADDRESS);
      how.checked(pool, arena.allocateFrom(what), out, MemorySegment.NULL);
      return new Image(rbd, out.get(ADDRESS, 0));
    }
  }

  void remove(String name) throws CephException {
    named(rbd.remove, name);
  }

  void rename(String from, String to) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.rename.checked(pool, arena.allocateFrom(from), arena.allocateFrom(to));
    }
  }

  /** Nobody can open it by its name any more; its bytes stay. */
  void moveToTrash(String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.trashMove.checked(pool, arena.allocateFrom(name), 0L);
    }
  }

  void restore(String id, String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.trashRestore.checked(pool, arena.allocateFrom(id), arena.allocateFrom(name));
    }
  }

  void removeFromTrash(String id) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rbd.trashRemove.checked(pool, arena.allocateFrom(id), true);
    }
  }

  void createNamespace(String name) throws CephException {
    named(rbd.namespaceCreate, name);
  }

  private void named(Function function, String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      function.checked(pool, arena.allocateFrom(name));
    }
  }

  List<Entry> list() throws CephException {
    return list(rbd.list2, rbd.listCleanup, NAMED);
  }

  List<Entry> trash() throws CephException {
    return list(rbd.trashList, rbd.trashListCleanup, TRASHED);
  }

  private List<Entry> list(Function ask, Function cleanup, StructLayout entry)
      throws CephException {
    try (var arena = Arena.ofConfined()) {
      var room = arena.allocate(JAVA_LONG);
      for (long size = 64; ; size = Math.max(2 * size, room.get(JAVA_LONG, 0))) {
        var all = arena.allocate(entry, size);
        room.set(JAVA_LONG, 0, size);
        long answer = ask.call(pool, all, room);
        if (answer == -CephException.ERANGE) {
          continue;
        }
        if (answer < 0) {
          throw new CephException("a listing", (int) -answer);
        }
        long count = room.get(JAVA_LONG, 0);
        var entries = new ArrayList<Entry>();
        for (long i = 0; i < count; i++) {
          long at = i * entry.byteSize();
          entries.add(
              new Entry(
                  text(all, at),
                  text(all, at + TEXT.byteSize()),
                  entry.equals(TRASHED) ? all.get(JAVA_LONG, at + MOVED) : 0));
        }
        cleanup.call(all, count);
        return entries;
      }
    }
  }

  /** The text that a pointer in a structure leads to. */
  @SuppressWarnings("restricted")
  static String text(MemorySegment struct, long at) {
    return struct.get(ADDRESS, at).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** Removes an object, which may be absent. */
  void removeObject(String name) throws CephException {
    try (var arena = Arena.ofConfined()) {
      long answer = rados.remove.call(pool, arena.allocateFrom(name));
      if (answer < 0 && answer != -CephException.ENOENT) {
        throw new CephException("rados_remove", (int) -answer);
      }
    }
  }

  /** The number of this connection to the cluster. */
  long instance() {
    return rados.getInstanceId.call(cluster);
  }

  /** From now on the cluster takes nothing of this client any more. */
  void lockOut(String address, int seconds) throws CephException {
    try (var arena = Arena.ofConfined()) {
      rados.blocklistAdd.checked(cluster, arena.allocateFrom(address), seconds);
      rados.waitForLatestOsdmap.checked(cluster);
    }
  }

  /** Asks the monitors, with a command and for an answer in JSON. */
  String ask(String command) throws CephException {
    try (var arena = Arena.ofConfined()) {
      var commands = arena.allocate(ADDRESS);
      commands.set(ADDRESS, 0, arena.allocateFrom(command));
      var out = arena.allocate(ADDRESS);
      var length = arena.allocate(JAVA_LONG);
      var said = arena.allocate(ADDRESS);
      var saidLength = arena.allocate(JAVA_LONG);
      rados.monCommand.checked(
          cluster, commands, 1L, MemorySegment.NULL, 0L, out, length, said, saidLength);
      var answer = taken(out, length.get(JAVA_LONG, 0));
      taken(said, saidLength.get(JAVA_LONG, 0));
      return answer;
    }
  }

  @SuppressWarnings("restricted")
  private String taken(MemorySegment pointer, long length) {
    var buffer = pointer.get(ADDRESS, 0);
    if (buffer.equals(MemorySegment.NULL)) {
      return "";
    }
    var bytes = buffer.reinterpret(length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    rados.bufferFree.call(buffer);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Every image of it must be closed. */
  @Override
  public void close() {
    rados.ioctxDestroy.call(pool);
    rados.shutdown.call(cluster);
  }
}
