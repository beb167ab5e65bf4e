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
      case Sharing.Alone _ ->
          new Names("", Math.max(lastIn(layout.trash()), lastIn(layout.snapshots().trash())));
      case Sharing.AmongNodes(long incarnation) ->
          new Names(HexFormat.of().toHexDigits(incarnation) + "-", 0);
    };
  }

  /** Alone, all attempts of others are dead, so only the trash holds names that were given. */
  private static long lastIn(Path trash) throws IOException {
    return Files.notExists(trash)
        ? 0
        : Listing.sorted(trash).stream()
            .map(file -> file.getFileName().toString())
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
