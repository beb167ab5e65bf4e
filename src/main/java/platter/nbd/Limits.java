package platter.nbd;

/**
 * What the clients of one ticket may ask for together.
 *
 * @param iops requests per second, 0 for as many as they like
 * @param bytesPerSecond read and written, 0 for as many as they like
 */
public record Limits(long iops, long bytesPerSecond) {
  public static final Limits NONE = new Limits(0, 0);

  public Limits {
    if (iops < 0 || bytesPerSecond < 0) {
      throw new IllegalArgumentException("limits " + iops + ", " + bytesPerSecond);
    }
  }
}
