package platter.driver.dir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.SnapshotFact;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** Reads all that lies in a storage. Names decide what is ours, and only plain files are. */
final class Listing {
  private final Layout layout;
  private final SortedMap<VolumeId, Found> volumes = new TreeMap<>();
  private final List<Found> retired = new ArrayList<>();
  private final List<Found> drafts = new ArrayList<>();
  private final List<Found> halfMade = new ArrayList<>();
  private final List<Found> foreign = new ArrayList<>();

  private Listing(Layout layout) {
    this.layout = layout;
  }

  static List<Found> of(Layout layout) throws IOException {
    var listing = new Listing(layout);
    for (var folder : sorted(layout.volumes())) {
      listing.readFan(folder);
    }
    // after the volumes: one that is retired meanwhile is told twice, not overlooked
    listing.readTrash();
    listing.readTmp();
    var all = new ArrayList<>(listing.volumes.values());
    all.addAll(listing.retired);
    all.addAll(listing.drafts);
    all.addAll(listing.halfMade);
    all.addAll(listing.foreign);
    return Collections.unmodifiableList(all);
  }

  private void readFan(Path folder) throws IOException {
    var name = name(folder);
    if (!Layout.isFan(name) || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      foreign.add(layout.foreign(folder));
      return;
    }
    for (var file : sorted(folder)) {
      var id = Layout.volumeOf(name, name(file));
      if (id.isEmpty()) {
        foreign.add(layout.foreign(file));
      } else {
        readVolume(id.get(), file);
      }
    }
  }

  private void readVolume(VolumeId id, Path file) throws IOException {
    var attributes = attributes(file);
    if (attributes.isEmpty()) {
      return; // retired a moment ago
    }
    if (attributes.get().isRegularFile()) {
      long size = attributes.get().size();
      volumes.put(id, found(id, size, UsedBytes.of(file, size)));
    } else {
      foreign.add(layout.foreign(file));
    }
  }

  private Found found(VolumeId id, long bytes, long usedBytes) {
    return layout.isOfSnapshots()
        ? new Found.OfSnapshot(new SnapshotFact(new SnapshotId(id.text()), bytes, usedBytes))
        : new Found.OfVolume(new Fact(id, bytes, usedBytes));
  }

  private Found retired(VolumeId id, Path file) {
    return layout.isOfSnapshots()
        ? new Found.RetiredSnapshot(new SnapshotId(id.text()), layout.name(file))
        : new Found.Retired(id, layout.name(file));
  }

  private Found draft(VolumeId id, Path file) {
    return layout.isOfSnapshots()
        ? new Found.DraftOfSnapshot(new SnapshotId(id.text()), layout.name(file))
        : new Found.DraftOfVolume(id, layout.name(file));
  }

  private void readTrash() throws IOException {
    for (var file : sorted(layout.trash())) {
      var id = Layout.attemptOf(name(file));
      var attributes = attributes(file);
      if (id.isPresent() && attributes.map(a -> a.isRegularFile()).orElse(true)) {
        retired.add(retired(id.get(), file));
      } else if (attributes.isPresent()) {
        foreign.add(layout.foreign(file));
      }
    }
  }

  private void readTmp() throws IOException {
    var nurseries = layout.nurseries();
    for (var path : sorted(layout.tmp())) {
      if (nurseries.contains(path) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        readNursery(path);
      } else {
        foreign.add(layout.foreign(path));
      }
    }
  }

  private void readNursery(Path folder) throws IOException {
    for (var file : sorted(folder)) {
      var attributes = attributes(file);
      boolean plain = attributes.map(a -> a.isRegularFile()).orElse(true);
      var out = Layout.outOf(name(file));
      var draft = DraftName.of(name(file)).map(DraftName::id);
      if (out.isPresent() && plain) {
        retired.add(retired(out.get(), file));
      } else if (draft.isPresent() && plain) {
        drafts.add(draft(draft.get(), file));
      } else if (plain && Layout.attemptOf(name(file)).isPresent()) {
        attributes.ifPresent(_ -> halfMade.add(new Found.HalfMade(layout.name(file))));
      } else if (attributes.isPresent()) {
        foreign.add(layout.foreign(file));
      }
    }
  }

  private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
    try {
      return Optional.of(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /** What a folder holds, by name. */
  static List<Path> sorted(Path folder) throws IOException {
    var paths = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(folder)) {
      files.forEach(paths::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(paths);
    return paths;
  }
}
