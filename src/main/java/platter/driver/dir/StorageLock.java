package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import platter.error.BackendException;

/** The right to change a storage: held by one driver of one process, ended by its death. */
final class StorageLock implements Closeable {
  // A POSIX lock is dropped when its process closes *any* handle of the file, so a second driver
  // in this process must not even open it.
  private static final Set<Object> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Object key;
  private final FileChannel channel;

  private StorageLock(Object key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Takes the lock or fails at once.
   *
   * @throws BackendException.Busy when another driver holds it
   */
  static StorageLock take(Layout layout) throws IOException, BackendException {
    var key = Layout.key(layout.root());
    if (!HELD_HERE.add(key)) {
      throw busy(layout);
    }
    try {
      return new StorageLock(key, lock(layout));
    } catch (IOException | BackendException | RuntimeException e) {
      HELD_HERE.remove(key);
      throw e;
    }
  }

  private static FileChannel lock(Layout layout) throws IOException, BackendException {
    if (Files.notExists(layout.lock())) {
      Layout.makeFile(layout.lock());
    }
    var channel = FileChannel.open(layout.lock(), StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw busy(layout);
      }
      return channel;
    } catch (IOException | BackendException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static BackendException.Busy busy(Layout layout) {
    return new BackendException.Busy(
        "storage folder " + layout.root() + " is in use by another Platter: stop that one first");
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(key);
    }
  }
}
