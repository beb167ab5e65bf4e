package platter.driver.rbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import platter.driver.Blocks;
import platter.driver.Guard;
import platter.error.BackendException;

/**
 * An image as a host uses it. When the cluster does not answer it is asked again, because a disk
 * that waits is worth more than one that fails: each request may be made twice.
 */
final class ImageBlocks implements Blocks {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  /** The library counts what it discards and clears at once by 31 bits. */
  private static final long MOST_BYTES = 1L << 30;

  /** So far it looks for holes: each look asks for every object of the range. */
  private static final long LOOK_BYTES = 256L << 20;

  private final Image image;
  private final Guard right;
  private final Guard served;
  private final LastOneOut users;

  /**
   * Has it open, until it is closed.
   *
   * @param right to the pool: waited for before a request is made again
   * @param served whether it is served still: else no request is made again
   * @param closing lets go of the image
   */
  ImageBlocks(Image image, Guard right, Guard served, LastOneOut.Closing closing) {
    this.image = image;
    this.right = right;
    this.served = served;
    this.users = new LastOneOut(closing);
  }

  /** Something that is asked of the cluster. */
  private interface Request {
    void run() throws IOException;
  }

  private void ask(Request request) throws IOException {
    users.enter();
    try {
      askAgainAndAgain(request);
    } finally {
      users.leave();
    }
  }

  private void askAgainAndAgain(Request request) throws IOException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        request.run();
        return;
      } catch (CephException e) {
        if (e.isFull()) {
          throw new FullException("the pool is full", e);
        }
        if (!e.is(CephException.ETIMEDOUT) || System.nanoTime() - until >= 0) {
          throw e;
        }
        awaitRight(until);
      }
    }
  }

  /**
   * Nobody comes late to a volume that others serve. The right to the pool cannot be renewed while
   * the cluster is away, and comes back with it; if somebody else has taken it meanwhile the
   * cluster refuses all that is asked.
   */
  private void awaitRight(long until) throws IOException {
    while (true) {
      try {
        served.check();
      } catch (BackendException e) {
        throw new IOException(e.getMessage(), e);
      }
      try {
        right.check();
        return;
      } catch (BackendException e) {
        if (System.nanoTime() - until >= 0 || Thread.currentThread().isInterrupted()) {
          throw new IOException(e.getMessage(), e);
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  @Override
  public long size() throws IOException {
    var size = new long[1];
    ask(() -> size[0] = image.size());
    return size[0];
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    int start = into.position();
    ask(
        () -> {
          into.position(start);
          image.read(into, at);
        });
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    int start = from.position();
    ask(
        () -> {
          from.position(start);
          image.write(from, at);
        });
  }

  @Override
  public void flush() throws IOException {
    ask(image::flush);
  }

  @Override
  public void discard(long at, long length) throws IOException {
    for (long done = 0; done < length; done += MOST_BYTES) {
      long from = at + done;
      long bytes = Math.min(length - done, MOST_BYTES);
      ask(() -> image.discard(from, bytes));
    }
  }

  @Override
  public void zero(long at, long length) throws IOException {
    for (long done = 0; done < length; done += MOST_BYTES) {
      long from = at + done;
      long bytes = Math.min(length - done, MOST_BYTES);
      ask(() -> image.zero(from, bytes));
    }
  }

  @Override
  public Run runAt(long at, long end) throws IOException {
    long length = Math.min(end - at, LOOK_BYTES);
    var first = new FirstRun(at, at + length);
    ask(
        () -> {
          first.reset();
          image.parts(at, length, true, false, first::add);
        });
    return first.run();
  }

  /** Joins what is told of a range until it is known how its beginning ends. */
  static final class FirstRun {
    private final long at;
    private final long end;
    private long dataFrom; // the first data, or the end
    private long dataTo;

    FirstRun(long at, long end) {
      this.at = at;
      this.end = end;
      reset();
    }

    void reset() {
      dataFrom = end;
      dataTo = end;
    }

    void add(long from, long length, boolean exists) {
      if (!exists) {
        return;
      }
      if (dataFrom == end) {
        dataFrom = Math.max(from, at);
        dataTo = Math.min(from + length, end);
      } else if (from == dataTo) {
        dataTo = Math.min(from + length, end);
      }
    }

    Run run() {
      return dataFrom > at ? new Run(dataFrom - at, true) : new Run(dataTo - at, false);
    }
  }

  @Override
  public void close() throws IOException {
    users.close();
  }
}
