package platter.driver.dir;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import platter.id.VolumeId;

/**
 * A lock for each id that somebody uses now: who copies a large volume for an hour keeps nobody
 * waiting but those who want the same one.
 */
final class IdLocks {
  private final ConcurrentHashMap<VolumeId, Lock> used = new ConcurrentHashMap<>();

  private static final class Lock extends ReentrantLock {
    int users; // changed while its entry is

    private static final long serialVersionUID = 1;
  }

  /** Waits for it; {@link #release} follows on the same thread. */
  void take(VolumeId id) {
    used.compute(
            id,
            (_, there) -> {
              var lock = Objects.requireNonNullElseGet(there, Lock::new);
              lock.users++;
              return lock;
            })
        .lock();
  }

  void release(VolumeId id) {
    used.computeIfPresent(
        id,
        (_, lock) -> {
          lock.unlock();
          return --lock.users == 0 ? null : lock;
        });
  }

  /** How many ids somebody holds or waits for. */
  int size() {
    return used.size();
  }
}
