package platter.http;

/**
 * A parameter of a query or a header, as {@link Shape} tells it.
 *
 * @param strict whether what is not of the shape is refused, and not taken for something else
 * @param note for people; may be empty
 */
public record Parameter(String name, Shape shape, boolean strict, String note) {
  public static Parameter of(String name, Shape shape) {
    return new Parameter(name, shape, true, "");
  }

  /** What is not of the shape is no error. */
  public static Parameter lenient(String name, Shape shape, String note) {
    return new Parameter(name, shape, false, note);
  }
}
