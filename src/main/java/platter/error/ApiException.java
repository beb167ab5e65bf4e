package platter.error;

/**
 * The caller's error: a documented code, and a detail that names the thing, its state and the wish.
 * The body of the answer carries the wire text alone; the detail travels in the response header
 * {@code X-Platter-Detail}, so that clients which compare texts are not surprised.
 */
public final class ApiException extends RuntimeException {
  private final ErrorCode code;
  private final String detail;
  private final String message;

  public ApiException(ErrorCode code, String detail) {
    this(code, detail, "");
  }

  /**
   * @param more follows the wire text in the body, where that is no harm to clients
   */
  public ApiException(ErrorCode code, String detail, String more) {
    super(code.code() + ": " + detail, null, false, false);
    this.code = code;
    this.detail = detail;
    this.message = more.isEmpty() ? code.message() : code.message() + " " + more;
  }

  private ApiException(ErrorCode code, String detail, Object... values) {
    super(code.code() + ": " + detail, null, false, false);
    this.code = code;
    this.detail = detail;
    this.message = code.message().formatted(values);
  }

  /** Of a code whose wire text has places for values. */
  public static ApiException filled(ErrorCode code, String detail, Object... values) {
    return new ApiException(code, detail, values);
  }

  public ErrorCode code() {
    return code;
  }

  /** What the body says. */
  public String message() {
    return message;
  }

  /** A sentence for a human: what was wanted, what is, what to do. Never a secret. */
  public String detail() {
    return detail;
  }
}
