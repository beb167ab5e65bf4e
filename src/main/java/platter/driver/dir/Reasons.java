package platter.driver.dir;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import platter.error.BackendException;

/**
 * Turns an error of the file system into what to do next, with a message without absolute paths.
 */
final class Reasons {
  // ENOSPC, EDQUOT, EFBIG: the JDK hands on the text, never the number
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  private Reasons() {}

  /**
   * NoSpace when the storage is full or the file too large. All else is Unavailable, also what
   * nobody knows: asking again does no harm.
   *
   * @param what what could not be done, such as {@code volume X cannot be retired}
   */
  static BackendException toBackend(String what, IOException cause) {
    var reason = reason(cause);
    var message = what + ": " + reason;
    return isFull(reason)
        ? new BackendException.NoSpace(message, cause)
        : new BackendException.Unavailable(message, cause);
  }

  static boolean isFull(String reason) {
    return FULL.contains(reason);
  }

  static String reason(Exception cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "a file or folder of the storage is missing";
      case AccessDeniedException _ -> "Permission denied";
      case ClosedChannelException _ -> "the storage is closed";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      case FileNotFoundException e -> inBrackets(said(e));
      default -> said(cause);
    };
  }

  private static String said(Exception cause) {
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
  }

  /** RandomAccessFile says {@code /the/path (Permission denied)}. */
  private static String inBrackets(String text) {
    int open = text.lastIndexOf('(');
    return open >= 0 && text.endsWith(")") ? text.substring(open + 1, text.length() - 1) : text;
  }
}
