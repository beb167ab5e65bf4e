package platter.http;

import java.util.Optional;
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
  static final String HEADER = "OpenStack-API-Version";

  public static final String LOWEST = "3.0";
  private static final int HIGHEST_MINOR = 50;
  public static final String HIGHEST = "3." + HIGHEST_MINOR;

  /** Of a list of services and their versions, the one of the volume service. */
  private static final Pattern OF_VOLUMES =
      Pattern.compile("(?:^|,)\\s*(?:volume|block-storage)\\s+([^,]*?)\\s*(?:,|$)");

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  /** Whether the calls of the route have versions. */
  static boolean isOf(Route route) {
    return route.face() == Face.CINDER && route.pattern().startsWith("/v3/");
  }

  /**
   * @throws ApiException INVALID_REQUEST when it is no version, VERSION_NOT_OFFERED
   */
  static Microversion of(Optional<String> header) {
    var wanted = header.map(OF_VOLUMES::matcher).filter(m -> m.find()).map(m -> m.group(1));
    if (wanted.isEmpty()) {
      return new Microversion(0, false);
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

  /** The answer, saying which version it is of. */
  static Answer told(Optional<String> header, Answer answer) {
    var varying = answer.withHeader("Vary", HEADER);
    try {
      return varying.withHeader(HEADER, "volume 3." + of(header).minor());
    } catch (ApiException e) {
      return varying; // of none: that is what it says
    }
  }

  /** Whether what came with that version may be told. */
  public boolean has(int sinceMinor) {
    return minor >= sinceMinor;
  }
}
