package platter.driver.dir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import platter.driver.Sharing;
import platter.id.VolumeId;

/**
 * Names in tmp and trash. None is ever given twice: else one who slept could take the file of
 * another for its own.
 */
final class Names {
  private final String incarnation;
  private final AtomicLong last;

  private Names(String incarnation, long last) {
    this.incarnation = incarnation;
    this.last = new AtomicLong(last);
  }

  /**
   * For all that is opened together.
   *
   * @param layout of the volumes
   */
  static Names of(Sharing sharing, Layout layout) throws IOException {
    return switch (sharing) {
      case Sharing.Alone _ -> new Names("", Math.max(lastOf(layout), lastOf(layout.snapshots())));
      case Sharing.AmongNodes(long incarnation) ->
          new Names(HexFormat.of().toHexDigits(incarnation) + "-", 0);
    };
  }

  /**
   * Alone, all attempts of others are dead, so only the trash and the drafts hold names that were
   * given.
   */
  private static long lastOf(Layout layout) throws IOException {
    long last = lastIn(layout.trash());
    for (var nursery : layout.nurseries()) {
      last = Math.max(last, lastIn(nursery));
    }
    return last;
  }

  private static long lastIn(Path folder) throws IOException {
    return Files.notExists(folder)
        ? 0
        : Listing.sorted(folder).stream()
            .map(file -> file.getFileName().toString())
            .map(name -> DraftName.of(name).map(DraftName::attempt).orElse(name))
            .filter(name -> Layout.attemptOf(name).isPresent())
            .mapToLong(Layout::attemptNumber)
            .max()
            .orElse(0);
  }

  String next(VolumeId id) {
    return next(id.text());
  }

  String next(String what) {
    return what + "." + incarnation + last.incrementAndGet();
  }
}
