package platter.snapshot;

import java.util.Optional;
import java.util.regex.Pattern;
import platter.http.Request;

/**
 * The second number of Cinder's version 3 (page "Microversions"): 0 unless a call asks for more, up
 * to 50. Version 2 has none.
 */
record Microversion(int number) {
  static final String HEADER = "OpenStack-API-Version";
  private static final int HIGHEST = 50;
  private static final Pattern WANTED =
      Pattern.compile("(?:^|.*,)\\s*volume\\s+(?:3\\.(\\d{1,4})|(latest))\\s*(?:,.*|$)");

  static Microversion of(Request request) {
    return new Microversion(
        request.path().startsWith("/v3/")
            ? request.header(HEADER).flatMap(Microversion::read).orElse(0)
            : 0);
  }

  private static Optional<Integer> read(String header) {
    var wanted = WANTED.matcher(header);
    if (!wanted.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        wanted.group(2) != null ? HIGHEST : Math.min(Integer.parseInt(wanted.group(1)), HIGHEST));
  }

  boolean isAtLeast(int other) {
    return number >= other;
  }
}
