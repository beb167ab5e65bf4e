package platter.driver.dir;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import platter.error.BackendException;
import platter.id.VolumeId;
import platter.libc.RawFile;

/**
 * A copy in the making. Its name says how much of it is durable ({@link DraftName}), so that
 * whoever makes it next can go on there, as long as what it is a copy of is what it was: who
 * changes that spoils the draft first, durably.
 */
final class Draft implements Closeable {
  /** The stamp of what never changes: a snapshot. */
  static final String UNCHANGING = "0";

  private final RawFile file;
  private final Path nursery;
  private final String attempt;

  // guarded by this, but for a look at the volatile ones
  private DraftName name;
  private Path path;
  private boolean resumable;
  private boolean over;
  private volatile long mark;
  private volatile boolean spoiled;

  /**
   * @param file open, and of the size that the copy shall have
   * @param nursery where it is
   * @param resumable whether it bears its own name; else that of its attempt
   */
  Draft(RawFile file, DraftName name, Path nursery, boolean resumable) {
    this.file = file;
    this.nursery = nursery;
    this.name = name;
    this.path = nursery.resolve(resumable ? name.text() : name.attempt());
    this.resumable = resumable;
    attempt = name.attempt();
    mark = name.mark();
  }

  /**
   * Tells the bytes of a volume at this moment from those of any later one, for all who do not say
   * that they write: the time of the last change.
   */
  static String stamp(Path volume) throws IOException {
    return Long.toHexString(
        Files.getLastModifiedTime(volume, LinkOption.NOFOLLOW_LINKS).to(TimeUnit.NANOSECONDS));
  }

  /** What is being made. */
  VolumeId id() {
    return Layout.attemptOf(attempt).orElseThrow();
  }

  RawFile file() {
    return file;
  }

  synchronized Path path() {
    return path;
  }

  /** Its name without what changes. */
  String attempt() {
    return attempt;
  }

  /** What lies before is durable, in whichever call it was copied. */
  long mark() {
    return mark;
  }

  /** Cuts off what is not surely there, and gives it its size. */
  void cut(long bytes) throws IOException {
    try (var open = new RandomAccessFile(path().toFile(), "rw")) {
      open.setLength(mark);
      open.setLength(bytes);
    }
  }

  /** All before is durable: whoever goes on may begin there. */
  synchronized void mark(long upTo) throws IOException {
    if (resumable && upTo > mark) {
      move(name.marked(upTo).text());
      name = name.marked(upTo);
      mark = upTo;
    }
  }

  private void move(String to) throws IOException {
    path = Files.move(path, nursery.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What it is a copy of changes from now on: nobody goes on with it but who has it in hand, if
   * anybody. Durable when it returns; what goes wrong is told by the stamp.
   */
  void spoil() {
    if (!spoiled) { // each write asks
      spoilNow();
    }
  }

  private synchronized void spoilNow() {
    if (!resumable) {
      spoiled = true;
      return;
    }
    resumable = false;
    try {
      if (over) {
        Files.deleteIfExists(path);
      } else {
        move(attempt);
      }
      force(nursery);
    } catch (IOException e) {
      warn(path, e);
    }
    spoiled = true; // those who came meanwhile have waited
  }

  /**
   * It is about to get its place by a second name: were the first one left by a crash, it would
   * lead to what is in use.
   */
  synchronized void becomeAttempt() throws IOException {
    if (resumable) {
      resumable = false;
      move(attempt);
    }
  }

  static void force(Path nursery) throws IOException {
    try (var folder = new Folder(nursery)) {
      folder.force();
    }
  }

  static void warn(Path path, IOException e) {
    System.getLogger(Draft.class.getName())
        .log(Level.WARNING, "a half-made copy cannot be thrown away: " + path, e);
  }

  /**
   * The call that makes it ends because of this.
   *
   * @return whether it stays for the next one: when this one was only told to end, and something is
   *     gained
   */
  synchronized boolean stays(Exception why) {
    over = true;
    return resumable
        && mark > 0
        && (why instanceof BackendException || why instanceof ClosedChannelException);
  }

  /**
   * Between the look for a draft and the instant somebody may have written who knew of an earlier
   * copy only. Nobody writes while this is asked.
   *
   * @throws BackendException.Indeterminate when what it has is not what the volume has now
   */
  synchronized void mustBeOf(Path volume) throws IOException, BackendException {
    boolean same =
        mark == 0
            || name.isOf(name.source(), UNCHANGING)
            || name.isOf(name.source(), stamp(volume));
    if (!same) {
      throw new BackendException.Indeterminate(
          "somebody wrote before the copy " + attempt + " was gone on with",
          new IOException(volume + " has changed"));
    }
  }

  /**
   * Whoever opened its volume to write may have thrown it away before it was known here.
   *
   * @throws BackendException.Indeterminate when it is gone
   */
  void mustBeThere() throws BackendException {
    var now = path();
    if (Files.notExists(now, LinkOption.NOFOLLOW_LINKS)) {
      throw new BackendException.Indeterminate(
          "the copy " + attempt + " was thrown away, since somebody writes",
          new IOException("no " + now.getFileName()));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
