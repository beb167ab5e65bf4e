package platter.driver.rbd;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import platter.driver.Chore;
import platter.driver.Guard;
import platter.error.BackendException;

/**
 * Frees the space of what is in the trash, on a thread of its own: freeing a large image takes its
 * time. What others still read from stays until they have gone; what is not ours, for ever.
 *
 * <p>Among nodes an image rests for a while before it is freed, so that a node which retires it too
 * late can put it back.
 */
final class Reaper implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Reaper.class.getName());
  private static final Duration RETRY = Duration.ofSeconds(15);
  private static final Duration STOP = Duration.ofMillis(300);

  private final Pool pool;
  private final Guard guard;
  private final Duration rest;
  private final Map<String, Long> seen = new HashMap<>(); // when, by the id; of this thread only
  private final Chore chore = new Chore("platter-rbd-reaper", RETRY, STOP, this::run);

  Reaper(Pool pool, Guard guard, Duration rest) {
    this.pool = pool;
    this.guard = guard;
    this.rest = rest;
  }

  void start() {
    chore.start();
  }

  /** There is something new in the trash. */
  void wake() {
    chore.wake();
  }

  private void run() {
    while (!chore.isStopping() && pass()) {
      // what was freed may have been the last child of another
    }
  }

  /** Returns whether something was freed. */
  private boolean pass() {
    boolean freed = false;
    try {
      var entries = pool.trash();
      seen.keySet().retainAll(entries.stream().map(Pool.Entry::id).collect(Collectors.toSet()));
      for (var entry : entries) {
        if (chore.isStopping()) {
          return false;
        }
        if (hasOurForm(entry.name()) && hasRested(entry.id())) {
          guard.check();
          freed |= reap(entry);
        }
      }
    } catch (CephException e) {
      LOG.log(Level.WARNING, "the trash of the pool cannot be read; next try in " + RETRY, e);
    } catch (BackendException e) {
      LOG.log(Level.WARNING, "retired volumes are left to other nodes", e);
    }
    return freed;
  }

  private static boolean hasOurForm(String name) {
    return Names.volume(name).isPresent()
        || Names.snapshot(name).isPresent()
        || Names.reverted(name).isPresent();
  }

  private boolean hasRested(String id) {
    long now = System.nanoTime();
    var first = seen.putIfAbsent(id, now);
    return rest.isZero() || (first != null && now - first >= rest.toNanos());
  }

  private boolean reap(Pool.Entry entry) {
    try {
      if (!makeBare(entry.id())) {
        return false;
      }
      pool.removeFromTrash(entry.id());
      return true;
    } catch (CephException e) {
      // read by others, or watched by a client that died a moment ago
      if (!Set.of(CephException.ENOTEMPTY, CephException.EBUSY, CephException.ENOENT)
          .contains(e.errno())) {
        LOG.log(Level.WARNING, "what was " + entry.name() + " cannot be freed yet", e);
      }
      return false;
    }
  }

  /** Takes its snaps away. Returns false when it is not ours. */
  private boolean makeBare(String id) throws CephException {
    try (var image = pool.openById(id)) {
      if (image.metadata(Mark.KEY).filter(Mark::isOurs).isEmpty()) {
        return false;
      }
      for (var snap : image.snaps()) {
        if (snap.live()) {
          image.removeSnap(snap.name());
        }
      }
      return true;
    } catch (CephException e) {
      if (e.is(CephException.ENOENT)) {
        return true; // half made, or half freed
      }
      throw e;
    }
  }

  /** Ends after the image at hand; waits a moment for that, no longer. */
  @Override
  public void close() {
    chore.close();
  }

  boolean isRunning() {
    return chore.isRunning();
  }
}
