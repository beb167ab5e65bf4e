package platter.nbd;

import java.io.IOException;

/** A request that failed in a way that its client is to know. Any other failure is an EIO. */
public final class RefusedException extends IOException {
  private final Errno errno;

  public RefusedException(Errno errno, String message) {
    super(message);
    this.errno = errno;
  }

  public RefusedException(Errno errno, Throwable cause) {
    super(cause);
    this.errno = errno;
  }

  Errno errno() {
    return errno;
  }
}
