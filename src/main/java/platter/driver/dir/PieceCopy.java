package platter.driver.dir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import platter.error.BackendException;
import platter.libc.RawFile;

/**
 * One copy of a file that may be written to meanwhile: piece by piece in their order, without the
 * holes and without blocks of zeros; but a piece that somebody is about to change is copied by that
 * one, first ({@link Copies}). So a piece that was not copied yet is as it was at the instant.
 */
final class PieceCopy {
  static final int PIECE_BYTES = 256 << 10;

  /** Zeros are looked for in parts of this size. */
  private static final int BLOCK_BYTES = 64 << 10;

  /**
   * So that the last sync of a large copy, which nothing can interrupt, is no longer than others;
   * and so much, or a part of the copy, is copied once more after a crash.
   */
  private static final long MAX_FORCE_BYTES = 64L << 20;

  private static final long MIN_FORCE_BYTES = 1 << 20;
  private static final int FORCES = 64;

  private static final MemorySegment ZEROS = Arena.global().allocate(BLOCK_BYTES);

  private final RawFile from;
  private final RawFile to;
  private final Draft draft;
  private final long end;
  private final long forceBytes;
  private final AtomicLong unforced = new AtomicLong();

  // guarded by this; the frontier is also looked at without
  private final BitSet done = new BitSet(); // pieces beyond the frontier
  private final Set<Long> busy = new HashSet<>(); // pieces that somebody is copying
  private Optional<Exception> failure = Optional.empty();
  private volatile long frontier; // all that lies before is copied
  private volatile boolean over;

  /**
   * @param from not cut off meanwhile
   * @param draft reads as zeros from its mark on
   * @param end where the copy ends
   */
  PieceCopy(RawFile from, Draft draft, long end) {
    this.from = from;
    this.draft = draft;
    this.end = end;
    to = draft.file();
    forceBytes = Math.clamp(end / FORCES, MIN_FORCE_BYTES, MAX_FORCE_BYTES);
    frontier = Math.min(draft.mark(), end);
  }

  Draft draft() {
    return draft;
  }

  /** Copies all that is not marked; not yet durable. */
  void run(Copy.Leave leave) throws IOException, BackendException {
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(PIECE_BYTES);
      while (frontier < end) {
        leave.check(frontier, end);
        long data = from.dataFrom(frontier, end);
        advance(data < end ? data - data % PIECE_BYTES : end);
        if (data < end) {
          copyTo(Math.max(from.holeFrom(data, end), data + 1), buffer, leave);
        }
      }
    }
    mustNotHaveFailed();
  }

  private void copyTo(long hole, MemorySegment buffer, Copy.Leave leave)
      throws IOException, BackendException {
    while (frontier < hole) {
      leave.check(frontier, end);
      mustNotHaveFailed();
      long piece = frontier / PIECE_BYTES;
      if (claim(piece)) {
        copy(piece, buffer);
      }
      advance(Math.min((piece + 1) * PIECE_BYTES, end));
      if (unforced.get() >= forceBytes) {
        unforced.set(0);
        long copied = frontier;
        to.sync();
        draft.mark(copied);
      }
    }
  }

  /** Nobody writes to the file any more for this one, nor waits for it. */
  synchronized void stop() {
    over = true;
    notifyAll();
  }

  /** Copies what is about to be changed, unless it was copied. What goes wrong is the copy's. */
  void before(long at, long length) {
    long last = Math.min(at + length, end);
    if (last > draft.mark()) {
      draft.spoil(); // what lies there after a crash is not what was there at the instant
    }
    if (over || last <= frontier) {
      return;
    }
    long first = Math.max(at, frontier);
    try (var arena = Arena.ofConfined()) {
      var buffer = arena.allocate(PIECE_BYTES);
      for (long piece = first / PIECE_BYTES; piece * PIECE_BYTES < last; piece++) {
        if (claim(piece)) {
          copy(piece, buffer);
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void fail(Exception e) {
    if (!over) {
      failure = Optional.of(e);
      stop();
    }
  }

  /** Of those who wrote. */
  private synchronized void mustNotHaveFailed() throws IOException {
    switch (failure.orElse(null)) {
      case null -> {}
      case IOException e -> throw e;
      case Exception e -> throw new IllegalStateException("a piece cannot be copied", e);
    }
  }

  /** Whether the caller has to copy it; waits while somebody else does. */
  private synchronized boolean claim(long piece) {
    awaitWhile(() -> busy.contains(piece));
    return !over
        && piece * PIECE_BYTES >= frontier
        && !done.get(Math.toIntExact(piece))
        && busy.add(piece);
  }

  private void copy(long piece, MemorySegment buffer) throws IOException {
    boolean copied = false;
    try {
      copyBytes(piece * PIECE_BYTES, Math.min((piece + 1) * PIECE_BYTES, end), buffer);
      copied = true;
    } finally {
      leave(piece, copied);
    }
  }

  private synchronized void leave(long piece, boolean copied) {
    busy.remove(piece);
    if (copied) {
      done.set(Math.toIntExact(piece));
    }
    notifyAll();
  }

  /** A piece that somebody began to copy while it was a hole is still being read. */
  private synchronized void advance(long to) {
    awaitWhile(() -> busy.stream().anyMatch(piece -> piece * PIECE_BYTES < to));
    frontier = to;
  }

  /** An interrupt is for somebody else: what is waited for ends soon. */
  private synchronized void awaitWhile(BooleanSupplier busy) {
    boolean interrupted = false;
    while (busy.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void copyBytes(long start, long stop, MemorySegment buffer) throws IOException {
    if (from.dataFrom(start, stop) >= stop) {
      return;
    }
    int length = (int) (stop - start);
    from.read(buffer.asSlice(0, length).asByteBuffer(), start);
    for (int block = 0; block < length; block += BLOCK_BYTES) {
      int size = Math.min(BLOCK_BYTES, length - block);
      if (MemorySegment.mismatch(buffer, block, block + size, ZEROS, 0, size) >= 0) {
        to.write(buffer.asSlice(block, size).asByteBuffer(), start + block);
        unforced.addAndGet(size);
      }
    }
  }
}
