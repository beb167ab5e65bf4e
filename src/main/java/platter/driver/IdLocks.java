package platter.driver;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock for each id that somebody uses now: who copies a large volume for an hour keeps nobody
 * waiting but those who want the same one.
 */
public final class IdLocks<K> {
  private final ConcurrentHashMap<K, Lock> used = new ConcurrentHashMap<>();

  private static final class Lock extends ReentrantLock {
    int users; // changed while its entry is

    private static final long serialVersionUID = 1;
  }

  /** Waits for it; {@link #release} follows on the same thread. */
  public void take(K id) {
    used.compute(
            id,
            (_, there) -> {
              var lock = Objects.requireNonNullElseGet(there, Lock::new);
              lock.users++;
              return lock;
            })
        .lock();
  }

  public void release(K id) {
    used.computeIfPresent(
        id,
        (_, lock) -> {
          lock.unlock();
          return --lock.users == 0 ? null : lock;
        });
  }

  /** How many ids somebody holds or waits for. */
  public int size() {
    return used.size();
  }
}
