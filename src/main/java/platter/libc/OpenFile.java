package platter.libc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * By the C library, with what a {@code FileChannel} does not offer: the number of an error, reads
 * that never wait for the disk, holes. Each thread that calls it keeps a few bytes.
 */
final class OpenFile implements RawFile {
  private static final int RWF_NOWAIT = 8;
  private static final int FALLOC_KEEP_SIZE = 1;
  private static final int FALLOC_PUNCH_HOLE = 2;
  private static final int FALLOC_ZERO_RANGE = 16;
  private static final int FADV_WILLNEED = 3;
  private static final int LOCK_EX_NB = 2 | 4;

  private static final int EINTR = 4;
  private static final int ENXIO = 6;
  private static final int EAGAIN = 11;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private static final int CLOSED = 1 << 30;
  private static final long CLOSING_PAUSE_NANOS = 50_000;

  // constants, so that the compiler sees through them
  private static final MethodHandle PREAD;
  private static final MethodHandle PWRITE;
  private static final MethodHandle PREADV2;
  private static final MethodHandle FDATASYNC;
  private static final MethodHandle FALLOCATE;
  private static final MethodHandle LSEEK;
  private static final MethodHandle FADVISE;
  private static final MethodHandle FLOCK;

  static {
    var number = ValueLayout.JAVA_INT;
    var offset = ValueLayout.JAVA_LONG;
    var bytes = ValueLayout.ADDRESS;
    var transfer = FunctionDescriptor.of(offset, number, bytes, offset, offset);
    PREAD = Libc.call("pread", transfer);
    PWRITE = Libc.call("pwrite", transfer);
    PREADV2 =
        Libc.call("preadv2", FunctionDescriptor.of(offset, number, bytes, number, offset, number));
    FDATASYNC = Libc.call("fdatasync", FunctionDescriptor.of(number, number));
    FALLOCATE =
        Libc.call("fallocate", FunctionDescriptor.of(number, number, number, offset, offset));
    LSEEK = Libc.call("lseek", FunctionDescriptor.of(offset, number, offset, number));
    FADVISE =
        Libc.call("posix_fadvise", FunctionDescriptor.of(number, number, offset, offset, number));
    FLOCK = Libc.call("flock", FunctionDescriptor.of(number, number, number));
  }

  /** What a thread needs for its calls: the place of errno, and one struct iovec. */
  private record Scratch(MemorySegment errno, MemorySegment iovec) {
    static Scratch make() {
      var arena = Arena.ofAuto();
      return new Scratch(arena.allocate(Linker.Option.captureStateLayout()), arena.allocate(16, 8));
    }

    int error() {
      return (int) Libc.ERRNO.get(errno, 0L);
    }
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::make);

  private final Libc libc;
  private final Path path;
  private final int handle;

  /** How many calls run; with {@link #CLOSED} added, no new one may begin. */
  private final AtomicInteger calls = new AtomicInteger();

  private volatile boolean nowKnown = true;

