package platter.libc;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What the C library does with open files and the JDK does not. Only on Linux. */
public final class Libc {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_DSYNC = 0x1000;
  public static final int SEEK_END = 2;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  // the same on all that a JDK runs on
  private static final int O_CLOEXEC = 0x80000;
  private static final int ENOENT = 2;
  private static final int EINTR = 4;
  private static final int MAX_MESSAGE = 256;

  private static final Charset NATIVE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Optional<Libc> FOUND = find();

  /** A call that failed. */
  public static final class Failed extends FileSystemException {
    private final int errno;

    Failed(Path path, int errno, String message) {
      super(path.toString(), null, message);
      this.errno = errno;
    }

    public int errno() {
      return errno;
    }
  }

  // all but strerror leave their errno in the first argument
  private final MethodHandle open;
  private final MethodHandle fallocate;
  private final MethodHandle fsync;
  private final MethodHandle lseek;
  private final MethodHandle ioctl;
  private final MethodHandle close;
  private final MethodHandle strerror;

  private Libc() {
    AddressLayout text = ValueLayout.ADDRESS;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    ValueLayout.OfLong offset = ValueLayout.JAVA_LONG;
    open = call("open", FunctionDescriptor.of(number, text, number));
    fallocate = call("fallocate", FunctionDescriptor.of(number, number, number, offset, offset));
    fsync = call("fsync", FunctionDescriptor.of(number, number));
    lseek = call("lseek", FunctionDescriptor.of(offset, number, offset, number));
    ioctl =
        call(
            "ioctl",
            FunctionDescriptor.of(number, number, offset, number),
            Linker.Option.firstVariadicArg(2));
    close = call("close", FunctionDescriptor.of(number, number));
    strerror = strerror(FunctionDescriptor.of(text, number));
  }

  private static Optional<Libc> find() {
    boolean linux = System.getProperty("os.name", "").equals("Linux");
    return linux && Linker.nativeLinker().defaultLookup().find("fallocate").isPresent()
        ? Optional.of(new Libc())
        : Optional.empty();
  }

  @SuppressWarnings("restricted") // the manifest enables native access
  static MethodHandle call(String name, FunctionDescriptor shape, Linker.Option... options) {
    var linker = Linker.nativeLinker();
    var all = new Linker.Option[options.length + 1];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = Linker.Option.captureCallState("errno");
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, all);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle strerror(FunctionDescriptor shape) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow("strerror"), shape);
  }

  public static Optional<Libc> found() {
    return FOUND;
  }

  /**
   * The calls, where there must be some.
   *
   * @throws UnsupportedOperationException where there are none
   */
  public static Libc get() {
    return FOUND.orElseThrow(() -> new UnsupportedOperationException("only on Linux"));
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @return a handle, to be closed
   * @throws NoSuchFileException when it is not there
   */
  public int open(Path path, int mode) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path.toString(), NATIVE);
      return (int) retried(path, errno -> (int) open.invokeExact(errno, name, mode | O_CLOEXEC));
    }
  }

  public long lseek(Path path, int handle, long offset, int whence) throws IOException {
    return retried(path, errno -> (long) lseek.invokeExact(errno, handle, offset, whence));
  }

  public void fallocate(Path path, int handle, long offset, long bytes) throws IOException {
    retried(path, errno -> (int) fallocate.invokeExact(errno, handle, 0, offset, bytes));
  }

  public void fsync(Path path, int handle) throws IOException {
    retried(path, errno -> (int) fsync.invokeExact(errno, handle));
  }

  /** A request whose argument is a number. */
  public void ioctl(Path path, int handle, long request, int argument) throws IOException {
    retried(path, errno -> (int) ioctl.invokeExact(errno, handle, request, argument));
  }

  public void close(Path path, int handle) throws IOException {
    // Linux closes it even when it says EINTR, so this one is not repeated
    called(path, errno -> (int) close.invokeExact(errno, handle));
  }

  /** A call that answers -1 when it failed. */
  @FunctionalInterface
  private interface Call {
    // Throwable is the signature of invokeExact; the calls throw nothing
    long run(MemorySegment errno) throws Throwable;
  }

  private long retried(Path path, Call call) throws IOException {
    while (true) {
      long answer = called(path, call);
      if (answer >= 0) {
        return answer;
      }
    }
  }

  /** Returns -1 when it was interrupted by a signal. */
  private long called(Path path, Call call) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Linker.Option.captureStateLayout());
      long answer = run(call, state);
      int errno = (int) ERRNO.get(state, 0L);
      if (answer >= 0 || errno == EINTR) {
        return answer;
      }
      throw errno == ENOENT
          ? new NoSuchFileException(path.toString())
          : new Failed(path, errno, message(errno));
    }
  }

  private static long run(Call call, MemorySegment state) {
    try {
      return call.run(state);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the system", e);
    }
  }

  @SuppressWarnings("restricted")
  String message(int errno) {
    return text(errno).reinterpret(MAX_MESSAGE).getString(0, NATIVE);
  }

  private MemorySegment text(int errno) {
    try {
      return (MemorySegment) strerror.invokeExact(errno);
    } catch (Throwable e) {
      throw new IllegalStateException("strerror", e);
    }
  }
}
