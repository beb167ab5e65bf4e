package platter.nbd;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct buffers of a few sizes, used again and again, and all together no more than a bound. Their
 * size is a power of 4 times {@link #LEAST_BYTES}, and each has a little more, for what stands
 * before the data on the wire.
 */
final class Buffers {
  static final int LEAST_BYTES = 16 << 10;
  static final int HEAD_BYTES = 64;

  private static final int SIZES = 5; // up to 4 MiB
  static final int MOST_BYTES = LEAST_BYTES << (2 * (SIZES - 1));

  /** Of each size no more than this part of the bound is kept when it is not used. */
  private static final int KEPT_PART = 16;

  private final long bound;
  private final AtomicLong made = new AtomicLong();
  private final Shelf[] shelves = new Shelf[SIZES];

  /** The unused ones of a size. */
  private record Shelf(ConcurrentLinkedQueue<ByteBuffer> free, AtomicLong bytes) {}

  Buffers(long bound) {
    this.bound = bound;
    for (int i = 0; i < SIZES; i++) {
      shelves[i] = new Shelf(new ConcurrentLinkedQueue<>(), new AtomicLong());
    }
  }

  /** One of at least that size, up to {@link #MOST_BYTES}; empty when the bound is reached. */
  Optional<ByteBuffer> take(int bytes) {
    int size = size(bytes);
    int length = length(size);
    var used = unused(size);
    if (used.isPresent()) {
      return used;
    }
    if (made.addAndGet(length) > bound) {
      made.addAndGet(-length);
      return Optional.empty();
    }
    try {
      return Optional.of(ByteBuffer.allocateDirect(length));
    } catch (OutOfMemoryError _) { // of direct memory: others may have taken it
      made.addAndGet(-length);
      return Optional.empty();
    }
  }

  /** The smallest, which everybody gets. */
  ByteBuffer takeLeast() {
    return unused(0).orElseGet(this::makeLeast);
  }

  private ByteBuffer makeLeast() {
    made.addAndGet(length(0));
    try {
      return ByteBuffer.allocateDirect(length(0));
    } catch (OutOfMemoryError e) {
      made.addAndGet(-length(0));
      throw e; // whoever cannot get even this, has to end
    }
  }

  private Optional<ByteBuffer> unused(int size) {
    var used = shelves[size].free.poll();
    if (used == null) {
      return Optional.empty();
    }
    shelves[size].bytes.addAndGet(-used.capacity());
    return Optional.of(used.clear());
  }

  void giveBack(ByteBuffer buffer) {
    var shelf = shelves[size(buffer.capacity() - HEAD_BYTES)];
    if (shelf.bytes.get() < bound / KEPT_PART) {
      shelf.bytes.addAndGet(buffer.capacity());
      shelf.free.add(buffer);
    } else {
      made.addAndGet(-buffer.capacity());
    }
  }

  private static int length(int size) {
    return (LEAST_BYTES << (2 * size)) + HEAD_BYTES;
  }

  private static int size(int bytes) {
    int size = 0;
    while (size < SIZES && LEAST_BYTES << (2 * size) < bytes) {
      size++;
    }
    if (size == SIZES) {
      throw new IllegalArgumentException("a buffer of " + bytes);
    }
    return size;
  }
}
