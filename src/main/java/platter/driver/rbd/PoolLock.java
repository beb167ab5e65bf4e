package platter.driver.rbd;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import platter.driver.Guard;
import platter.error.BackendException;

/**
 * The right to use a pool: an advisory lock on an object of it, held by one driver alone or by any
 * number that share it, with a term that is renewed all the time. Who finds the lock of a process
 * that has died on this machine takes it at once; elsewhere its term is waited for. The cluster
 * locks the dead one out, so that nothing of it can come late.
 */
final class PoolLock implements Guard, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PoolLock.class.getName());
  private static final String OBJECT = "platter.lock";
  private static final String LOCK = "platter";
  private static final String TAG = "nodes";
  private static final byte MAY_RENEW = 1;

  private static final Duration TERM = Duration.ofSeconds(20);
  private static final Duration RENEW = Duration.ofSeconds(4);

  /** Before the term ends for the cluster, it has ended for the holder. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final Duration AGAIN = Duration.ofMillis(250);
  private static final int LOCKED_OUT_SECONDS = 3600;
  private static final int LIST_BYTES = 1 << 16;

  /** Who holds it. */
  private record Locker(String client, String cookie, String address) {}

  private final Pool pool;
  private final boolean shared;
  private final String cookie = LivingProcess.newName();
  private final Thread renewer =
      Thread.ofPlatform().daemon().name("platter-rbd-lock").unstarted(this::renew);
  private volatile long heldUntil;
  private volatile boolean closed;

  private PoolLock(Pool pool, boolean shared) {
    this.pool = pool;
    this.shared = shared;
  }

  /**
   * @throws BackendException.Busy when another driver holds it, and not both want to share
   */
  static PoolLock take(Pool pool, boolean shared) throws CephException, BackendException {
    var lock = new PoolLock(pool, shared);
    lock.take();
    lock.renewer.start();
    return lock;
  }

  private void take() throws CephException, BackendException {
    long until = System.nanoTime() + TERM.plus(MARGIN).toNanos();
    var former = new ArrayList<Locker>();
    while (true) {
      var lockers = lockers();
      for (var one : lockers) {
        if (LivingProcess.isDead(one.cookie())) {
          lockOut(one);
          breakLock(one);
        } else if (!shared && !former.contains(one)) {
          former.add(one);
        }
      }
      if (tryLock()) {
        former.forEach(this::lockOut); // they had it, and let their term end
        return;
      }
      if (lockers.stream().anyMatch(one -> LivingProcess.isAlive(one.cookie()))
          || System.nanoTime() - until >= 0) {
        throw new BackendException.Busy(
            "the pool rbd:"
                + pool.place()
                + " is in use by another Platter"
                + (shared
                    ? ", which does not share it: stop that one first"
                    : ": stop that one first"));
      }
      LockSupport.parkNanos(AGAIN.toNanos());
    }
  }

  /** Returns false when somebody else holds it. */
  private boolean tryLock() throws CephException {
    long now = System.nanoTime();
    try (var arena = Arena.ofConfined()) {
      var object = arena.allocateFrom(OBJECT);
      var name = arena.allocateFrom(LOCK);
      var own = arena.allocateFrom(cookie);
      var what = arena.allocateFrom("");
      var term = arena.allocateFrom(JAVA_LONG, TERM.toSeconds(), 0); // struct timeval
      var rados = pool.rados();
      long answer =
          shared
              ? rados.lockShared.call(
                  pool.handle(), object, name, own, arena.allocateFrom(TAG), what, term, MAY_RENEW)
              : rados.lockExclusive.call(pool.handle(), object, name, own, what, term, MAY_RENEW);
      if (answer == -CephException.EBUSY || answer == -CephException.EEXIST) {
        return false;
      }
      if (answer < 0) {
        throw new CephException("the lock of the pool", (int) -answer);
      }
      heldUntil = now + TERM.minus(MARGIN).toNanos();
      return true;
    }
  }

  private List<Locker> lockers() throws CephException {
    try (var arena = Arena.ofConfined()) {
      var exclusive = arena.allocate(JAVA_INT);
      var lists = new MemorySegment[4]; // tag, clients, cookies, addresses
      var rooms = new MemorySegment[4];
      for (int i = 0; i < lists.length; i++) {
        lists[i] = arena.allocate(LIST_BYTES);
        rooms[i] = arena.allocateFrom(JAVA_LONG, LIST_BYTES);
      }
      long count =
          pool.rados()
              .listLockers
              .call(
                  pool.handle(),
                  arena.allocateFrom(OBJECT),
                  arena.allocateFrom(LOCK),
                  exclusive,
                  lists[0],
                  rooms[0],
                  lists[1],
                  rooms[1],
                  lists[2],
                  rooms[2],
                  lists[3],
                  rooms[3]);
      if (count == -CephException.ENOENT) {
        return List.of();
      }
      if (count < 0) {
        throw new CephException("rados_list_lockers", (int) -count);
      }
      var lockers = new ArrayList<Locker>();
      long[] at = new long[lists.length];
      for (int i = 0; i < count; i++) {
        lockers.add(new Locker(next(lists, at, 1), next(lists, at, 2), next(lists, at, 3)));
      }
      return lockers;
    }
  }

  /** The numbers of those who hold it, of whichever node. */
  List<Long> holders() throws CephException {
    return lockers().stream()
        .map(one -> one.client().substring(one.client().indexOf('.') + 1))
        .map(Long::parseLong)
        .toList();
  }

  private static String next(MemorySegment[] lists, long[] at, int list) {
    var text = lists[list].getString(at[list]);
    at[list] += text.getBytes(StandardCharsets.UTF_8).length + 1;
    return text;
  }

  /** From now on the cluster takes nothing of it any more. */
  private void lockOut(Locker dead) {
    try {
      pool.lockOut(dead.address(), LOCKED_OUT_SECONDS);
    } catch (CephException e) {
      LOG.log(
          Level.WARNING,
          "a Platter that died cannot be locked out of the cluster; its images are free in half a"
              + " minute. The Ceph user needs: mon 'profile rbd'",
          e);
    }
  }

  private void breakLock(Locker dead) throws CephException {
    try (var arena = Arena.ofConfined()) {
      long answer =
          pool.rados()
              .breakLock
              .call(
                  pool.handle(),
                  arena.allocateFrom(OBJECT),
                  arena.allocateFrom(LOCK),
                  arena.allocateFrom(dead.client()),
                  arena.allocateFrom(dead.cookie()));
      if (answer < 0 && answer != -CephException.ENOENT) {
        throw new CephException("rados_break_lock", (int) -answer);
      }
    }
  }

  private void renew() {
    while (!closed) {
      LockSupport.parkNanos(RENEW.toNanos());
      try {
        if (!closed && !tryLock()) {
          LOG.log(Level.WARNING, "another Platter has taken the pool rbd:" + pool.place());
        }
      } catch (CephException e) {
        LOG.log(Level.WARNING, "the lock of the pool cannot be renewed", e);
      }
    }
  }

  @Override
  public void check() throws BackendException {
    if (System.nanoTime() - heldUntil >= 0) {
      var why = "the lock of the pool could not be renewed";
      throw new BackendException.Unavailable(why, new IllegalStateException(why));
    }
  }

  boolean isRunning() {
    return renewer.isAlive();
  }

  /** Lets go of it. */
  @Override
  public void close() {
    closed = true;
    heldUntil = System.nanoTime();
    LockSupport.unpark(renewer);
    try {
      if (!renewer.join(Duration.ofMillis(TimeUnit.SECONDS.toMillis(1)))) {
        return; // the cluster is away; the term will end
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    try (var arena = Arena.ofConfined()) {
      pool.rados()
          .unlock
          .call(
              pool.handle(),
              arena.allocateFrom(OBJECT),
              arena.allocateFrom(LOCK),
              arena.allocateFrom(cookie));
    }
  }
}
