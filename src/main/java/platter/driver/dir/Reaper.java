package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Frees the space of retired volumes, one file after the other on a thread of its own: unlinking a
 * large file takes its time, and no job shall wait for it. What it leaves is found in the trash by
 * the next one.
 */
final class Reaper implements Closeable {
  /** When a file could not be removed, the next try comes then, if nothing is retired before. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static final Duration STOP = Duration.ofSeconds(1);

  private static final Logger LOG = System.getLogger(Reaper.class.getName());

  private final Path trash;
  private final Semaphore work = new Semaphore(1); // the trash may hold leftovers
  private final Thread thread;
  private volatile boolean stopping;

  Reaper(Path trash) {
    this.trash = trash;
    this.thread = Thread.ofPlatform().daemon().name("platter-reaper").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** There is something new in the trash. */
  void wake() {
    if (work.availablePermits() == 0) {
      work.release();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        var _ = work.tryAcquire(RETRY.toSeconds(), TimeUnit.SECONDS);
        work.drainPermits(); // before looking: what comes later wakes again
        pass();
      }
    } catch (InterruptedException _) {
      // nobody interrupts this thread but to end it
    }
  }

  private void pass() {
    try (var files = Files.newDirectoryStream(trash)) {
      for (var file : files) {
        if (stopping) {
          return;
        }
        if (Layout.attemptOf(file.getFileName().toString()).isPresent()
            && Layout.isPlainFile(file)) {
          reap(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(Level.WARNING, "the trash cannot be read; next try in " + RETRY, e);
    }
  }

  private static void reap(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a retired volume cannot be removed; next try in " + RETRY, e);
    }
  }

  /** Ends after the file at hand; waits a second for that, no longer. */
  @Override
  public void close() {
    stopping = true;
    work.release();
    try {
      thread.join(STOP);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
