package platter.error;

/**
 * The caller's error on an IAM path: {@code {"error":{"code":int,"message","title"}}}, where the
 * code is the HTTP status.
 */
public final class IamException extends RuntimeException {
  private final int status;
  private final String title;

  /**
   * @param message the wire text
   * @param title the status in words, such as {@code Bad Request}
   */
  public IamException(int status, String message, String title) {
    super(message, null, false, false);
    this.status = status;
    this.title = title;
  }

  /** The HTTP status, and the code in the body. */
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }
}
