package platter.space;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import platter.driver.Found;
import platter.driver.StorageDriver;
import platter.error.BackendException;

/**
 * What all volumes and snapshots take on the storage. Each of them has to be looked at; so what was
 * found is told again for ten times as long as it took to find.
 */
final class Usage {
  private static final int REST = 10;

  /**
   * What was found.
   *
   * @param volumesBytes what the volumes take; blocks that several share count for each
   * @param snapshotsBytes what the snapshots take, apart from that
   * @param retired volumes and snapshots that were deleted and whose space is not free yet
   */
  record Sums(
      int volumes,
      long volumesBytes,
      int snapshots,
      long snapshotsBytes,
      int retired,
      Instant asOf,
      Instant until) {}

  private final StorageDriver driver;
  private final InstantSource clock;
  private Optional<Sums> known = Optional.empty(); // guarded by this

  Usage(StorageDriver driver, InstantSource clock) {
    this.driver = driver;
    this.clock = clock;
  }

  /** One looks, and who comes meanwhile waits for what it finds. */
  synchronized Sums sums() throws BackendException {
    var now = clock.instant();
    if (known.isEmpty() || !now.isBefore(known.get().until)) {
      known = Optional.of(found(now));
    }
    return known.get();
  }

  private Sums found(Instant begin) throws BackendException {
    int volumes = 0;
    long volumesBytes = 0;
    int snapshots = 0;
    long snapshotsBytes = 0;
    int retired = 0;
    for (var found : driver.list()) {
      switch (found) {
        case Found.OfVolume(var fact) -> {
          volumes++;
          volumesBytes += fact.usedBytes();
        }
        case Found.OfSnapshot(var fact) -> {
          snapshots++;
          snapshotsBytes += fact.usedBytes();
        }
        case Found.Retired _, Found.RetiredSnapshot _ -> retired++;
        case Found.DraftOfVolume _, Found.DraftOfSnapshot _, Found.HalfMade _, Found.Foreign _ -> {}
      }
    }
    var end = clock.instant();
    var until = end.plus(Duration.between(begin, end).multipliedBy(REST));
    return new Sums(volumes, volumesBytes, snapshots, snapshotsBytes, retired, end, until);
  }
}