  private OpenFile(Libc libc, Path path, int handle) {
    this.libc = libc;
    this.path = path;
    this.handle = handle;
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @throws java.nio.file.NoSuchFileException when it is not there
   * @throws UnsupportedOperationException where there are no such calls, see {@link Libc#found}
   */
  static OpenFile of(Path path, Access access) throws IOException {
    var libc = Libc.get();
    int mode =
        switch (access) {
          case READ -> Libc.O_RDONLY;
          case WRITE -> Libc.O_RDWR;
          case WRITE_THROUGH -> Libc.O_RDWR | Libc.O_DSYNC;
        };
    return new OpenFile(libc, path, libc.open(path, mode));
  }

  @Override
  public long size() throws IOException {
    return seek(0, Libc.SEEK_END, 0);
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) throws IOException {
    if (!nowKnown) {
      return false;
    }
    begin();
    try {
      int length = into.remaining();
      var scratch = SCRATCH.get();
      scratch.iovec.set(ValueLayout.ADDRESS, 0, MemorySegment.ofBuffer(into));
      scratch.iovec.set(ValueLayout.JAVA_LONG, 8, length);
      long done =
          (long) PREADV2.invokeExact(scratch.errno, handle, scratch.iovec, 1, at, RWF_NOWAIT);
      if (done == length) {
        into.position(into.limit());
        return true;
      }
      if (done < 0) {
        switch (scratch.error()) {
          case EAGAIN, EINTR -> {}
          case EOPNOTSUPP, ENOSYS, EINVAL -> nowKnown = false;
          default -> throw failed(scratch.error());
        }
      }
      return false;
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      long place = at;
      while (into.hasRemaining()) {
        long done =
            (long)
                PREAD.invokeExact(
                    scratch.errno,
                    handle,
                    MemorySegment.ofBuffer(into),
                    (long) into.remaining(),
                    place);
        if (done > 0) {
          into.position(into.position() + (int) done);
          place += done;
        } else if (done == 0) {
          throw new IOException(path + " ends before " + place);
        } else if (scratch.error() != EINTR) {
          throw failed(scratch.error());
        }
      }
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      long place = at;
      while (from.hasRemaining()) {
        long done =
            (long)
                PWRITE.invokeExact(
                    scratch.errno,
                    handle,
                    MemorySegment.ofBuffer(from),
                    (long) from.remaining(),
                    place);
        if (done >= 0) {
          from.position(from.position() + (int) done);
          place += done;
        } else if (scratch.error() != EINTR) {
          throw failed(scratch.error());
        }
      }
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public void sync() throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      while ((int) FDATASYNC.invokeExact(scratch.errno, handle) < 0) {
        if (scratch.error() != EINTR) {
          throw failed(scratch.error());
        }
      }
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public boolean tryLock() throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      while ((int) FLOCK.invokeExact(scratch.errno, handle, LOCK_EX_NB) < 0) {
        switch (scratch.error()) {
          case EINTR -> {}
          case EAGAIN, ENOSYS, EOPNOTSUPP -> {
            return false;
          }
          default -> throw failed(scratch.error());
        }
      }
      return true;
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public boolean punch(long at, long length) throws IOException {
    return allocate(FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE, at, length);
  }

  @Override
  public boolean zero(long at, long length) throws IOException {
    return allocate(FALLOC_ZERO_RANGE | FALLOC_KEEP_SIZE, at, length);
  }

  private boolean allocate(int mode, long at, long length) throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      while ((int) FALLOCATE.invokeExact(scratch.errno, handle, mode, at, length) < 0) {
        switch (scratch.error()) {
          case EINTR -> {}
          case EOPNOTSUPP, ENOSYS -> {
            return false;
          }
          default -> throw failed(scratch.error());
        }
      }
      return true;
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public boolean willNeed(long at, long length) throws IOException {
    begin();
    try {
      return (int) FADVISE.invokeExact(SCRATCH.get().errno, handle, at, length, FADV_WILLNEED) == 0;
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  @Override
  public long dataFrom(long at, long end) throws IOException {
    return at >= end ? end : Math.min(end, seek(at, Libc.SEEK_DATA, end));
  }

  @Override
  public long holeFrom(long at, long end) throws IOException {
    return at >= end ? end : Math.min(end, seek(at, Libc.SEEK_HOLE, end));
  }

  private long seek(long at, int whence, long nothing) throws IOException {
    begin();
    try {
      var scratch = SCRATCH.get();
      long found = (long) LSEEK.invokeExact(scratch.errno, handle, at, whence);
      if (found >= 0) {
        return found;
      }
      return switch (scratch.error()) {
        case ENXIO -> nothing;
        case EINVAL -> whence == Libc.SEEK_DATA ? at : nothing; // it does not tell: all is data
        default -> throw failed(scratch.error());
      };
    } catch (Throwable e) {
      throw rethrown(e);
    } finally {
      end();
    }
  }

  // a handle that is closed may at once be that of another file: so nothing runs on it by then
  private void begin() throws IOException {
    if (calls.incrementAndGet() >= CLOSED) {
      calls.decrementAndGet();
      throw new IOException(path + " is closed");
    }
  }

  private void end() {
    calls.decrementAndGet();
  }

  private Libc.Failed failed(int errno) {
    return new Libc.Failed(path, errno, libc.message(errno));
  }

  private static IOException rethrown(Throwable e) {
    return switch (e) {
      case IOException io -> io;
      case Error error -> throw error;
      default -> throw new IllegalStateException("a call of the system", e);
    };
  }

  @Override
  public void close() throws IOException {
    int running = calls.getAndUpdate(now -> now | CLOSED);
    if ((running & CLOSED) != 0) {
      return;
    }
    while (calls.get() != CLOSED) {
      LockSupport.parkNanos(CLOSING_PAUSE_NANOS);
    }
    libc.close(path, handle);
  }
}
