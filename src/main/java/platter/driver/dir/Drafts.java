package platter.driver.dir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import platter.id.VolumeId;
import platter.libc.Libc;
import platter.libc.RawFile;

/**
 * The drafts of one kind ({@link Draft}): makes them, and finds those that earlier calls have left.
 *
 * <p>Among nodes one that is left is gone on with only when nobody has it in hand: who has, holds a
 * lock of the kernel, which goes when the process dies and not before. Else a node that slept could
 * write into it when it has become a volume. A file system of several machines may lose such a lock
 * and not say so, so there a copy begins anew.
 */
final class Drafts {
  /** A draft to which nobody came back. Its job would begin anew, no more. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private final Layout layout;
  private final Names names;
  private final boolean alone;
  private final boolean resumable;

  /** Alone: those that may have a draft. */
  private final Set<VolumeId> known = ConcurrentHashMap.newKeySet();

  Drafts(Layout layout, Names names, boolean alone) throws IOException {
    this.layout = layout;
    this.names = names;
    this.alone = alone;
    resumable = alone || (Libc.found().isPresent() && layout.isOfThisMachine());
  }

  /** One to go on with, which is nobody else's from now on; else a new one. */
  Draft open(VolumeId id, VolumeId source, String stamp, long bytes) throws IOException {
    known.add(id);
    if (resumable) {
      for (var path : of(id)) {
        var left = take(path, source, stamp, bytes);
        if (left.isPresent()) {
          return left.get();
        }
      }
    }
    var name = new DraftName(names.next(id), source, stamp, 0);
    var path = layout.nursery(id).resolve(resumable ? name.text() : name.attempt());
    Layout.makeFile(path);
    return opened(path, name, bytes).orElseThrow(() -> new NoSuchFileException(path.toString()));
  }

  /** Empty when it is of no use, or another's. */
  private Optional<Draft> take(Path path, VolumeId source, String stamp, long bytes)
      throws IOException {
    var name = DraftName.of(path.getFileName().toString()).orElseThrow();
    try {
      if (!name.isOf(source, stamp) || name.mark() == 0 || Files.size(path) != bytes) {
        return Optional.empty();
      }
      return opened(path, name, bytes);
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private Optional<Draft> opened(Path path, DraftName name, long bytes) throws IOException {
    var file = RawFile.of(path, false);
    boolean ours = false;
    try {
      if (!alone && resumable && !file.tryLock()) {
        return Optional.empty();
      }
      var mine = name.mark() == 0 ? name : name.by(names.next(name.id()));
      if (name.mark() > 0) { // of two who find it one moves it
        Files.move(path, path.resolveSibling(mine.text()), StandardCopyOption.ATOMIC_MOVE);
      }
      var draft = new Draft(file, mine, layout.nursery(mine.id()), resumable);
      draft.cut(bytes);
      ours = true;
      return Optional.of(draft);
    } finally {
      if (!ours) {
        file.close();
      }
    }
  }

  private List<Path> of(VolumeId id) throws IOException {
    return in(layout.nursery(id), id + ".*.part");
  }

  static List<Path> in(Path nursery, String names) throws IOException {
    var found = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(nursery, names)) {
      for (var path : files) {
        if (Layout.isPlainFile(path) && DraftName.of(path.getFileName().toString()).isPresent()) {
          found.add(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** Whether there may be one; without a look when nobody else makes any. */
  boolean mayHave(VolumeId id) {
    return !alone || known.contains(id);
  }

  /** There is none any more, of nobody. */
  void gone(VolumeId id) {
    known.remove(id);
  }

  /**
   * Throws away the copies of a volume that nobody goes on with, because somebody is about to write
   * to it. Durable when it returns.
   *
   * @param inHand the attempts that stay
   */
  void spoil(VolumeId source, Set<String> inHand) {
    for (var nursery : layout.nurseries()) {
      try {
        boolean any = false;
        for (var path : in(nursery, "*." + source + ".*.part")) {
          var name = DraftName.of(path.getFileName().toString()).orElseThrow();
          if (name.source().equals(source) && !inHand.contains(name.attempt())) {
            any |= Files.deleteIfExists(path);
          }
        }
        if (any) {
          Draft.force(nursery);
        }
      } catch (IOException e) {
        Draft.warn(nursery, e);
      }
    }
  }

  /** When the storage is opened: which there are. */
  void find() throws IOException {
    if (!alone) {
      return; // others make some at any time
    }
    for (var nursery : layout.nurseries()) {
      for (var path : in(nursery, "*.part")) {
        known.add(DraftName.of(path.getFileName().toString()).orElseThrow().id());
      }
    }
  }

  /** Alone: whether nobody can go on with it, or nobody has come back to it. */
  static boolean isUseless(Path path, Layout layout) throws IOException {
    var name = DraftName.of(path.getFileName().toString());
    return name.isPresent() && (name.get().mark() == 0 || isForgotten(path, layout));
  }

  /** Whether nobody has come back to it. By the clock of the storage: the probe is young. */
  static boolean isForgotten(Path path, Layout layout) throws IOException {
    if (DraftName.of(path.getFileName().toString()).isEmpty()) {
      return false;
    }
    try {
      var now = Files.getLastModifiedTime(layout.probe()).toInstant();
      return Files.getLastModifiedTime(path).toInstant().isBefore(now.minus(FORGOTTEN));
    } catch (NoSuchFileException _) {
      return false;
    }
  }
}
