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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import platter.driver.Found;
import platter.id.VolumeId;

/**
 * What lies where in the folder of a storage, and how it is named:
 *
 * <pre>
 * volumes/ab/ID.raw   a volume; ab are the last two characters of its id
 * tmp/a/ID.N          a volume that is being made; of a dead attempt when one opens it alone
 * tmp/a/ID.N.….part   a volume that is being copied, see {@link DraftName}
 * tmp/a/ID.I-N.out    a volume between its place and the trash, among nodes
 * trash/ID.N          a retired volume
 * lock                locked while open
 * format              the version of this layout
 * probe               an empty file that tries how large a file can be
 * snapshots/kept/ab/ID.raw, snapshots/tmp, snapshots/trash    the same for snapshots
 * </pre>
 *
 * N is a number, and among nodes I-N with the incarnation in hex, see {@link Names}. Folders are
 * 0700 and files 0600, where the file system has such permissions. Below, a snapshot is called a
 * volume too: its id is one of a kind as well, and its file lives the same life.
 *
 * @param storage the root of the storage
 * @param root of the things of this kind: the same, or the folder of the snapshots
 */
record Layout(Path storage, Path root) {
  static final int FAN_OUT = 256;

  /** The id of no volume. */
  private static final VolumeId TRIAL = new VolumeId("00000000-0000-0000-0000-000000000000");

  private static final String RAW = ".raw";

  /** File systems that no other machine has. */
  private static final Set<String> OF_ONE_MACHINE =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs", "zfs", "overlay");

  private static final int ID_LENGTH = 36;
  private static final String OUT = ".out";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}"); // so that it is a long
  private static final Pattern UNIQUE = Pattern.compile("([0-9a-f]{16}-)?" + NUMBER);

  /** Of the volumes. */
  Layout(Path storage) {
    this(storage, storage);
  }

  /** Of the snapshots in the same storage. */
  Layout snapshots() {
    return new Layout(storage, storage.resolve("snapshots"));
  }

  boolean isOfSnapshots() {
    return !root.equals(storage);
  }

  Path volumes() {
    return root.resolve(isOfSnapshots() ? "kept" : "volumes");
  }

  Path tmp() {
    return root.resolve("tmp");
  }

  Path trash() {
    return root.resolve("trash");
  }

  Path lock() {
    return storage.resolve("lock");
  }

  Path format() {
    return storage.resolve("format");
  }

  Path probe() {
    return storage.resolve("probe");
  }

  /** Makes those folders that are there from the beginning; below a root that is there. */
  void makeFolders() throws IOException {
    for (var folder : List.of(volumes(), tmp(), trash())) {
      makeFolder(folder);
    }
    for (var nursery : nurseries()) {
      makeFolder(nursery);
    }
  }

  /** The folder of the volumes whose ids end with that byte. */
  Path fan(int index) {
    return volumes().resolve(HexFormat.of().toHexDigits(index, 2));
  }

  /**
   * The folders of tmp, by the last character of the id. One for all would be slow: ext4 makes a
   * file under the lock of its folder, and after many deletions it looks long for a free inode.
   */
  List<Path> nurseries() {
    return IntStream.range(0, 16).mapToObj(i -> tmp().resolve(Integer.toHexString(i))).toList();
  }

  /** Where the attempts of a volume are, and what leaves. */
  Path nursery(VolumeId id) {
    return tmp().resolve(id.text().substring(ID_LENGTH - 1));
  }

  /**
   * A file with which the file system is tried while the storage is opened. It looks like an
   * attempt, so whoever tidies up removes what one who died meanwhile has left.
   */
  Path trial(Names names) {
    return nursery(TRIAL).resolve(names.next(TRIAL));
  }

  static int fanOf(VolumeId id) {
    return Integer.parseInt(id.text(), ID_LENGTH - 2, ID_LENGTH, 16);
  }

  static String fileName(VolumeId id) {
    return id.text() + RAW;
  }

  Path file(VolumeId id) {
    return fan(fanOf(id)).resolve(fileName(id));
  }

  /** The volume that a file of volumes/ab holds, by its name. */
  static Optional<VolumeId> volumeOf(String folder, String file) {
    return file.endsWith(folder + RAW)
        ? exactId(file.substring(0, file.length() - RAW.length()))
        : Optional.empty();
  }

  /** The volume that a file of tmp or trash belonged to, by its name. */
  static Optional<VolumeId> attemptOf(String file) {
    return file.length() > ID_LENGTH
            && file.charAt(ID_LENGTH) == '.'
            && UNIQUE.matcher(file).region(ID_LENGTH + 1, file.length()).matches()
        ? exactId(file.substring(0, ID_LENGTH))
        : Optional.empty();
  }

  /** The number in such a name; 0 among nodes. */
  static long attemptNumber(String file) {
    var number = file.substring(ID_LENGTH + 1);
    return NUMBER.matcher(number).matches() ? Long.parseLong(number) : 0;
  }

  /** What a volume is called on its way out. */
  static String outName(String attempt) {
    return attempt + OUT;
  }

  /** The volume that a file of tmp holds on its way out, by its name. */
  static Optional<VolumeId> outOf(String file) {
    return file.endsWith(OUT)
        ? attemptOf(file.substring(0, file.length() - OUT.length()))
        : Optional.empty();
  }

  private static Optional<VolumeId> exactId(String text) {
    return VolumeId.isUuid(text) ? Optional.of(new VolumeId(text)) : Optional.empty();
  }

  static boolean isFan(String folder) {
    return folder.length() == 2 && folder.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0);
  }

  /** A thing that is not ours, by where it is. */
  Found.Foreign foreign(Path thing) {
    return new Found.Foreign(name(thing));
  }

  /** Where a thing is, as seen from the root of the storage. */
  String name(Path thing) {
    return storage.relativize(thing).toString();
  }

  /** What tells a folder from any other, whatever name leads to it: links and mounts included. */
  static Object key(Path folder) throws IOException {
    var key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return key == null ? folder.toRealPath() : key;
  }

  /** Whether one kernel knows all who have one of the files open, and sees what they write. */
  boolean isOfThisMachine() throws IOException {
    return OF_ONE_MACHINE.contains(Files.getFileStore(storage()).type());
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
