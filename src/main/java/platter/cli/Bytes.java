package platter.cli;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Numbers of bytes as people read them. */
final class Bytes {
  private static final int STEP = 1024;
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

  private Bytes() {}

  /** {@code 512 B}, {@code 1.5 GiB}; nothing of what is no number. */
  static String text(JsonNode bytes) {
    return bytes.isNumber() ? text(bytes.longValue()) : "";
  }

  static String text(long bytes) {
    if (bytes < STEP) {
      return bytes + " B";
    }
    double shown = bytes;
    int unit = -1;
    while (shown >= STEP && unit + 1 < UNITS.size()) {
      shown /= STEP;
      unit++;
    }
    boolean whole = shown == Math.rint(shown);
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", shown, UNITS.get(unit));
  }
}
