package platter.driver.dir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import platter.driver.Found;
import platter.id.VolumeId;

/**
 * What lies where in the folder of a storage, and how it is named:
 *
 * <pre>
 * volumes/ab/ID.raw   a volume; ab are the first two characters of its id
 * tmp/a/ID.N          a volume that is being made; of a dead attempt when the storage is opened
 * trash/ID.N          a retired volume
 * lock                locked while open
 * format              the version of this layout
 * probe               an empty file that tries how large a file can be
 * </pre>
 *
 * Folders are 0700 and files 0600, where the file system has such permissions.
 */
record Layout(Path root) {
  static final int FAN_OUT = 256;

  private static final String RAW = ".raw";
  private static final int ID_LENGTH = 36;
  private static final int NUMBER_LENGTH = 18; // so that it is a long

  Path volumes() {
    return root.resolve("volumes");
  }

  Path tmp() {
    return root.resolve("tmp");
  }

  Path trash() {
    return root.resolve("trash");
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path format() {
    return root.resolve("format");
  }

  Path probe() {
    return root.resolve("probe");
  }

  /** The folder of the volumes whose ids begin with that byte. */
  Path fan(int index) {
    return volumes().resolve(HexFormat.of().toHexDigits(index, 2));
  }

  /**
   * The folders of tmp, by the first character of the id. One for all would be slow: ext4 makes a
   * file under the lock of its folder, and after many deletions it looks long for a free inode.
   */
  List<Path> nurseries() {
    return IntStream.range(0, 16).mapToObj(i -> tmp().resolve(Integer.toHexString(i))).toList();
  }

  Path attempt(VolumeId id, long number) {
    return tmp().resolve(id.text().substring(0, 1)).resolve(attemptName(id, number));
  }

  static int fanOf(VolumeId id) {
    return Integer.parseInt(id.text(), 0, 2, 16);
  }

  static String fileName(VolumeId id) {
    return id.text() + RAW;
  }

  static String attemptName(VolumeId id, long number) {
    return id.text() + "." + number;
  }

  /** The volume that a file of volumes/ab holds, by its name. */
  static Optional<VolumeId> volumeOf(String folder, String file) {
    return file.endsWith(RAW) && file.startsWith(folder)
        ? exactId(file.substring(0, file.length() - RAW.length()))
        : Optional.empty();
  }

  /** The volume that a file of tmp or trash belonged to, by its name. */
  static Optional<VolumeId> attemptOf(String file) {
    int digits = file.length() - ID_LENGTH - 1;
    return digits >= 1
            && digits <= NUMBER_LENGTH
            && file.charAt(ID_LENGTH) == '.'
            && file.chars().skip(ID_LENGTH + 1).allMatch(c -> c >= '0' && c <= '9')
        ? exactId(file.substring(0, ID_LENGTH))
        : Optional.empty();
  }

  /** The number in such a name. */
  static long attemptNumber(String file) {
    return Long.parseLong(file.substring(ID_LENGTH + 1));
  }

  private static Optional<VolumeId> exactId(String text) {
    return VolumeId.isUuid(text) ? Optional.of(new VolumeId(text)) : Optional.empty();
  }

  static boolean isFan(String folder) {
    return folder.length() == 2 && folder.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
  }

  /** A thing that is not ours, by where it is. */
  Found.Foreign foreign(Path thing) {
    return new Found.Foreign(root.relativize(thing).toString());
  }

  /** What tells a folder from any other, whatever name leads to it: links and mounts included. */
  static Object key(Path folder) throws IOException {
    var key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return key == null ? folder.toRealPath() : key;
  }

  static boolean isPlainFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a folder and those above it, private and durably; nothing when it is there. */
  static void makeFolders(Path folder) throws IOException {
    var above = folder.getParent();
    if (above == null || Files.isDirectory(folder)) {
      return;
    }
    makeFolders(above);
    if (makeFolder(folder)) {
      try (var parent = new Folder(above)) {
        parent.force();
      }
    }
  }

  /**
   * Makes one private folder.
   *
   * @return whether it was missing
   */
  static boolean makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectory(folder, mode(folder, "rwx------"));
      return true;
    } catch (FileAlreadyExistsException _) {
      if (Files.isDirectory(folder)) {
        return false;
      }
      throw noFolder(folder);
    }
  }

  static IOException noFolder(Path path) {
    return new IOException(path.getFileName() + " is not a folder");
  }

  /** Makes an empty private file, which must not be there. */
  static void makeFile(Path file) throws IOException {
    Files.createFile(file, mode(file, "rw-------"));
  }

  private static FileAttribute<?>[] mode(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
