package platter.nbd;

/**
 * A part of a volume that is all hole or all data.
 *
 * @param length in bytes
 * @param hole takes no space and reads as zeros
 */
public record Extent(long length, boolean hole) {
  public Extent {
    if (length < 1) {
      throw new IllegalArgumentException("an extent of " + length);
    }
  }
}
