package platter.error;

/** A storage's error, sealed by what to do next. The message is fit for a job's fail_reason. */
public abstract sealed class BackendException extends Exception {
  private BackendException(String message, Throwable cause) {
    super(message, cause);
  }

  private BackendException(String message) {
    super(message);
  }

  /** The thing is not there: success for a delete, else the end. */
  public static final class NotFound extends BackendException {
    public NotFound(String message) {
      super(message);
    }
  }

  /** Something else lies under that id: a human looks. */
  public static final class Conflict extends BackendException {
    public Conflict(String message) {
      super(message);
    }
  }

  /** Somebody holds it: ask again. */
  public static final class Busy extends BackendException {
    public Busy(String message) {
      super(message);
    }
  }

  /** Others depend on it: they go first. */
  public static final class Dependents extends BackendException {
    public Dependents(String message) {
      super(message);
    }
  }

  /** The storage is full, or the size is more than it can hold: undo. */
  public static final class NoSpace extends BackendException {
    public NoSpace(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The storage does not answer, or refuses to be written: ask again later. */
  public static final class Unavailable extends BackendException {
    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Nobody knows whether it happened: inspect, then repeat. */
  public static final class Indeterminate extends BackendException {
    public Indeterminate(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The storage contradicts itself: the driver leaves service. */
  public static final class Corrupt extends BackendException {
    public Corrupt(String message) {
      super(message);
    }
  }
}
