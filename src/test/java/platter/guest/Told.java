package platter.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a load told the outside as done, line by line, and what must therefore be there after its
 * machine lost its power. A line that begins with {@code wish} was told before the call: that may
 * have been done or not.
 */
final class Told {
  static final int BLOCKS = 64;

  /** In a block whose parts are of different writes. */
  static final long TORN = -1;

  /** What a volume is shown as. */
  record Shown(String status, int gib) {}

  /** What is there. */
  interface World {
    /** The status in which a job ended, after it was waited for; empty when nobody knows it. */
    Optional<String> ended(String job);

    Optional<Shown> volume(String id);

    boolean isAttached(String attachment);

    /** The number in each block of a volume, 0 where nothing was written, or {@link #TORN}. */
    long[] blocks(String volume, String attachment);
  }

  /**
   * A job that was accepted.
   *
   * @param status once it was seen to have ended
   */
  private record Job(String kind, List<String> volumes, Optional<String> status) {}

  private static final class Volume {
    int gib;
    int wishedGib;
    boolean wishedGone;
    boolean wishedAttached;
    Optional<String> deletedBy = Optional.empty();

    /** Of each block, the least number that it may hold. */
    final long[] least = new long[BLOCKS];

    long flushed;
  }

  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final Map<String, Volume> volumes = new LinkedHashMap<>();
  private final Map<String, String> attached = new LinkedHashMap<>();
  private final Set<String> wishedDetached = new HashSet<>();
  private final Set<String> detached = new HashSet<>();
  private long unsynced;

  private Told() {}

  /** The last line may be cut off, and is nothing then. */
  static Told of(String text) {
    var told = new Told();
    var whole = text.substring(0, text.lastIndexOf('\n') + 1);
    whole.replace("\r", "").lines().forEach(line -> told.line(line.split(" ")));
    return told;
  }

  private void line(String... words) {
    switch (words[0]) {
      case "accepted" -> accepted(words[1], words[2], words[3], Integer.parseInt(words[4]));
      case "ended" ->
          jobs.computeIfPresent(
              words[1], (_, job) -> new Job(job.kind, job.volumes, Optional.of(words[2])));
      case "wish" -> wish(words[1], words[2], Integer.parseInt(words[3]));
      case "attached" -> attached(words[1], words[2]);
      case "detached" -> detached.add(words[1]);
      case "flushed" -> flushed(words[1], Long.parseLong(words[2]));
      case "through" -> through(words[1], Long.parseLong(words[2]));
      case "unsynced" -> unsynced = Long.parseLong(words[1]);
      default -> {} // for people
    }
  }

  private void accepted(String job, String kind, String ids, int gib) {
    var all = List.of(ids.split(","));
    jobs.put(job, new Job(kind, all, Optional.empty()));
    for (var id : all) {
      var volume = volumes.computeIfAbsent(id, _ -> new Volume());
      if (kind.equals("delete")) {
        volume.deletedBy = Optional.of(job);
      } else {
        volume.gib = gib;
        volume.wishedGib = gib;
      }
    }
  }

  private void attached(String attachment, String id) {
    attached.put(attachment, id);
    volume(id).wishedAttached = false;
  }

  private void wish(String what, String id, int gib) {
    switch (what) {
      case "extend" -> volume(id).wishedGib = gib;
      case "delete" -> volume(id).wishedGone = true;
      case "attach" -> volume(id).wishedAttached = true;
      case "detach" -> wishedDetached.add(id);
      default -> throw new IllegalArgumentException("a wish to " + what);
    }
  }

  private Volume volume(String id) {
    return volumes.computeIfAbsent(id, _ -> new Volume());
  }

  /** All numbers up to that one are durable; each is in the block that it names. */
  private void flushed(String id, long number) {
    var volume = volume(id);
    for (long one = Math.max(volume.flushed, number - BLOCKS) + 1; one <= number; one++) {
      through(id, one);
    }
    volume.flushed = number;
  }

  /** This number is durable. */
  private void through(String id, long number) {
    var least = volume(id).least;
    int block = block(number);
    least[block] = Math.max(least[block], number);
  }

