package platter.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes the numbers 1, 2, 3 … into blocks all over a volume, each when the one before has been
 * written, until it is closed. So a copy of one instant holds, for some number, exactly what was
 * written up to it.
 */
public final class WrittenInOrder implements AutoCloseable {
  public static final int BYTES = 32 << 20;
  public static final int BLOCK_BYTES = 4096;
  private static final int BLOCKS = 512;
  private static final int STEP = 197; // has no factor in common with them
  private static final byte BEFORE = 0x55;

  /** Writes a block into the volume, and returns when that is acknowledged. */
  @FunctionalInterface
  public interface Writing {
    void write(long at, ByteBuffer block) throws IOException;
  }

  /** Reads from a copy. */
  @FunctionalInterface
  public interface Reading {
    byte[] read(long at, int length) throws Exception;
  }

  /** The volume is not there any more, and the test wanted it so. */
  public static final class Over extends IOException {}

  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Thread thread;
  private volatile Throwable failure = new AssertionError("it has not failed");
  private volatile boolean failed;

  public WrittenInOrder(Writing writing) {
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    run(writing);
                  } catch (Over _) {
                    // it may have been written, or not
                  } catch (IOException | RuntimeException | Error e) {
                    failure = e;
                    failed = true;
                  }
                });
  }

  /** What the volume holds before the first number. */
  public static byte[] before() {
    var bytes = new byte[BYTES];
    Arrays.fill(bytes, BEFORE);
    return bytes;
  }

  private void run(Writing writing) throws IOException {
    var block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    while (!stopped.get()) {
      long number = begun.incrementAndGet();
      block.clear();
      while (block.hasRemaining()) {
        block.putLong(number);
      }
      writing.write(place(blockOf(number)), block.flip());
      acknowledged.set(number);
    }
  }

  private static int blockOf(long number) {
    return (int) (number * STEP % BLOCKS);
  }

  private static long place(int block) {
    return (long) block * (BYTES / BLOCKS);
  }

  public long begun() {
    return begun.get();
  }

  public long acknowledged() {
    return acknowledged.get();
  }

  /** Waits until so many more are written. */
  public void goOnFor(int more) {
    long until = acknowledged.get() + more;
    while (acknowledged.get() < until) {
      mustNotHaveFailed();
      LockSupport.parkNanos(10_000);
    }
  }

  private void mustNotHaveFailed() {
    if (failed) {
      throw new AssertionError("the writer failed", failure);
    }
  }

  /**
   * Looks at a copy.
   *
   * @param least what was acknowledged before its instant
   * @param most what was begun after it
   */
  public static void check(Reading copy, long least, long most) throws Exception {
    var found = new long[BLOCKS];
    for (int block = 0; block < BLOCKS; block++) {
      var longs = ByteBuffer.wrap(copy.read(place(block), BLOCK_BYTES)).asLongBuffer();
      found[block] = longs.get(0);
      for (int i = 0; i < longs.capacity(); i++) {
        assertThat(longs.get(i)).as("block %d is torn", block).isEqualTo(found[block]);
      }
    }
    long none = ByteBuffer.wrap(before()).getLong();
    long last = Arrays.stream(found).filter(number -> number != none).max().orElse(0);
    var expected = new long[BLOCKS];
    Arrays.fill(expected, none);
    for (long number = Math.max(1, last - BLOCKS + 1); number <= last; number++) {
      expected[blockOf(number)] = number;
    }
    assertThat(found).as("all that was written up to %d, and no more", last).isEqualTo(expected);
    assertThat(last).isBetween(least, most);
  }

  @Override
  public void close() {
    stopped.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    mustNotHaveFailed();
  }
}
