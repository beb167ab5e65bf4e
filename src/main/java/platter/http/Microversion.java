package platter.http;

import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import platter.error.ApiException;
import platter.error.ErrorCode;

/**
 * The version of Cinder's v3 that a call asks for, by {@code OpenStack-API-Version: volume 3.27}
 * (page "API Versions": the lowest is the default).
 *
 * @param minor 27 of 3.27
 * @param asked whether the call named one
 */
public record Microversion(int minor, boolean asked) {
  public static final String HEADER = "OpenStack-API-Version";

  public static final String LOWEST = "3.0";
  private static final int HIGHEST_MINOR = 50;
  public static final String HIGHEST = "3." + HIGHEST_MINOR;

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
  private static final Microversion NOT_ASKED = new Microversion(0, false);

  /** Whether the calls of the route have versions. */
  public static boolean isOf(Route route) {
    return route.face() == Face.CINDER && route.pattern().startsWith("/v3/");
  }

  /** Of a call of that route; where calls have no versions, whatever the header says, none. */
  static Microversion of(Route route, Supplier<Optional<String>> header) {
    return isOf(route) ? of(header.get()) : NOT_ASKED;
  }

  /**
   * @throws ApiException INVALID_REQUEST when it is no version, VERSION_NOT_OFFERED
   */
  static Microversion of(Optional<String> header) {
    var wanted = header.flatMap(Microversion::ofVolumes);
    if (wanted.isEmpty()) {
      return NOT_ASKED;
    }
    if (wanted.get().equals("latest")) {
      return new Microversion(HIGHEST_MINOR, true);
    }
    var numbers = NUMBERS.matcher(wanted.get());
    if (!numbers.matches()) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "API Version String (" + wanted.get() + ") is of invalid format: it must be like 3.27");
    }
    int minor = Integer.parseInt(numbers.group(2));
    if (Integer.parseInt(numbers.group(1)) != 3 || minor > HIGHEST_MINOR) {
      throw new ApiException(
          ErrorCode.VERSION_NOT_OFFERED,
          "Version "
              + wanted.get()
              + " is not supported by the API. Minimum is "
              + LOWEST
              + " and maximum is "
              + HIGHEST
              + ".");
    }
    return new Microversion(minor, true);
  }

  /**
   * Of a list of services and their versions, the one of the volume service. Not one pattern for
   * all of it: the header may be long, and a pattern that goes back takes its time squared.
   */
  private static Optional<String> ofVolumes(String header) {
    for (var service : header.split(",", -1)) {
      var words = service.strip().split("\\s+", 2);
      if (words.length == 2 && (words[0].equals("volume") || words[0].equals("block-storage"))) {
        return Optional.of(words[1]);
      }
    }
    return Optional.empty();
  }

  /** The answer, saying which version it is of. */
  Answer tell(Answer answer) {
    return answer.withHeader("Vary", HEADER).withHeader(HEADER, "volume 3." + minor);
  }

  /** Whether what came with that version may be told. */
  public boolean has(int sinceMinor) {
    return minor >= sinceMinor;
  }
}
