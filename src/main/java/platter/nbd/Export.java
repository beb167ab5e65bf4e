package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One volume as one client opened it. Its calls come from many threads at once, with direct
 * buffers, and only within the size that it told before. A failure that the client should know the
 * kind of is a {@link RefusedException}.
 */
public interface Export extends AutoCloseable {
  /** In bytes; may grow while it is open. */
  long size() throws IOException;

  /** Writing calls are refused before they come here. */
  boolean readOnly();

  /**
   * Whether several connections may use it together: each sees what the others wrote, and a flush
   * by one makes all of it durable. Told to the client, which may then open some.
   */
  boolean shared();

  /** Those of now, told at once. Whoever changes them tells the server. */
  Limits limits();

  /**
   * Fills the buffer if that needs no waiting.
   *
   * @return false when it would; then the buffer's position is where it was
   */
  boolean readNow(ByteBuffer into, long at) throws IOException;

  /** Fills the buffer. */
  void read(ByteBuffer into, long at) throws IOException;

  /** Writes all of the buffer, for others to see, not yet durable. */
  void write(ByteBuffer from, long at) throws IOException;

  /** All writes, trims and zeros that returned before, are durable when it returns. */
  void flush() throws IOException;

  /** The client needs these bytes no more. They may read as before, or as zeros. */
  void trim(long at, long length) throws IOException;

  /**
   * Makes a range read as zeros.
   *
   * @param mayPunch its space may be given back
   * @param fast only when that is quicker than writing the zeros; else it is refused with {@link
   *     Errno#ENOTSUP}
   */
  void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException;

  /**
   * The client will soon read there.
   *
   * @return whether the bytes are on their way into memory by now
   */
  boolean cache(long at, long length) throws IOException;

  /** What begins at a byte; not longer than to the end. */
  Extent extentAt(long at, long end) throws IOException;

  @Override
  void close() throws IOException;
}
