package platter.driver.dir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import platter.driver.Guard;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * In a folder that other nodes change too. One node at a time has the right to change a volume, but
 * one that lost it may have slept between asking its guard and the system call, and wake up when
 * another has gone on. So no call does harm however late it comes:
 *
 * <ul>
 *   <li>publishing links an attempt to its place, which replaces nothing; and who retires a volume
 *       takes away all attempts at it, so that what was made before can not be published after.
 *   <li>replacing moves an attempt over what is there; who takes over takes all attempts away
 *       before it does anything else with the volume.
 *   <li>growing moves the end of the file outwards only, see {@link GrowingFile}.
 *   <li>retiring goes by a name of its own beside the attempts, asks again, and puts the volume
 *       back when the answer is no; who has the right takes it from there when it shall go indeed.
 * </ul>
 */
final class MovesAmongNodes implements Moves {
  /** Removing an attempt that lives makes it fail and be repeated, no more; yet it is a pity. */
  private static final Duration SURELY_DEAD = Duration.ofHours(1);

  private final Layout layout;
  private final Names names;
  private final Guard guard;

  private MovesAmongNodes(Layout layout, Names names, Guard guard) {
    this.layout = layout;
    this.names = names;
    this.guard = guard;
  }

  /**
   * Tries with the probe whether this file system has what it takes.
   *
   * @throws BackendException.Unavailable when it has not
   */
  static Moves in(Layout layout, Names names, Guard guard) throws IOException, BackendException {
    var second = layout.trial(names);
    try {
      Files.createLink(second, layout.probe());
      Files.deleteIfExists(second); // another node may just be tidying up
      try (var file = GrowingFile.open(layout.probe())) {
        file.growTo(GrowingFile.BLOCK_BYTES);
      }
    } catch (UnsupportedOperationException | FileSystemException e) {
      var reason = Reasons.reason(e);
      if (!Reasons.isFull(reason)) { // then one may at least delete
        throw new BackendException.Unavailable(
            "storage folder %s cannot be shared by several nodes: its file system must know hard links and fallocate: %s"
                .formatted(layout.root(), reason),
            e);
      }
    }
    return new MovesAmongNodes(layout, names, guard);
  }

  @Override
  public boolean publish(VolumeId id, Path attempt, Path file)
      throws IOException, BackendException {
    guard.check();
    try {
      Files.createLink(file, attempt);
    } catch (FileAlreadyExistsException _) {
      Files.deleteIfExists(attempt);
      return false;
    } catch (NoSuchFileException e) {
      if (Files.exists(attempt, LinkOption.NOFOLLOW_LINKS)) {
        throw e; // the folder is missing
      }
      throw new BackendException.Indeterminate(
          "another node has retired volume " + id + " while it was being made", e);
    }
    try {
      Files.deleteIfExists(attempt);
    } catch (IOException _) {
      // the volume is there; whoever tidies up removes its second name
    }
    return true;
  }

  /**
   * Who takes over clears first, so of one who sleeps between the guard's yes and the move nothing
   * is left that could be moved.
   */
  @Override
  public void replace(VolumeId id, Path attempt, Path file) throws IOException, BackendException {
    guard.check();
    try {
      Files.move(attempt, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      throw new BackendException.Indeterminate(
          "another node has gone on with volume " + id + " while it was being replaced", e);
    }
  }

  @Override
  public void clear(VolumeId id, Optional<Path> mine) throws IOException, BackendException {
    try (var files = Files.newDirectoryStream(layout.nursery(id), id + ".*")) {
      for (var path : files) {
        if (Layout.isPlainFile(path)
            && isInTheMaking(path.getFileName().toString())
            && !mine.equals(Optional.of(path))) {
          guard.check();
          Files.deleteIfExists(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public long grow(Path file, long now, long atLeastBytes) throws IOException, BackendException {
    try (var open = GrowingFile.open(file)) { // makes no file, when another node retires it now
      if (open.size() < atLeastBytes) {
        guard.check();
        open.growTo(atLeastBytes);
      }
      open.force();
      return open.size();
    }
  }

  /**
   * Ends when the volume was neither in its place, nor on its way out, nor back in its place: so
   * one that a late node takes out and puts back is not overlooked.
   */
  @Override
  public boolean retire(VolumeId id, Path file) throws IOException, BackendException {
    boolean any = false;
    while (takeOut(id, file) || sweep(id) || takeOut(id, file)) {
      any = true;
    }
    return any;
  }

  private boolean takeOut(VolumeId id, Path file) throws IOException, BackendException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    guard.check();
    var name = names.next(id);
    var out = layout.nursery(id).resolve(Layout.outName(name));
    if (!moved(file, out)) {
      return false;
    }
    try {
      guard.check();
    } catch (BackendException | RuntimeException e) {
      putBack(out, file, e);
      throw e;
    }
    moved(out, layout.trash().resolve(name));
    return true;
  }

  /** Not by a move, which would replace what another node has made there. */
  private static void putBack(Path out, Path file, Exception cause) {
    try {
      Files.createLink(file, out);
      Files.delete(out);
    } catch (IOException e) { // such as: the node that has the right now took it to the trash
      cause.addSuppressed(e);
    }
  }

  /**
   * Takes away attempts, so that they can not be published any more, and what is on its way out.
   */
  private boolean sweep(VolumeId id) throws IOException, BackendException {
    boolean found = false;
    try (var files = Files.newDirectoryStream(layout.nursery(id), id + ".*")) {
      for (var path : files) {
        var name = path.getFileName().toString();
        if (!Layout.isPlainFile(path)) {
          continue;
        }
        if (Layout.outOf(name).isPresent()) {
          guard.check();
          found |= moved(path, layout.trash().resolve(names.next(id)));
        } else if (isInTheMaking(name)) {
          guard.check();
          found |= Files.deleteIfExists(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean isInTheMaking(String name) {
    return Layout.attemptOf(name).isPresent() || DraftName.of(name).isPresent();
  }

  /** Moves a file to a name that nobody else has, unless another node was quicker. */
  private static boolean moved(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  /**
   * Attempts of nodes that died. By the clock of the storage: the probe was written a moment ago.
   * What is on its way out stays: only who has the right to the volume knows where it belongs.
   */
  @Override
  public void tidy(Path nursery) throws IOException {
    var now = Files.getLastModifiedTime(layout.probe()).toInstant();
    for (var path : Listing.sorted(nursery)) {
      boolean useless =
          Layout.attemptOf(path.getFileName().toString()).isPresent()
              ? isTrial(path) || madeBefore(path, now.minus(SURELY_DEAD))
              : Drafts.isForgotten(path, layout);
      if (Layout.isPlainFile(path) && useless) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** A second name of the probe, which is as young as that: whoever made it does not need it. */
  private boolean isTrial(Path attempt) throws IOException {
    try {
      return Files.isSameFile(attempt, layout.probe());
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static boolean madeBefore(Path attempt, Instant then) throws IOException {
    try {
      return Files.getLastModifiedTime(attempt).toInstant().isBefore(then);
    } catch (NoSuchFileException _) {
      return false; // it lived
    }
  }
}
