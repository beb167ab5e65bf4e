package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import platter.error.BackendException;

/**
 * Gives a new file the bytes of another: by a {@link Reflink} where the file system can, else chunk
 * by chunk, without the holes and without blocks of zeros.
 */
final class Copy {
  private static final int CHUNK_BYTES = 1 << 20;

  /** Zeros are looked for in pieces of this size. */
  private static final int BLOCK_BYTES = 64 << 10;

  /**
   * So that the last sync of a large copy, which nothing can interrupt, is no longer than others.
   */
  private static final long FORCE_EVERY_BYTES = 64L << 20;

  /** Asked before each chunk whether to go on; throws when not. */
  interface Leave {
    void check() throws IOException, BackendException;
  }

  private final FileChannel from;
  private final FileChannel to;
  private final Leave leave;
  private final MemorySegment chunk;
  private final MemorySegment zeros;
  private long unforced;

  private Copy(FileChannel from, FileChannel to, Leave leave, Arena arena) {
    this.from = from;
    this.to = to;
    this.leave = leave;
    chunk = arena.allocate(CHUNK_BYTES);
    zeros = arena.allocate(BLOCK_BYTES);
  }

  /**
   * Durable when it returns.
   *
   * @param from not cut off meanwhile
   * @param to an empty file
   * @param bytes the size that the copy shall have: what the original lacks are zeros
   */
  static void make(Path from, Path to, long bytes, Leave leave)
      throws IOException, BackendException {
    leave.check();
    boolean cloned = Reflink.make(from, to);
    try (var file = new RandomAccessFile(to.toFile(), "rw")) {
      file.setLength(bytes); // shorter, too: the original may have grown since its size was asked
      if (!cloned) {
        copy(from, file.getChannel(), bytes, leave);
      }
      file.getFD().sync();
    }
  }

  private static void copy(Path from, FileChannel to, long bytes, Leave leave)
      throws IOException, BackendException {
    var key = Layout.key(from);
    try (var source = FileChannel.open(from, StandardOpenOption.READ);
        var arena = Arena.ofConfined()) {
      long end = Math.min(source.size(), bytes);
      try (var extents = Extents.of(from, end)) {
        if (!Layout.key(from).equals(key)) { // the holes of one are not those of the other
          throw new IOException("its source was replaced meanwhile");
        }
        new Copy(source, to, leave, arena).copy(extents, end);
      }
    }
  }

  private void copy(Extents extents, long end) throws IOException, BackendException {
    for (long at = extents.dataFrom(0); at < end; at = extents.dataFrom(at)) {
      long hole = Math.max(extents.holeFrom(at), at + 1);
      while (at < hole) {
        int length = (int) Math.min(hole - at, CHUNK_BYTES);
        copyChunk(at, length);
        at += length;
      }
    }
  }

  private void copyChunk(long at, int length) throws IOException, BackendException {
    leave.check();
    var buffer = chunk.asSlice(0, length).asByteBuffer();
    while (buffer.hasRemaining()) {
      if (from.read(buffer, at + buffer.position()) < 0) {
        throw new IOException("its source was cut off");
      }
    }
    for (int block = 0; block < length; block += BLOCK_BYTES) {
      int size = Math.min(BLOCK_BYTES, length - block);
      if (MemorySegment.mismatch(chunk, block, block + size, zeros, 0, size) >= 0) {
        write(chunk.asSlice(block, size), at + block);
      }
    }
    if (unforced >= FORCE_EVERY_BYTES) {
      to.force(false);
      unforced = 0;
    }
  }

  private void write(MemorySegment block, long at) throws IOException {
    var buffer = block.asByteBuffer();
    while (buffer.hasRemaining()) {
      to.write(buffer, at + buffer.position());
    }
    unforced += block.byteSize();
  }
}
