package platter.driver.rbd;

import java.io.IOException;
import java.util.Objects;
import platter.error.BackendException;

/** Turns an error of the cluster into what to do next. */
final class Reasons {
  static final String CLOSED = "the storage is closed";

  private Reasons() {}

  /**
   * @param what what could not be done, such as {@code volume X cannot be retired}
   */
  static BackendException toBackend(String what, IOException cause) {
    var message = what + ": " + Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    if (!(cause instanceof CephException ceph)) {
      return new BackendException.Unavailable(message, cause);
    }
    if (ceph.isFull()) {
      return new BackendException.NoSpace(message, cause);
    }
    return switch (ceph.errno()) {
      case CephException.EBUSY, CephException.EROFS -> new BackendException.Busy(message);
      case CephException.ENOTEMPTY -> new BackendException.Dependents(message);
      case CephException.ETIMEDOUT -> new BackendException.Indeterminate(message, cause);
      default -> new BackendException.Unavailable(message, cause);
    };
  }
}
