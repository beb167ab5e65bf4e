package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import platter.error.BackendException;

/** The version of the layout, written into the storage so that no other program misreads it. */
final class Format {
  private static final String OURS = "platter-dir 2";
  private static final int MAX_BYTES = 64;

  private Format() {}

  /**
   * Checks the format of a storage, or writes it when the storage is new.
   *
   * @throws BackendException.Corrupt when it is another format, or none beside volumes
   */
  static void checkOrWrite(Layout layout, Folder root, Names names)
      throws IOException, BackendException {
    boolean used = Files.exists(layout.volumes()); // first: who makes it has written the format
    if (Files.exists(layout.format())) {
      check(layout);
    } else if (used) {
      throw new BackendException.Corrupt(
          "storage folder " + layout.root() + " holds volumes but no file 'format': is it ours?");
    } else {
      write(layout, root, names);
    }
  }

  private static void check(Layout layout) throws IOException, BackendException {
    byte[] bytes;
    try (var in = Files.newInputStream(layout.format())) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    var text = new String(bytes, StandardCharsets.UTF_8).strip();
    if (!text.equals(OURS)) {
      throw new BackendException.Corrupt(
          "storage folder %s has the format '%s', this Platter knows only '%s'"
              .formatted(layout.root(), text, OURS));
    }
  }

  /** Durable before the first folder is made, so that folders without a format are not ours. */
  private static void write(Layout layout, Folder root, Names names) throws IOException {
    Path draft = layout.root().resolve(names.next("format.new"));
    Files.deleteIfExists(draft);
    Layout.makeFile(draft);
    try (var file = new RandomAccessFile(draft.toFile(), "rw")) {
      file.write((OURS + "\n").getBytes(StandardCharsets.UTF_8));
      file.getFD().sync();
    }
    Files.move(draft, layout.format(), StandardCopyOption.ATOMIC_MOVE);
    root.force();
  }
}
