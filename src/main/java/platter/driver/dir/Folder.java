package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A folder whose names can be made durable. Its handle is opened once and kept, so that each fsync
 * is one system call. The handle is an asynchronous channel, because an interrupt closes every
 * other kind, and this one is shared by all threads.
 */
final class Folder implements Closeable {
  private final Path path;
  private volatile Optional<AsynchronousFileChannel> handle = Optional.empty();

  Folder(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Makes all names durable that were added, moved or removed here. The folder must be there. */
  void force() throws IOException {
    opened().force(true);
  }

  /**
   * Makes sure that the folder is there, durably. Cheap when this object has seen it.
   *
   * @param parent where it is made
   */
  void make(Folder parent) throws IOException {
    if (handle.isEmpty()) {
      makeNow(parent);
    }
  }

  private synchronized void makeNow(Folder parent) throws IOException {
    if (handle.isEmpty()) {
      Layout.makeFolder(path);
      parent.force(); // another node may have made it a moment ago
      opened();
    }
  }

  /** Refuses something in its place that is no folder. Cheap when this object has seen it. */
  void mustBeFree() throws IOException {
    if (handle.isEmpty() && Files.exists(path) && !Files.isDirectory(path)) {
      throw Layout.noFolder(path);
    }
  }

  private AsynchronousFileChannel opened() throws IOException {
    var now = handle;
    return now.isPresent() ? now.get() : openedNow();
  }

  private synchronized AsynchronousFileChannel openedNow() throws IOException {
    if (handle.isEmpty()) {
      handle = Optional.of(AsynchronousFileChannel.open(path, StandardOpenOption.READ));
    }
    return handle.get();
  }

  /** Forgets the handle; the next use opens the folder again. */
  @Override
  public synchronized void close() throws IOException {
    var old = handle;
    handle = Optional.empty();
    if (old.isPresent()) {
      old.get().close();
    }
  }
}
