package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import platter.driver.Guard;
import platter.error.BackendException;
import platter.id.VolumeId;

/** In a folder that nobody else changes: what was looked at still holds. */
final class MovesAlone implements Moves {
  private final Layout layout;
  private final Names names;
  private final Guard guard;

  MovesAlone(Layout layout, Names names, Guard guard) {
    this.layout = layout;
    this.names = names;
    this.guard = guard;
  }

  /** Nothing is overwritten: this driver alone makes volumes, and none of the id was there. */
  @Override
  public boolean publish(VolumeId id, Path attempt, Path file)
      throws IOException, BackendException {
    guard.check();
    Files.move(attempt, file, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  @Override
  public void replace(VolumeId id, Path attempt, Path file) throws IOException, BackendException {
    guard.check();
    Files.move(attempt, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Drafts alone: the attempts of the dead were removed when the storage was opened. */
  @Override
  public void clear(VolumeId id, Optional<Path> mine) throws IOException, BackendException {
    for (var draft : Drafts.in(layout.nursery(id), id + ".*.part")) {
      if (!mine.equals(Optional.of(draft))) {
        guard.check();
        Files.deleteIfExists(draft);
      }
    }
  }

  @Override
  public long grow(Path file, long now, long atLeastBytes) throws IOException, BackendException {
    guard.check();
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      if (open.length() != now) { // this kind of open makes what is missing
        throw new IOException("its file was changed by somebody else");
      }
      if (now < atLeastBytes) {
        open.setLength(atLeastBytes);
      }
      open.getFD().sync();
    }
    return Math.max(now, atLeastBytes);
  }

  @Override
  public boolean retire(VolumeId id, Path file) throws IOException, BackendException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    guard.check();
    Files.move(file, layout.trash().resolve(names.next(id)), StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /**
   * All attempts are dead. What a node had on its way out when it died goes back to its place: the
   * job that retires it is repeated, and where there is none it should not have gone. Drafts stay
   * for the jobs that go on with them.
   */
  @Override
  public void tidy(Path nursery) throws IOException {
    for (var path : Listing.sorted(nursery)) {
      if (!Layout.isPlainFile(path)) {
        continue;
      }
      var name = path.getFileName().toString();
      var out = Layout.outOf(name);
      if (out.isPresent()) {
        var file = layout.file(out.get());
        var to =
            Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? layout.trash().resolve(names.next(out.get())) // it is there, or made anew
                : file;
        Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
      } else if (Layout.attemptOf(name).isPresent() || Drafts.isUseless(path, layout)) {
        Files.deleteIfExists(path);
      }
    }
  }
}
