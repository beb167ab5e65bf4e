package platter.driver.rbd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import platter.driver.Fact;
import platter.driver.Found;
import platter.driver.SnapshotFact;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/** Reads all that lies in a pool. Each image has to be opened, so several are at once. */
final class Listing {
  private static final int AT_ONCE = 8;

  private final Pool pool;
  private final Images images;
  private final SortedMap<VolumeId, Found> volumes = new TreeMap<>();
  private final SortedMap<SnapshotId, Found> snapshots = new TreeMap<>();
  private final SortedSet<String> halfMade = new TreeSet<>();
  private final SortedSet<String> foreign = new TreeSet<>();

  private Listing(Pool pool, Images images) {
    this.pool = pool;
    this.images = images;
  }

  static List<Found> of(Pool pool, Images images) throws CephException {
    var listing = new Listing(pool, images);
    var names = listing.names();
    listing.read(names);
    // one that was reverted meanwhile had no name for a moment
    var later = listing.names();
    later.removeAll(names);
    listing.read(later);
    listing.readForeignAgain();
    return listing.all();
  }

  private SortedSet<String> names() throws CephException {
    var names = new TreeSet<String>();
    for (var entry : pool.list()) {
      names.add(entry.name());
    }
    return names;
  }

  private void read(SortedSet<String> names) throws CephException {
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().factory())) {
      var running = new ArrayList<Future<Optional<Found>>>();
      for (var name : names) {
        running.add(threads.submit(() -> found(name)));
      }
      for (var each : running) {
        result(each).ifPresent(this::add);
      }
    }
  }

  private static <T> T result(Future<T> future) throws CephException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CephException ceph) {
        throw ceph;
      }
      throw new IllegalStateException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void add(Found found) {
    switch (found) {
      case Found.OfVolume(var fact) -> volumes.put(fact.id(), found);
      case Found.OfSnapshot(var fact) -> snapshots.put(fact.id(), found);
      case Found.HalfMade(var name) -> halfMade.add(name);
      case Found.Foreign(var name) -> foreign.add(name);
      case Found.Retired _,
          Found.RetiredSnapshot _,
          Found.DraftOfVolume _,
          Found.DraftOfSnapshot _ ->
          throw new IllegalStateException();
    }
  }

  private Optional<Found> found(String name) throws CephException {
    var volume = Names.volume(name);
    if (volume.isPresent()) {
      var id = volume.get();
      return found(
          name,
          Mark.owner(id),
          whole -> new Found.OfVolume(new Fact(id, whole.bytes(), whole.used())));
    }
    var snapshot = Names.snapshot(name);
    if (snapshot.isPresent()) {
      var id = snapshot.get();
      return found(
          name,
          Mark.owner(id),
          whole -> new Found.OfSnapshot(new SnapshotFact(id, whole.bytes(), whole.used())));
    }
    return Optional.of(
        Names.reverted(name).isPresent() ? new Found.HalfMade(name) : new Found.Foreign(name));
  }

  private Optional<Found> found(
      String name, String owner, java.util.function.Function<Images.Look.Whole, Found> whole)
      throws CephException {
    return switch (images.look(name, owner, true)) {
      case Images.Look.None _ -> Optional.empty();
      case Images.Look.Whole found -> Optional.of(whole.apply(found));
      case Images.Look.Half(boolean ours) ->
          Optional.of(ours ? new Found.HalfMade(name) : new Found.Foreign(name));
    };
  }

  /** One that has our form of a name and is not whole is probably being made. */
  private void readForeignAgain() throws CephException {
    var unsure = new TreeSet<String>();
    for (var name : foreign) {
      if (Names.volume(name).isPresent() || Names.snapshot(name).isPresent()) {
        unsure.add(name);
      }
    }
    unsure.addAll(halfMade);
    foreign.removeAll(unsure);
    halfMade.clear();
    read(unsure);
  }

  private List<Found> all() throws CephException {
    var retired = new ArrayList<Found>();
    var retiredSnapshots = new ArrayList<Found>();
    for (var entry : pool.trash()) {
      // what a revert has replaced is no retired volume
      Names.volume(entry.name())
          .filter(id -> !volumes.containsKey(id))
          .ifPresent(id -> retired.add(new Found.Retired(id, entry.id())));
      Names.snapshot(entry.name())
          .filter(id -> !snapshots.containsKey(id))
          .ifPresent(id -> retiredSnapshots.add(new Found.RetiredSnapshot(id, entry.id())));
    }
    var all = new ArrayList<>(volumes.values());
    all.addAll(retired);
    halfMade.forEach(name -> all.add(new Found.HalfMade(name)));
    foreign.forEach(name -> all.add(new Found.Foreign(name)));
    all.addAll(snapshots.values());
    all.addAll(retiredSnapshots);
    return List.copyOf(all);
  }
}
