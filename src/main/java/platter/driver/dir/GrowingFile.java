package platter.driver.dir;

import java.io.Closeable;
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

/**
 * An open file whose end only moves outwards. The JDK sets a length, and one that was right when it
 * was chosen cuts the file off when somebody else has grown it meanwhile. fallocate(2) on the last
 * block changes nothing that is there, and moves the end only when the block lies beyond it,
 * whoever calls when. It costs that block of space. Linux has it, on most file systems.
 */
final class GrowingFile implements Closeable {
  static final long BLOCK_BYTES = 4096;

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000; // the same on all that a JDK runs on
  private static final int SEEK_END = 2;
  private static final int ENOENT = 2;
  private static final int EINTR = 4;
  private static final int MAX_MESSAGE = 256;

  private static final Charset NATIVE =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Optional<Calls> CALLS = find();

  /** The functions of the C library; all but strerror leave their errno in the first argument. */
  private record Calls(
      MethodHandle open,
      MethodHandle fallocate,
      MethodHandle fsync,
      MethodHandle lseek,
      MethodHandle close,
      MethodHandle strerror) {}

  private final Calls calls;
  private final Path path;
  private final int handle;

  private GrowingFile(Calls calls, Path path, int handle) {
    this.calls = calls;
    this.path = path;
    this.handle = handle;
  }

  @SuppressWarnings("restricted") // the manifest enables native access
  private static Optional<Calls> find() {
    var os = System.getProperty("os.name", "");
    var linker = Linker.nativeLinker();
    if (!os.equals("Linux") || linker.defaultLookup().find("fallocate").isEmpty()) {
      return Optional.empty();
    }
    AddressLayout text = ValueLayout.ADDRESS;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    ValueLayout.OfLong offset = ValueLayout.JAVA_LONG;
    return Optional.of(
        new Calls(
            call("open", FunctionDescriptor.of(number, text, number), true),
            call("fallocate", FunctionDescriptor.of(number, number, number, offset, offset), true),
            call("fsync", FunctionDescriptor.of(number, number), true),
            call("lseek", FunctionDescriptor.of(offset, number, offset, number), true),
            call("close", FunctionDescriptor.of(number, number), true),
            call("strerror", FunctionDescriptor.of(text, number), false)));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, FunctionDescriptor shape, boolean errno) {
    var linker = Linker.nativeLinker();
    var at = linker.defaultLookup().findOrThrow(name);
    return errno
        ? linker.downcallHandle(at, shape, Linker.Option.captureCallState("errno"))
        : linker.downcallHandle(at, shape);
  }

  /**
   * Opens a file that is there; makes none.
   *
   * @throws NoSuchFileException when it is not there
   * @throws UnsupportedOperationException where there is no such call
   */
  static GrowingFile open(Path path) throws IOException {
    var calls = CALLS.orElseThrow(() -> new UnsupportedOperationException("only on Linux"));
    try (var arena = Arena.ofConfined()) {
      var name = arena.allocateFrom(path.toString(), NATIVE);
      long handle =
          retried(
              calls, path, errno -> (int) calls.open.invokeExact(errno, name, O_RDWR | O_CLOEXEC));
      return new GrowingFile(calls, path, (int) handle);
    }
  }

  /** The size at this moment. */
  long size() throws IOException {
    return retried(
        calls, path, errno -> (long) calls.lseek.invokeExact(errno, handle, 0L, SEEK_END));
  }

  /** Moves the end to at least there. The new part reads as zeros, and nothing else changes. */
  void growTo(long bytes) throws IOException {
    retried(
        calls,
        path,
        errno ->
            (int) calls.fallocate.invokeExact(errno, handle, 0, bytes - BLOCK_BYTES, BLOCK_BYTES));
  }

  /** Makes its size durable. */
  void force() throws IOException {
    retried(calls, path, errno -> (int) calls.fsync.invokeExact(errno, handle));
  }

  @Override
  public void close() throws IOException {
    // Linux closes it even when it says EINTR, so this one is not repeated
    called(calls, path, errno -> (int) calls.close.invokeExact(errno, handle));
  }

  /** A call that answers -1 when it failed. */
  @FunctionalInterface
  private interface Call {
    // Throwable is the signature of invokeExact; the calls throw nothing
    long run(MemorySegment errno) throws Throwable;
  }

  private static long retried(Calls calls, Path path, Call call) throws IOException {
    while (true) {
      long answer = called(calls, path, call);
      if (answer >= 0) {
        return answer;
      }
    }
  }

  /** Returns -1 when it was interrupted by a signal. */
  private static long called(Calls calls, Path path, Call call) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Linker.Option.captureStateLayout());
      long answer = run(call, state);
      int errno = (int) ERRNO.get(state, 0L);
      if (answer >= 0 || errno == EINTR) {
        return answer;
      }
      throw errno == ENOENT
          ? new NoSuchFileException(path.toString())
          : new FileSystemException(path.toString(), null, message(calls, errno));
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
  private static String message(Calls calls, int errno) {
    return run(calls, errno).reinterpret(MAX_MESSAGE).getString(0, NATIVE);
  }

  private static MemorySegment run(Calls calls, int errno) {
    try {
      return (MemorySegment) calls.strerror.invokeExact(errno);
    } catch (Throwable e) {
      throw new IllegalStateException("strerror", e);
    }
  }
}
