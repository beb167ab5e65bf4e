package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import platter.libc.Libc;
import platter.libc.RawFile;
import platter.libc.RawFile.Access;

/**
 * A volume that is a sparse file, and as large as it. What is written lies in the system's memory,
 * seen by all who have the file open, until a flush by any of them makes it durable.
 */
public final class FileExport implements Export {
  /** ENOSPC, EDQUOT, EFBIG. */
  private static final Set<Integer> FULL = Set.of(28, 122, 27);

  /** File systems that have no disk to wait for. */
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  private static final int ZEROS_BYTES = 64 << 10;

  private final RawFile file;
  private final boolean inMemory;
  private final boolean readOnly;
  private final Limits limits;
  private final Syncs syncs;

  private FileExport(RawFile file, boolean inMemory, boolean readOnly, Limits limits) {
    this.file = file;
    this.inMemory = inMemory;
    this.readOnly = readOnly;
    this.limits = limits;
    this.syncs = new Syncs(file::sync);
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @param through whether each write is durable when it is answered
   * @throws java.nio.file.NoSuchFileException when it is not there
   */
  public static FileExport of(Path path, boolean readOnly, boolean through, Limits limits)
      throws IOException {
    boolean inMemory = IN_MEMORY.contains(Files.getFileStore(path).type());
    var access = readOnly ? Access.READ : through ? Access.WRITE_THROUGH : Access.WRITE;
    return new FileExport(RawFile.of(path, access), inMemory, readOnly, limits);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) throws IOException {
    if (inMemory) {
      file.read(into, at);
      return true;
    }
    return file.readNow(into, at);
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    file.read(into, at);
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    syncs.check();
    try {
      file.write(from, at);
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      syncs.flush();
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public void trim(long at, long length) throws IOException {
    try {
      boolean _ = file.punch(at, length); // where it cannot be done, it need not
    } catch (IOException e) {
      throw told(e);
    }
  }

  @Override
  public void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException {
    syncs.check();
    try {
      boolean done =
          mayPunch ? file.punch(at, length) || file.zero(at, length) : file.zero(at, length);
      if (!done) {
        if (fast) {
          throw new RefusedException(Errno.ENOTSUP, "zeros are written one by one here");
        }
        writeZeros(at, length);
      }
    } catch (IOException e) {
      throw told(e);
    }
  }

  private void writeZeros(long at, long length) throws IOException {
    var zeros = ByteBuffer.allocateDirect((int) Math.min(length, ZEROS_BYTES));
    for (long done = 0; done < length; done += zeros.limit()) {
      zeros.clear().limit((int) Math.min(length - done, zeros.capacity()));
      file.write(zeros, at + done);
    }
  }

  @Override
  public boolean cache(long at, long length) throws IOException {
    return file.willNeed(at, length);
  }

  @Override
  public Extent extentAt(long at, long end) throws IOException {
    long data = file.dataFrom(at, end);
    if (data > at) {
      return new Extent(data - at, true);
    }
    // a hole that was made between the two questions is told as data, which it may be
    return new Extent(Math.max(file.holeFrom(at, end) - at, 1), false);
  }

  private static IOException told(IOException e) {
    return e instanceof Libc.Failed failed && FULL.contains(failed.errno())
        ? new RefusedException(Errno.ENOSPC, e)
        : e;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
