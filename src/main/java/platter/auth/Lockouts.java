package platter.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which access keys are locked: five bad signatures lock one for five minutes (page "Signing", 3).
 * Kept for keys that exist only, so a stranger cannot fill it; each node counts for itself.
 */
final class Lockouts {
  static final int FAILURES = 5;
  static final Duration LOCK = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final ConcurrentHashMap<String, Failures> byKey = new ConcurrentHashMap<>();

  private record Failures(int count, long lastMillis) {}

  Lockouts(InstantSource clock) {
    this.clock = clock;
  }

  boolean isLocked(String accessKey) {
    var failures = byKey.get(accessKey);
    return failures != null && failures.count() >= FAILURES && isRecent(failures);
  }

  private boolean isRecent(Failures failures) {
    return clock.millis() - failures.lastMillis() < LOCK.toMillis();
  }

  /** One more; those from before a pause as long as a lock are forgotten. */
  void failed(String accessKey) {
    byKey.compute(
        accessKey,
        (_, known) ->
            new Failures(
                known == null || !isRecent(known) ? 1 : known.count() + 1, clock.millis()));
  }

  /** Forgets the failures, but opens no lock that came meanwhile. */
  void succeeded(String accessKey) {
    if (byKey.containsKey(accessKey)) {
      byKey.computeIfPresent(
          accessKey, (_, known) -> known.count() >= FAILURES && isRecent(known) ? known : null);
    }
  }
}