  /** Where a number is written. */
  static int block(long number) {
    return (int) (number % BLOCKS);
  }

  /** How long the file was told to be that nothing made durable. */
  long unsynced() {
    return unsynced;
  }

  /** How much was told, for people. */
  String summary() {
    long ended = jobs.values().stream().filter(job -> job.status.isPresent()).count();
    long blocks =
        volumes.values().stream()
            .mapToLong(volume -> Arrays.stream(volume.least).filter(n -> n > 0).count())
            .sum();
    return "%d jobs accepted, %d seen to end, %d volumes, %d attachments, %d durable blocks"
        .formatted(jobs.size(), ended, volumes.size(), attached.size(), blocks);
  }

  /** The volumes that are there for sure, and their attachments where they have one. */
  Map<String, Optional<String>> left() {
    var left = new HashMap<String, Optional<String>>();
    volumes.forEach(
        (id, volume) -> {
          if (!volume.wishedGone && !volume.wishedAttached) {
            left.put(id, Optional.empty());
          }
        });
    attached.forEach(
        (attachment, volume) -> {
          if (wishedDetached.contains(attachment) && !detached.contains(attachment)) {
            left.remove(volume); // who knows
          } else if (!detached.contains(attachment)) {
            left.replace(volume, Optional.of(attachment));
          }
        });
    return left;
  }

  /** The highest number that was told of a volume. */
  long highest(String id) {
    return Arrays.stream(volume(id).least).max().orElse(0);
  }

  /** What is missing, or other than it was told; a sentence for each. */
  List<String> differences(World world) {
    var found = new ArrayList<String>();
    jobs.forEach((id, job) -> of(id, job, world, found));
    volumes.forEach((id, volume) -> of(id, volume, world, found));
    attached.forEach((id, volume) -> of(id, volume, world, found));
    return found;
  }

  private static void of(String id, Job job, World world, List<String> found) {
    var was = "job %s (%s of %s)".formatted(id, job.kind, job.volumes);
    var ended = world.ended(id);
    if (ended.isEmpty()) {
      found.add(was + " was accepted and is unknown now");
    } else if (!ended.get().equals(job.status.orElse("SUCCESS"))) {
      found.add(was + " was " + job.status.orElse("accepted") + " and is " + ended.get());
    }
  }

  private static void of(String id, Volume volume, World world, List<String> found) {
    var shown = world.volume(id);
    var is = "volume " + id + " is " + shown;
    if (volume.deletedBy.isPresent()) {
      if (shown.isPresent()) {
        found.add(is + " and was deleted");
      }
    } else if (shown.isEmpty()) {
      if (!volume.wishedGone) {
        found.add("volume " + id + " is gone");
      }
    } else if (shown.get().gib() != volume.gib && shown.get().gib() != volume.wishedGib) {
      found.add(is + " and was " + volume.gib + " GiB");
    } else if (!volume.wishedGone && !mayBe(volume, shown.get().status())) {
      found.add(is);
    }
  }

  private static boolean mayBe(Volume volume, String status) {
    return switch (status) {
      case "available", "in-use" -> true;
      case "reserved", "attaching" -> volume.wishedAttached; // nobody has said that it is complete
      default -> false;
    };
  }

  private void of(String attachment, String id, World world, List<String> found) {
    boolean there = world.isAttached(attachment);
    var is = "attachment " + attachment + " of volume " + id;
    if (detached.contains(attachment)) {
      if (there) {
        found.add(is + " is there and was detached");
      }
    } else if (!there) {
      if (!wishedDetached.contains(attachment)) {
        found.add(is + " is gone");
      }
    } else {
      blocks(id, world.blocks(id, attachment), found);
    }
  }

  private void blocks(String id, long[] numbers, List<String> found) {
    var least = volume(id).least;
    for (int block = 0; block < BLOCKS; block++) {
      long number = numbers[block];
      if (number < least[block] || (number > 0 && block(number) != block)) {
        found.add(
            "block %d of volume %s holds %d and was %d".formatted(block, id, number, least[block]));
      }
    }
  }
}
