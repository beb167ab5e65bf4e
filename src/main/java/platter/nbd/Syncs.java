package platter.nbd;

import java.io.IOException;

/**
 * Flushes that share one sync of the file: who asks while one runs waits for the next, and all who
 * wait are served by it. After one has failed none succeeds any more, because the system then takes
 * the lost pages for written.
 */
final class Syncs {
  /** The sync itself. */
  @FunctionalInterface
  interface Sync {
    void run() throws IOException;
  }

  private final Sync sync;
  private long begun;
  private long ended;
  private boolean running;
  private boolean failed;

  Syncs(Sync sync) {
    this.sync = sync;
  }

  void flush() throws IOException {
    if (mustRun()) {
      boolean done = false;
      try {
        sync.run();
        done = true;
      } finally {
        ended(done);
      }
    }
  }

  /** Whether the caller has to run it; false when another one did, for it too. */
  private synchronized boolean mustRun() throws IOException {
    long needed = begun + 1; // one that begins from now on
    while (true) {
      if (failed) {
        throw new IOException("an earlier sync failed: what was written may be lost");
      }
      if (ended >= needed) {
        return false;
      }
      if (!running) {
        running = true;
        begun++;
        return true;
      }
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted before a sync", e);
      }
    }
  }

  private synchronized void ended(boolean done) {
    running = false;
    ended = begun;
    failed |= !done;
    notifyAll();
  }

  /** Refuses what would build upon writes that were lost. */
  synchronized void check() throws IOException {
    if (failed) {
      throw new IOException("a sync failed: what was written may be lost");
    }
  }
}
