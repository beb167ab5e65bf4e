package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps what it keeps: private to its owner. One server at a time holds it, or one
 * of each name when the database is elsewhere.
 *
 * <pre>
 * account.json    the first account and the secret of tokens
 * endpoint        where the server listens, while it runs: the one that began last
 * folder-id       tells this folder from all others
 * lock            held by the server
 * node-NAME.lock  held by the node of that name, when the database is elsewhere
 * platter.db      the database
 * storage/        the volumes, unless --storage names another place
 * </pre>
 */
final class DataFolder implements AutoCloseable {
  private static final boolean POSIX =
      Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix");

  private static final int ID_BYTES = 16;

  private final Path root;
  private final FileChannel lock;
  private final String id;
  private Optional<String> published = Optional.empty();

  private DataFolder(Path root, FileChannel lock) throws IOException {
    this.root = root;
    this.lock = lock;
    id = readOrMakeId(root.resolve("folder-id"));
  }

  /** Another server holds the folder, or it cannot be written. */
  static final class NotUsable extends Exception {
    NotUsable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Makes the folder when it is not there, and takes it for one server. */
  static DataFolder open(Path root) throws NotUsable {
    return open(root, "lock", "another Platter holds the data folder " + root.toAbsolutePath());
  }

  /** Makes the folder when it is not there, and takes it for the node of this name. */
  static DataFolder openShared(Path root, String node) throws NotUsable {
    return open(
        root,
        "node-" + node + ".lock",
        "another node named %s works on the data folder %s; give this one a name of its own with --node"
            .formatted(node, root.toAbsolutePath()));
  }

  private static DataFolder open(Path root, String lockName, String taken) throws NotUsable {
    try {
      if (POSIX && !Files.exists(root)) {
        Files.createDirectories(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectories(root);
      }
      var lock = open(root.resolve(lockName), StandardOpenOption.CREATE);
      if (lock(lock)) {
        return new DataFolder(root, lock);
      }
      lock.close();
      throw new NotUsable(taken, null);
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

  /** Two nodes that share the folder may begin at once, also within one process. */
  private static synchronized String readOrMakeId(Path file) throws IOException {
    try (var channel = open(file, StandardOpenOption.CREATE);
        var _ = channel.lock()) {
      if (channel.size() < 2 * ID_BYTES) { // made now, or not finished before a crash
        var random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        channel.write(ByteBuffer.wrap(HexFormat.of().formatHex(random).getBytes(UTF_8)), 0);
        channel.force(true);
      }
    }
    return Files.readString(file);
  }

  /** 32 lower-case hex digits that tell this folder from all others, for as long as it exists. */
  String id() {
    return id;
  }

  Path database() {
    return root.resolve("platter.db");
  }

  Path storage() {
    return root.resolve("storage");
  }

  /** Remembers the port of the NBD server of a node. */
  Path nbdPort(String node) {
    return root.resolve("nbd-" + node + ".port");
  }

  Path account() {
    return root.resolve("account.json");
  }

  /** Tells clients on this machine where the server listens. */
  void publishEndpoint(String endpoint) throws IOException {
    published = Optional.of(endpoint + "\n");
    write(root.resolve("endpoint"), published.get().getBytes(UTF_8));
  }

  /** Writes a private file as a whole or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    // nodes that share the folder may write at once
    var draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".draft");
    try (var channel = open(draft, StandardOpenOption.CREATE_NEW)) {
      channel.write(ByteBuffer.wrap(content));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    try {
      removeEndpoint();
      lock.close();
    } catch (IOException e) {
      System.getLogger(DataFolder.class.getName())
          .log(System.Logger.Level.WARNING, "while leaving the data folder", e);
    }
  }

  /** Unless another node has written its own there since. */
  private void removeEndpoint() throws IOException {
    var file = root.resolve("endpoint");
    try {
      if (published.isPresent() && published.get().equals(Files.readString(file))) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // another node removed it
    }
  }
}
