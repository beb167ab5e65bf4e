package platter.driver;

/**
 * The sizes of volumes that a storage can hold, found when it was opened. The API refuses by them,
 * so that a job need not fail.
 *
 * @param minBytes the smallest volume
 * @param maxBytes the largest volume
 * @param granularityBytes each size is a multiple of it
 */
public record Limits(long minBytes, long maxBytes, long granularityBytes) {
  public Limits {
    if (granularityBytes < 1 || minBytes < granularityBytes || maxBytes < minBytes) {
      throw new IllegalArgumentException(
          "limits " + minBytes + " to " + maxBytes + " by " + granularityBytes);
    }
  }
}
