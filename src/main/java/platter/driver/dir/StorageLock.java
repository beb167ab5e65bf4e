package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import platter.error.BackendException;

/**
 * The right to open a storage, ended by the death of the process: held by one driver alone, or by
 * any number that share it. It keeps the two kinds apart and is no more than that: a network file
 * system may give it to another machine while this one sleeps, so what sharers do is safe without.
 */
final class StorageLock implements Closeable {
  // A POSIX lock is dropped when its process closes *any* handle of the file, so a process opens
  // it once, however many drivers there are.
  private static final Map<Object, Held> HELD_HERE = new HashMap<>();

  /** The lock of this process. */
  private static final class Held {
    final FileChannel channel;
    final boolean shared;
    int drivers = 1;

    Held(FileChannel channel, boolean shared) {
      this.channel = channel;
      this.shared = shared;
    }
  }

  private final Object key;
  private boolean closed;

  private StorageLock(Object key) {
    this.key = key;
  }

  /**
   * Takes the lock or fails at once.
   *
   * @throws BackendException.Busy when another driver holds it, and not both want to share
   */
  static StorageLock take(Layout layout, boolean shared) throws IOException, BackendException {
    var key = Layout.key(layout.root());
    synchronized (HELD_HERE) {
      var held = HELD_HERE.get(key);
      if (held == null) {
        HELD_HERE.put(key, new Held(lock(layout, shared), shared));
      } else if (held.shared && shared) {
        held.drivers++;
      } else {
        throw busy(layout, shared, held.shared);
      }
    }
    return new StorageLock(key);
  }

  private static FileChannel lock(Layout layout, boolean shared)
      throws IOException, BackendException {
    try {
      Layout.makeFile(layout.lock());
    } catch (FileAlreadyExistsException _) {
      // as usual; or another node has just made it
    }
    var channel =
        FileChannel.open(layout.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel, shared)) {
        return channel;
      }
      throw busy(layout, shared, !shared && tryLock(channel, true));
    } catch (IOException | BackendException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean tryLock(FileChannel channel, boolean shared) throws IOException {
    return channel.tryLock(0, Long.MAX_VALUE, shared) != null;
  }

  private static BackendException.Busy busy(Layout layout, boolean wishShared, boolean isShared) {
    var which =
        isShared
            ? ", which shares it with other nodes: stop all of them first"
            : wishShared
                ? ", which does not share it: stop that one first"
                : ": stop that one first";
    return new BackendException.Busy(
        "storage folder " + layout.root() + " is in use by another Platter" + which);
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD_HERE) {
      var held = HELD_HERE.get(key);
      if (closed || held == null) {
        return;
      }
      closed = true;
      if (--held.drivers == 0) {
        HELD_HERE.remove(key);
        held.channel.close();
      }
    }
  }
}
