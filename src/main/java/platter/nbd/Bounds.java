package platter.nbd;

/** Until the NBD server is merged. */
public record Bounds() {
  public static final Bounds DEFAULT = new Bounds();
}
