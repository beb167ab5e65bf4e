package platter.libc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file that is read and written at any place by many threads at once, with direct buffers. What a
 * system does not know is told as a refusal, and nothing was done then.
 */
public sealed interface RawFile extends AutoCloseable permits OpenFile, PlainFile {
  /** What a file is opened for. */
  enum Access {
    READ,
    WRITE,
    /** Each write is durable when it returns. */
    WRITE_THROUGH
  }

  /** As {@link #of(Path, Access)}. */
  static RawFile of(Path path, boolean readOnly) throws IOException {
    return of(path, readOnly ? Access.READ : Access.WRITE);
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   */
  static RawFile of(Path path, Access access) throws IOException {
    return Libc.found().isPresent() ? OpenFile.of(path, access) : PlainFile.of(path, access);
  }

  /** The size of now, which another one may have changed. */
  long size() throws IOException;

  /**
   * Fills the buffer with what lies in memory.
   *
   * @return false when that is not all of it, or when this cannot be told; then the buffer's
   *     content is undefined and its position where it was
   */
  boolean readNow(ByteBuffer into, long at) throws IOException;

  /**
   * Fills the buffer.
   *
   * @throws IOException also when the file ends before
   */
  void read(ByteBuffer into, long at) throws IOException;

  /** Writes all of the buffer; where it fails, a part may have been written. */
  void write(ByteBuffer from, long at) throws IOException;

  /** What was written before is durable when it returns: also what other handles wrote. */
  void sync() throws IOException;

  /**
   * Locks the file, if nobody else has, in whichever process; until this one is closed, or its
   * process is dead.
   *
   * @return false when somebody has, or when this cannot be told
   */
  boolean tryLock() throws IOException;

  /**
   * Gives the space of a range back; it reads as zeros.
   *
   * @return false when this file system cannot
   */
  boolean punch(long at, long length) throws IOException;

  /**
   * Makes a range zeros that keep their space.
   *
   * @return false when this file system cannot
   */
  boolean zero(long at, long length) throws IOException;

  /**
   * Asks the system to have a range in memory soon.
   *
   * @return false when it does nothing
   */
  boolean willNeed(long at, long length) throws IOException;

  /** The first byte from there on that may be other than zero; the end when there is none. */
  long dataFrom(long at, long end) throws IOException;

  /** The end of the data at that byte. */
  long holeFrom(long at, long end) throws IOException;

  /** Waits for the calls that run. */
  @Override
  void close() throws IOException;
}
