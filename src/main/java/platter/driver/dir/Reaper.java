package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import platter.driver.Chore;
import platter.driver.Guard;
import platter.error.BackendException;

/**
 * Frees the space of retired volumes, one file after the other on a thread of its own: unlinking a
 * large file takes its time, and no job shall wait for it. What it leaves is found in the trash by
 * the next one, or by another node's: a name in the trash is never given twice and never leads
 * back, so two that remove the same file do no harm, however late one of them is.
 */
final class Reaper implements Closeable {
  /** When a file could not be removed, the next try comes then, if nothing is retired before. */
  private static final Duration RETRY = Duration.ofMinutes(1);

  private static final Duration STOP = Duration.ofMillis(500);

  private final Path trash;
  private final Guard guard;
  private final Chore chore = new Chore("platter-reaper", RETRY, STOP, this::pass);

  Reaper(Path trash, Guard guard) {
    this.trash = trash;
    this.guard = guard;
  }

  void start() {
    chore.start();
  }

  /** There is something new in the trash. */
  void wake() {
    chore.wake();
  }

  private void pass() {
    try (var files = Files.newDirectoryStream(trash)) {
      for (var file : files) {
        if (chore.isStopping()) {
          return;
        }
        if (Layout.attemptOf(file.getFileName().toString()).isPresent()
            && Layout.isPlainFile(file)) {
          guard.check();
          reap(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      warn("the trash cannot be read", e);
    } catch (BackendException e) {
      warn("retired volumes are left to other nodes", e);
    }
  }

  private static void reap(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      warn("a retired volume cannot be removed", e);
    }
  }

  /** Asks for the logger only now: making one takes longer than opening the storage. */
  private static void warn(String what, Exception cause) {
    System.getLogger(Reaper.class.getName())
        .log(Level.WARNING, what + "; next try in " + RETRY, cause);
  }

  /** Ends after the file at hand; waits half a second for that, no longer. */
  @Override
  public void close() {
    chore.close();
  }
}
