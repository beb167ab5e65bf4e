package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps what it keeps: private to its owner, and held by one server at a time.
 *
 * <pre>
 * account.json   the first account and the secret of tokens
 * endpoint       where the server listens, while it runs
 * lock           held by the server
 * platter.db     the database
 * storage/       the volumes, unless --storage names another place
 * </pre>
 */
final class DataFolder implements AutoCloseable {
  private static final boolean POSIX =
      Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");

  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /** Another server holds the folder, or it cannot be written. */
  static final class NotUsable extends Exception {
    NotUsable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Makes the folder when it is not there, and takes it. */
  static DataFolder open(Path root) throws NotUsable {
    try {
      if (POSIX && !Files.exists(root)) {
        Files.createDirectories(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(root);
      }
      var lock = open(root.resolve("lock"), StandardOpenOption.CREATE);
      if (lock(lock)) {
        return new DataFolder(root, lock);
      }
      lock.close();
      throw new NotUsable("another Platter holds the data folder " + root.toAbsolutePath(), null);
    } catch (FileSystemException e) {
      throw new NotUsable(
          "the data folder "
              + root.toAbsolutePath()
              + " cannot be used: "
              + Optional.ofNullable(e.getReason()).orElse(e.getClass().getSimpleName()),
          e);
    } catch (IOException e) {
      throw new NotUsable(
          "the data folder " + root.toAbsolutePath() + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** A file that is private to its owner from its first moment. */
  private static FileChannel open(Path file, StandardOpenOption create) throws IOException {
    var options = Set.of(create, StandardOpenOption.WRITE);
    return POSIX
        ? FileChannel.open(
            file,
            options,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
        : FileChannel.open(file, options);
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held within this process
    }
  }

  Path database() {
    return root.resolve("platter.db");
  }

  Path storage() {
    return root.resolve("storage");
  }

  Path account() {
    return root.resolve("account.json");
  }

  /** Tells clients on this machine where the server listens. */
  void publishEndpoint(String endpoint) throws IOException {
    write(root.resolve("endpoint"), (endpoint + "\n").getBytes(UTF_8));
  }

  /** Writes a private file as a whole or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    try (var channel = open(draft, StandardOpenOption.CREATE_NEW)) {
      channel.write(ByteBuffer.wrap(content));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(root.resolve("endpoint"));
      lock.close();
    } catch (IOException e) {
      System.getLogger(DataFolder.class.getName())
          .log(System.Logger.Level.WARNING, "while leaving the data folder", e);
    }
  }
}
