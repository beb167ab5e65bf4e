package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import platter.driver.Found;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * The files of one kind, see {@link Layout}. One is made under tmp, forced, moved to its place and
 * the move is forced: so it is there whole or not at all, whenever the power goes. Every success is
 * forced anew, because the attempt before may have died in between.
 */
final class Shelf implements Closeable {
  private final Layout layout;
  private final Object key;
  private final Folder folder;
  private final List<Folder> fans;
  private final Folder trash;
  private final Names names;
  private final Moves moves;
  private final Drafts drafts;
  private final boolean alone;
  private final Reaper reaper;
  private final Deque<Closeable> open = new ArrayDeque<>();

  /** Makes the folders that are missing. {@link #start} follows. */
  Shelf(Layout layout, Folder root, Names names, Sharing sharing, Guard guard)
      throws IOException, BackendException {
    this.layout = layout;
    this.names = names;
    this.alone = sharing instanceof Sharing.Alone;
    try {
      folder = opened(new Folder(layout.volumes()));
      trash = opened(new Folder(layout.trash()));
      layout.makeFolders();
      root.force();
      folder.force(); // the folders that a dead driver made
      key = Layout.key(layout.volumes());
      fans =
          IntStream.range(0, Layout.FAN_OUT)
              .mapToObj(i -> opened(new Folder(layout.fan(i))))
              .toList();
      moves =
          switch (sharing) {
            case Sharing.Alone _ -> new MovesAlone(layout, names, guard);
            case Sharing.AmongNodes _ -> MovesAmongNodes.in(layout, names, guard);
          };
      drafts = new Drafts(layout, names, alone);
      reaper = opened(new Reaper(layout.trash(), guard));
    } catch (IOException | BackendException | RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  private <C extends Closeable> C opened(C part) {
    open.push(part);
    return part;
  }

  /** Tidies up what the dead have left, when the probe was written a moment ago. */
  void start() throws IOException {
    for (var nursery : layout.nurseries()) {
      moves.tidy(nursery);
    }
    drafts.find();
    reaper.start();
  }

  /** Writes an attempt, durably. */
  interface Filling {
    /**
     * Writes it.
     *
     * @param attempt an empty file
     */
    void of(Path attempt) throws IOException, BackendException;
  }

  /** Returns false when another node was quicker. */
  boolean publish(VolumeId id, Filling filling) throws IOException, BackendException {
    fan(id).make(folder);
    return attempted(id, filling, attempt -> place(attempt, id));
  }

  /** Makes a copy of something, durably. */
  interface Copying {
    /**
     * Makes all of it that is not marked.
     *
     * @param draft of the size that the copy shall have
     */
    void of(Draft draft) throws IOException, BackendException;
  }

  /**
   * A copy that shall be there.
   *
   * @param id what it becomes
   * @param stamp of the source, see {@link Draft}
   */
  record Wanted(VolumeId id, VolumeId source, String stamp, long bytes) {}

  /** As {@link #publish}; goes on with what an earlier call has left of the same copy. */
  boolean publish(Wanted wanted, Copying copying) throws IOException, BackendException {
    fan(wanted.id()).make(folder);
    return copied(wanted, copying, attempt -> place(attempt, wanted.id()));
  }

  /** Puts a copy in the place of a file that is there; goes on with what is left of the same. */
  void replace(Wanted wanted, Copying copying) throws IOException, BackendException {
    copied(
        wanted,
        copying,
        attempt -> {
          moves.replace(wanted.id(), attempt, file(wanted.id()));
          return true;
        });
    force(wanted.id());
  }

  private boolean copied(Wanted wanted, Copying copying, Use use)
      throws IOException, BackendException {
    var id = wanted.id();
    try (var draft = drafts.open(id, wanted.source(), wanted.stamp(), wanted.bytes())) {
      try {
        moves.clear(id, Optional.of(draft.path()));
        copying.of(draft);
        if (!alone) {
          draft.becomeAttempt();
        }
        boolean used = use.of(draft.path());
        drafts.gone(id);
        return used;
      } catch (IOException | BackendException | RuntimeException e) {
        if (!draft.stays(e)) {
          removeQuietly(draft.path(), e);
        }
        throw e;
      }
    }
  }

  /** See {@link Drafts#spoil}. */
  void spoil(VolumeId source, Set<String> inHand) {
    drafts.spoil(source, inHand);
  }

  /** So that what others have begun is not done later. */
  void clear(VolumeId id) throws IOException, BackendException {
    if (drafts.mayHave(id)) {
      moves.clear(id, Optional.empty());
      drafts.gone(id);
    }
  }

  /** What is done with a whole attempt. */
  private interface Use {
    boolean of(Path attempt) throws IOException, BackendException;
  }

  private boolean attempted(VolumeId id, Filling filling, Use use)
      throws IOException, BackendException {
    var attempt = layout.nursery(id).resolve(names.next(id));
    try {
      Layout.makeFile(attempt);
      filling.of(attempt);
      return use.of(attempt);
    } catch (IOException | BackendException | RuntimeException e) {
      removeQuietly(attempt, e);
      throw e;
    }
  }

  private boolean place(Path attempt, VolumeId id) throws IOException, BackendException {
    try {
      return moves.publish(id, attempt, file(id));
    } catch (NoSuchFileException _) { // somebody tidied up an empty folder
      fan(id).close();
      fan(id).make(folder);
      return moves.publish(id, attempt, file(id));
    }
  }

  private static void removeQuietly(Path attempt, Exception cause) {
    try {
      Files.deleteIfExists(attempt);
    } catch (IOException e) {
      cause.addSuppressed(e); // the next open removes it
    }
  }

  /** Makes names durable among which that of the file is. */
  void force(VolumeId id) throws IOException {
    fan(id).force();
  }

  long grow(VolumeId id, long now, long atLeastBytes) throws IOException, BackendException {
    return moves.grow(file(id), now, atLeastBytes);
  }

  /** Durable when it returns; {@link #wakeReaper} follows. */
  void retire(VolumeId id) throws IOException, BackendException {
    if (alone) {
      clear(id);
    }
    if (moves.retire(id, file(id))) {
      trash.force();
    }
    if (Files.exists(fan(id).path())) {
      fan(id).force();
    }
  }

  void wakeReaper() {
    reaper.wake();
  }

  List<Found> list() throws IOException {
    mustBeOurs();
    return Listing.of(layout);
  }

  /**
   * The size of a file; empty only when the storage is there and the file is not.
   *
   * @param wish what cannot be done otherwise
   */
  OptionalLong size(VolumeId id, String wish) throws IOException, BackendException {
    var file = file(id);
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      mustBeOurs();
      fan(id).mustBeFree();
      return OptionalLong.empty();
    }
    BasicFileAttributes there;
    try {
      there = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      return OptionalLong.empty(); // another node retired it in this moment
    }
    if (!there.isRegularFile()) {
      throw new BackendException.Conflict(wish + ": " + layout.name(file) + " is not a plain file");
    }
    return OptionalLong.of(there.size());
  }

  /** A disk that was unmounted must not look like one without volumes. */
  private void mustBeOurs() throws IOException {
    if (!Layout.key(layout.volumes()).equals(key)) {
      throw new IOException("the folder of the storage was replaced while in use");
    }
  }

  private Folder fan(VolumeId id) {
    return fans.get(Layout.fanOf(id));
  }

  Path file(VolumeId id) {
    return fan(id).path().resolve(Layout.fileName(id));
  }

  @Override
  public void close() {
    closeAll(open);
  }

  /** In the reverse order of opening. */
  static void closeAll(Deque<Closeable> open) {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        System.getLogger(DirDriver.class.getName())
            .log(Level.WARNING, "a part of the storage cannot be closed", e);
      }
    }
  }
}
