package platter.attachment;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import platter.attachment.ServingStore.Ticketed;
import platter.db.Database;
import platter.driver.Guard;
import platter.driver.Location;
import platter.driver.StorageDriver;
import platter.driver.Writes;
import platter.error.BackendException;
import platter.error.DatabaseException;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.nbd.Export;
import platter.nbd.Exports;
import platter.nbd.FileExport;
import platter.nbd.Limits;
import platter.node.Lease;
import platter.node.Owner;
import platter.volume.Attachment;
import platter.volume.Served;
import platter.volume.Volume;

/**
 * Brings the bytes of volumes to hosts: opens what a ticket names for the NBD server, and knows
 * what is open.
 *
 * <p>Nothing is opened for an attachment that is detaching: it is looked at once more after it was
 * opened, and who detaches looks for what is open after everybody can see that it is detaching. Of
 * several nodes one serves an attachment, as long as a client is connected to it ({@link
 * ServingHolds}). A node whose lease has run out closes everything before others may take it for
 * dead ({@link #fence}).
 */
public final class Serving implements Exports, Served, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Serving.class.getName());

  private static final Duration CUT_PATIENCE = Duration.ofSeconds(10);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(5);
  private static final long AGAIN_NANOS = Duration.ofMillis(20).toNanos();
  private static final long LAST_AGAIN_NANOS = Duration.ofMillis(500).toNanos();
  private static final int LOOKS_IN_A_LEASE = 10;
  private static final int LOCKS = 256;

  /** What has the connections of the clients: the NBD server. */
  public interface Connections {
    /** Cuts those of a ticket, and waits until no write of them can come any more. */
    void drop(String ticket);

    /**
     * Ends those of a ticket when all is answered, so that its client comes again; does not wait
     * for that.
     */
    void reconnect(String ticket);

    /** The limits of a ticket's exports are other ones now; waits for nothing. */
    void limited(String ticket);
  }

  /** Told when an attachment has come to its end. */
  public interface Ended {
    void ended(ProjectId project, VolumeId volume, String attachment);
  }

  private final Database db;
  private final StorageDriver driver;
  private final Lease lease;
  private final LongSupplier nanos;
  private final CopyHolds copies;
  private final ServingHolds holds;
  private final DirectClients direct;
  private final Map<String, Live> live = new ConcurrentHashMap<>();
  // of one attachment only one change at a time
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  /** Of which attachments the end is being made, each on a thread of its own. */
  private final Set<String> aside = ConcurrentHashMap.newKeySet();

  private volatile Optional<Connections> connections = Optional.empty();
  private volatile boolean closed;

  /**
   * An attachment that clients of this node have open. Its exports change under the lock of the
   * attachment, and under their own for those who may not wait for that.
   */
  private static final class Live {
    final Ticketed what;
    final String ticket;
    final Owner owner;
    final OpenLimits limits;
    final Set<ServedExport> exports = Collections.synchronizedSet(new HashSet<>());
    int gib;

    Live(Ticketed what, String ticket, Owner owner, int gib) {
      this.what = what;
      this.ticket = ticket;
      this.owner = owner;
      this.limits = new OpenLimits(OpenLimits.of(what.iops(), what.throughput()));
      this.gib = gib;
    }
  }

  /**
   * Serves nothing yet: {@link #start} and {@link #behind} follow.
   *
   * @param nanos a clock that only measures durations
   */
  public Serving(Database db, StorageDriver driver, Lease lease, LongSupplier nanos) {
    this.db = db;
    this.driver = driver;
    this.lease = lease;
    this.nanos = nanos;
    copies = new CopyHolds(db, lease);
    holds = new ServingHolds(db, lease, copies);
    direct = new DirectClients(driver);
  }

  /**
   * Ends what a crash has left detaching, and of several nodes goes on to look what others want of
   * this one.
   */
  public void start(Ended ended) {
    if (!lease.shared()) {
      endDetaching(ended); // nobody is connected yet
      return;
    }
    nowAndThen("serving", () -> look(ended));
    nowAndThen("serving-fence", this::fence); // by itself: it must wait for no database
  }

  private void nowAndThen(String name, Runnable what) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              while (!closed) {
                LockSupport.parkNanos(lease.length().toNanos() / LOOKS_IN_A_LEASE);
                try {
                  what.run();
                } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                  LOG.log(WARNING, "cannot look after the volumes that are served", e);
                }
              }
            });
  }

  /** Before others may take this node for dead, it writes no more. */
  private void fence() {
    for (var one : live.values()) {
      if (!lease.holds(one.owner)) {
        boolean news = false;
        synchronized (one.exports) {
          for (var export : one.exports) {
            news |= export.gate().shut();
          }
        }
        if (news) { // so that its clients look for another node
          LOG.log(WARNING, "attachment {0}: the lease has run out", one.what.attachment());
          connections.ifPresent(server -> Thread.ofVirtual().start(() -> server.drop(one.ticket)));
        }
      }
    }
  }

  /** From now on clients may come. */
  public void behind(Connections server) {
    connections = Optional.of(server);
  }

  private Object lockOf(String attachment) {
    return locks[Math.floorMod(attachment.hashCode(), LOCKS)];
  }

  @Override
  public Optional<Export> find(String ticket) throws IOException {
    if (!Tickets.isOne(ticket) || closed) {
      return Optional.empty();
    }
    var digest = Tickets.digest(ticket);
    try {
      var found = db.lookUp(tx -> ServingStore.find(tx, digest));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      synchronized (lockOf(found.get().attachment())) {
        return open(found.get(), ticket, digest);
      }
    } catch (DatabaseException e) {
      throw new IOException("the database cannot tell now what may be opened", e);
    }
  }

  private Optional<Export> open(Ticketed what, String ticket, String digest) throws IOException {
    var owner = lease.owner();
    var gate = new Gate(() -> lease.holds(owner));
    var file = openFile(what, () -> mustServe(gate, owner));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    boolean allowed = false;
    Export opened = file.get().export();
    try {
      int gib = (int) (opened.size() / Volume.BYTES_PER_GIB);
      var now = live.get(what.attachment());
      boolean first = now == null;
      var one = now == null ? new Live(what, ticket, owner, gib) : now;
      // closed by the server's thread, which has no lock of ours
      var export = new ServedExport[1];
      export[0] =
          new ServedExport(
              opened, gate, file.get().writes(), one.limits::now, () -> closed(one, export[0]));
      opened = export[0];
      one.exports.add(export[0]);
      live.put(what.attachment(), one); // before it is looked at again: who detaches sees it
      allowed = mayBeOpen(one, first, digest);
      return allowed ? Optional.of(export[0]) : Optional.empty();
    } finally {
      if (!allowed) {
        opened.close();
      }
    }
  }

  /** What is opened, and what is passed before it is changed. */
  private record Opened(Export export, Writes writes) {}

  /**
   * @param served asked before the storage is asked again for what it did not answer
   */
  private Optional<Opened> openFile(Ticketed what, Guard served) throws IOException {
    try {
      var limits = OpenLimits.of(what.iops(), what.throughput());
      boolean readOnly = what.mode() == Attachment.Mode.RO;
      return switch (driver.locate(what.volume())) {
        case Location.InFile(var path, var writes, boolean through) ->
            Optional.of(new Opened(FileExport.of(path, readOnly, through, limits), writes));
        case Location.InBlocks(var opener) ->
            Optional.of(
                new Opened(new BlocksExport(opener.open(served), readOnly, limits), Writes.FREE));
      };
    } catch (BackendException.NotFound | NoSuchFileException _) {
      return Optional.empty(); // detached and deleted in this moment
    } catch (BackendException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void mustServe(Gate gate, Owner as) throws BackendException {
    if (!gate.isOpen() || !lease.holds(as)) {
      throw new BackendException.Unavailable(
          "this node does not serve the volume any more", new Lease.NotHeld(as));
    }
  }

  private boolean mayBeOpen(Live one, boolean first, String digest) throws IOException {
    if (!lease.holds(one.owner)) {
      throw new IOException("this node's lease has run out");
    }
    if (!lease.shared() || !first) {
      var before = one.limits.now();
      var found = db.lookUp(tx -> ServingStore.find(tx, digest));
      found.ifPresent(
          now ->
              limit(one, one.limits.become(before, OpenLimits.of(now.iops(), now.throughput()))));
      return found.isPresent();
    }
    return holds.take(one.what, one.owner, one.gib);
  }

  private void closed(Live one, ServedExport export) {
    var id = one.what.attachment();
    synchronized (lockOf(id)) {
      one.exports.remove(export);
      if (one.exports.isEmpty() && live.remove(id, one)) {
        holds.letGo(id, one.owner);
      }
    }
  }

  /** How many connections of this node have an attachment open. */
  int connected(String attachment) {
    synchronized (lockOf(attachment)) {
      var one = live.get(attachment);
      return one == null ? 0 : one.exports.size();
    }
  }

  @Override
  public boolean waitUntilLeft(Attachment attachment, Duration patience) {
    long until = nanos.getAsLong() + patience.toNanos();
    long pause = AGAIN_NANOS;
    while (isConnected(attachment)) {
      if (nanos.getAsLong() - until >= 0 || closed || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LAST_AGAIN_NANOS); // it may be minutes, and many wait
    }
    return true;
  }

  private boolean isConnected(Attachment attachment) {
    return attachment.client() == Attachment.Client.RBD
        ? direct.isOpen(attachment.volume())
        : connected(attachment.id()) > 0 || holds.isElsewhere(attachment.id());
  }

  @Override
  public boolean cut(Attachment attachment) {
    if (attachment.client() == Attachment.Client.RBD) {
      return direct.cutOff(attachment.volume());
    }
    if (!cut(attachment.id())) {
      return false;
    }
    long until = nanos.getAsLong() + CUT_PATIENCE.toNanos();
    while (holds.isElsewhere(attachment.id())) { // that node looks for it
      if (nanos.getAsLong() - until >= 0) {
        return false;
      }
      LockSupport.parkNanos(AGAIN_NANOS);
    }
    return true;
  }

  /** What this node has open. */
  private boolean cut(String attachment) {
    Live one;
    List<ServedExport> open;
    synchronized (lockOf(attachment)) {
      one = live.get(attachment);
      if (one == null) {
        return true;
      }
      open = new ArrayList<>(one.exports);
    }
    boolean closed =
        connections.isEmpty() || within(DRAIN_PATIENCE, () -> connections.get().drop(one.ticket));
    for (var export : open) {
      boolean _ = export.gate().shut();
    }
    if (!closed) { // closing a file may still write to a storage that is a network away
      LOG.log(WARNING, "a connection of attachment {0} does not end", attachment);
      return false;
    }
    for (var export : open) {
      if (!export.gate().isEmptyWithin(DRAIN_PATIENCE)) {
        LOG.log(WARNING, "a request of attachment {0} does not end", attachment);
        return false;
      }
    }
    synchronized (lockOf(attachment)) {
      one.exports.removeAll(open);
      if (one.exports.isEmpty() && live.remove(attachment, one)) {
        holds.letGo(attachment, one.owner);
      }
      return one.exports.isEmpty();
    }
  }

  /** Returns whether it has ended; what does not end in time goes on. */
  private static boolean within(Duration patience, Runnable what) {
    var thread = Thread.ofVirtual().start(what);
    try {
      return thread.join(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Hold onlyHere(VolumeId volume, SnapshotId copy) throws BackendException {
    return lease.shared() ? copies.take(volume, copy) : Hold.NONE;
  }

  @Override
  public void grown(VolumeId volume, int gib) throws BackendException {
    try {
      tellAll(volume, gib);
    } catch (DatabaseException e) {
      throw new BackendException.Unavailable("the database cannot tell who serves " + volume, e);
    }
  }

  private void tellAll(VolumeId volume, int gib) throws BackendException {
    for (var one : live.values()) {
      if (one.what.volume().equals(volume)) {
        tell(one, gib);
      }
    }
    var late = holds.late(volume, gib);
    if (late.isPresent()) {
      throw new BackendException.Busy(
          "node " + late.get().node() + " does not serve the new size yet");
    }
  }

  /** Of one whose storage has that size. */
  private void tell(Live one, int gib) {
    synchronized (one) { // not its lock: closing connections takes that
      if (one.gib >= gib) {
        return;
      }
      if (one.what.client().reconnects()) {
        connections.ifPresent(server -> server.reconnect(one.ticket));
      }
      holds.grown(one.what.attachment(), one.owner, gib);
      one.gib = gib;
    }
  }

  @Override
  public void limited(VolumeId volume, OptionalInt iops, OptionalInt throughput) {
    for (var one : live.values()) {
      if (one.what.volume().equals(volume)) {
        limit(one, one.limits.become(OpenLimits.of(iops, throughput)));
      }
    }
  }

  private void limit(Live one, boolean news) {
    if (news) {
      connections.ifPresent(server -> server.limited(one.ticket));
    }
  }

  /** Of what this node serves: another one may have changed them. */
  private void lookAtLimits() {
    var before = new HashMap<Live, Limits>();
    live.values().forEach(one -> before.put(one, one.limits.now()));
    if (before.isEmpty()) {
      return;
    }
    var now = db.lookUp(tx -> ServingStore.limits(tx, lease.owner()));
    before.forEach(
        (one, was) ->
            Optional.ofNullable(now.get(one.what.attachment()))
                .ifPresent(found -> limit(one, one.limits.become(was, found))));
  }

  /** What a node does now and then among others. */
  private void look(Ended ended) {
    for (var one : new HashMap<>(live).values()) {
      if (!lease.holds(one.owner)) {
        aside(one.what.attachment(), () -> cut(one.what.attachment()));
      } else {
        lookAtSize(one);
      }
    }
    if (lease.holds(lease.owner())) {
      lookAtLimits();
      letGoOfTheRest();
      copies.letGoOfTheRest();
      for (var one : db.lookUp(ServingStore::detaching)) {
        aside(one.attachment(), () -> end(one, ended));
      }
    }
  }

  /** One client that does not let go is not waited for by the others, nor twice. */
  private void aside(String attachment, Runnable what) {
    if (aside.add(attachment)) {
      var _ =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      what.run();
                    } catch (RuntimeException e) {
                      LOG.log(WARNING, "cannot end attachment " + attachment + " yet", e);
                    } finally {
                      aside.remove(attachment);
                    }
                  });
    }
  }

  private void lookAtSize(Live one) {
    ServedExport any;
    synchronized (lockOf(one.what.attachment())) {
      any = one.exports.stream().findAny().orElse(null);
    }
    try {
      if (any != null) {
        tell(one, (int) (any.size() / Volume.BYTES_PER_GIB));
      }
    } catch (IOException e) {
      LOG.log(INFO, "volume {0} was closed meanwhile", one.what.volume());
    }
  }

  /** What was closed while the database was away. */
  private void letGoOfTheRest() {
    var owner = lease.owner();
    for (var one : holds.mine(owner)) {
      synchronized (lockOf(one)) {
        if (!live.containsKey(one)) {
          holds.letGo(one, owner);
        }
      }
    }
  }

  private void endDetaching(Ended ended) {
    for (var one : db.lookUp(ServingStore::detaching)) {
      end(one, ended);
    }
  }

  private void end(ServingStore.Ending one, Ended ended) {
    boolean over =
        one.client() == Attachment.Client.RBD
            ? direct.cutOff(one.volume())
            : cut(one.attachment()) && !holds.isElsewhere(one.attachment());
    if (over) {
      ended.ended(one.project(), one.volume(), one.attachment());
    }
  }

  /** The server's connections are closed already. A disk that does not answer is not waited for. */
  @Override
  public void close() {
    closed = true;
    boolean _ =
        within(
            DRAIN_PATIENCE,
            () -> {
              try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
                live.keySet().forEach(attachment -> each.execute(() -> cut(attachment)));
              }
            });
  }
}
