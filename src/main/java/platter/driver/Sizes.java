package platter.driver;

/** Sizes as people read them in messages. */
public final class Sizes {
  public static final long GIB = 1L << 30;

  private Sizes() {}

  /** {@code 40 GiB}, or {@code 4096 bytes} when it is no whole number of GiB. */
  public static String text(long bytes) {
    return bytes > 0 && bytes % GIB == 0 ? bytes / GIB + " GiB" : bytes + " bytes";
  }
}
