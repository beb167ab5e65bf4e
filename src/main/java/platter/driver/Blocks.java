package platter.driver;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one volume that is open. Calls come from many threads at once, with direct buffers,
 * and only within its size; they wait as long as the storage does. All that have the same volume
 * open see what the others have written, and a flush by one makes all of it durable.
 */
public interface Blocks extends AutoCloseable {
  /** A call that found the storage full. */
  final class FullException extends IOException {
    public FullException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A part that is all hole or all data.
   *
   * @param length in bytes, at least 1
   * @param hole takes no space and reads as zeros
   */
  record Run(long length, boolean hole) {}

  /** In bytes, now. */
  long size() throws IOException;

  /** Fills the buffer. */
  void read(ByteBuffer into, long at) throws IOException;

  /** Writes all of the buffer, for others to see, not yet durable. */
  void write(ByteBuffer from, long at) throws IOException;

  /** All that returned before is durable when it returns. */
  void flush() throws IOException;

  /** Nobody needs these bytes any more: they may read as before, or as zeros. */
  void discard(long at, long length) throws IOException;

  /** Makes a range read as zeros, and gives its space back where that can be done. */
  void zero(long at, long length) throws IOException;

  /** What begins at a byte; not longer than to the end. */
  Run runAt(long at, long end) throws IOException;

  /** Lets go of the volume. What was written is not lost. */
  @Override
  void close() throws IOException;
}
