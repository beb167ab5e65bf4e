package platter.driver.dir;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much of the disk a sparse file takes. The JDK does not tell, so statx(2) is asked: its struct
 * is the same on every Linux.
 */
final class UsedBytes {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int STATX_BLOCKS = 0x400;
  private static final int STRUCT_BYTES = 256;
  private static final long BLOCKS_OFFSET = 48;
  private static final long BLOCK_BYTES = 512; // whatever the file system's own blocks are

  private static final Charset PATH_CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private static final Optional<MethodHandle> STATX = find();

  private UsedBytes() {}

  @SuppressWarnings("restricted") // the manifest enables native access
  private static Optional<MethodHandle> find() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    var linker = Linker.nativeLinker();
    var shape =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS);
    return linker.defaultLookup().find("statx").map(at -> linker.downcallHandle(at, shape));
  }

  /** What the file takes on its disk, or its size where that cannot be found out. */
  static long of(Path file, long size) {
    if (STATX.isEmpty()) {
      return size;
    }
    try (var arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString(), PATH_CHARSET);
      MemorySegment answer = arena.allocate(STRUCT_BYTES, 8);
      int failed =
          (int) STATX.get().invokeExact(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BLOCKS, answer);
      return failed == 0 ? answer.get(ValueLayout.JAVA_LONG, BLOCKS_OFFSET) * BLOCK_BYTES : size;
    } catch (Throwable e) { // the signature of invokeExact; the call itself throws nothing
      throw new IllegalStateException("statx", e);
    }
  }
}
