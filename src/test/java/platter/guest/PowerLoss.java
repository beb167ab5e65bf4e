package platter.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import platter.guest.Told.Shown;

/**
 * Runs beside a server in a guest whose power is cut: first checks that all is there that was told
 * before ({@link Told}), then does more of it, and tells each thing at once, until the machine is
 * gone. {@code PowerLoss ENDPOINT PROJECT TOLD UNSYNCED SEED load|check}; what it tells goes to its
 * output, which is a line to the host.
 */
final class PowerLoss {
  private static final int CREATORS = 3;
  private static final int WRITERS = 2;
  private static final int MAX_GIB = 200;
  private static final int FEW = 8;

  /** A machine that is emulated takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private final Calls calls;
  private final Told told;
  private final Path unsynced;
  private final long seed;

  private PowerLoss(Calls calls, Told told, Path unsynced, long seed) {
    this.calls = calls;
    this.told = told;
    this.unsynced = unsynced;
    this.seed = seed;
  }

  public static void main(String... args) throws IOException {
    // the disk that brings it has a whole number of sectors: zeros follow
    var text = Files.readString(Path.of(args[2])).replace("\0", "");
    var run =
        new PowerLoss(
            new Calls(args[0], args[1]), Told.of(text), Path.of(args[3]), Long.parseLong(args[4]));
    if (!run.check()) {
      System.exit(1);
    }
    if (args[5].equals("load")) {
      run.load();
    } else {
      say("done");
    }
  }

  /** One line, in one call to the system. */
  private static synchronized void say(String line) {
    try {
      OUT.write((line + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // checking

  private boolean check() throws IOException {
    waitUntil("the server answers", calls::answers);
    var found = new ArrayList<>(told.differences(new Found()));
    for (var status : List.of("INIT", "RUNNING")) {
      waitUntil("every job ends", () -> !calls.hasJobs("status=" + status));
    }
    if (calls.hasJobs("stuck=true")) {
      found.add("a job is stuck");
    }
    var differs = calls.differences();
    if (!differs.isEmpty()) {
      found.add("platter verify: " + differs);
    }
    found.forEach(one -> say("problem " + one));
    long kept = Files.exists(unsynced) ? Files.size(unsynced) : 0;
    say("lost " + Math.max(0, told.unsynced() - kept) + " of what was not synced");
    say("checked " + told.summary() + ", " + found.size() + " problems");
    return found.isEmpty();
  }

  private interface Question {
    boolean asked() throws IOException;
  }

  private static void waitUntil(String what, Question question) throws IOException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!question.asked()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("waited in vain until " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private final class Found implements Told.World {
    @Override
    public Optional<String> ended(String job) {
      try {
        var last = new String[] {""};
        waitUntil(
            "job " + job + " ends",
            () -> {
              last[0] = calls.job(job).orElse("");
              return !last[0].equals("INIT") && !last[0].equals("RUNNING");
            });
        return Optional.of(last[0]).filter(status -> !status.isEmpty());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Optional<Shown> volume(String id) {
      try {
        return calls.volume(id);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean isAttached(String attachment) {
      try {
        return calls.isAttached(attachment);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long[] blocks(String volume, String attachment) {
      try (var disk = calls.open(attachment)) {
        var numbers = new long[Told.BLOCKS];
        for (int block = 0; block < numbers.length; block++) {
          numbers[block] = disk.read(block);
        }
        return numbers;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // the load

  private void load() throws IOException {
    var random = new Random(seed);
    var mine = new ArrayList<Map<String, Integer>>();
    for (int i = 0; i < CREATORS; i++) {
      mine.add(new HashMap<>());
    }
    var written = new ArrayList<Map.Entry<String, String>>();
    for (var left : told.left().entrySet()) {
      if (left.getValue().isPresent()) {
        written.add(Map.entry(left.getKey(), left.getValue().get()));
      } else {
        calls
            .volume(left.getKey())
            .ifPresent(shown -> mine.get(random.nextInt(CREATORS)).put(left.getKey(), shown.gib()));
      }
    }
    say("load");
    for (var some : mine) {
      var choices = new Random(random.nextLong());
      start(() -> create(some, choices));
    }
    for (int i = 0; i < WRITERS; i++) {
      var choices = new Random(random.nextLong());
      var before = i < written.size() ? Optional.of(written.get(i)) : NOTHING;
      start(() -> write(before, choices));
    }
    start(this::forget);
  }

  private static final Optional<Map.Entry<String, String>> NOTHING = Optional.empty();

  private interface Work {
    void run() throws IOException;
  }

  /** Nothing may fail as long as there is power. */
  private static void start(Work work) {
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                work.run();
              } catch (IOException | RuntimeException e) {
                say("problem " + e.toString().replace('\n', ' '));
              }
            });
  }

  /**
   * Creates, extends and deletes; the end of a job is looked for after some more calls.
   *
   * @param sizes of the volumes nobody else touches, in GiB
   */
  private void create(Map<String, Integer> sizes, Random choices) throws IOException {
    var jobs = new HashMap<String, List<String>>();
    while (true) {
      var free =
          sizes.keySet().stream()
              .filter(id -> jobs.values().stream().noneMatch(ids -> ids.contains(id)))
              .sorted()
              .toList();
      if (free.size() < 2 || (choices.nextInt(4) == 0 && sizes.size() < FEW)) {
        int count = choices.nextInt(3) == 0 ? 2 + choices.nextInt(3) : 1;
        int gib = 10 + choices.nextInt(20);
        var made = calls.create(count, gib);
        say("accepted " + made.job() + " create " + made.volumes() + " " + gib);
        var ids = List.of(made.volumes().split(","));
        jobs.put(made.job(), ids);
        ids.forEach(id -> sizes.put(id, gib));
      } else {
        var id = free.get(choices.nextInt(free.size()));
        int gib = sizes.getOrDefault(id, MAX_GIB) + 1 + choices.nextInt(9);
        if (gib <= MAX_GIB && choices.nextInt(5) > 1) {
          jobs.put(extend(id, gib), List.of(id));
          sizes.put(id, gib);
        } else {
          say("wish delete " + id + " 0");
          var job = calls.delete(id);
          say("accepted " + job + " delete " + id + " 0");
          jobs.put(job, List.of(id));
          sizes.remove(id);
        }
      }
      if (choices.nextInt(3) > 0) {
        lookFor(jobs);
      }
    }
  }

  private String extend(String id, int gib) throws IOException {
    say("wish extend " + id + " " + gib);
    var job = calls.extend(id, gib);
    say("accepted " + job + " extend " + id + " " + gib);
    return job;
  }

  private void lookFor(Map<String, List<String>> jobs) throws IOException {
    for (var job : List.copyOf(jobs.keySet())) {
      var status = calls.job(job).orElse("unknown");
      if (!status.equals("INIT") && !status.equals("RUNNING")) {
        say("ended " + job + " " + status);
        jobs.remove(job);
      }
    }
  }

  private void waitFor(String job) throws IOException {
    var jobs = new HashMap<>(Map.of(job, List.<String>of()));
    waitUntil(
        "job " + job + " ends",
        () -> {
          lookFor(jobs);
          return jobs.isEmpty();
        });
  }

  /** Attaches, writes and flushes, extends meanwhile, detaches and attaches again. */
  private void write(Optional<Map.Entry<String, String>> before, Random choices)
      throws IOException {
    String volume;
    Optional<String> attachment;
    if (before.isPresent()) {
      volume = before.get().getKey();
      attachment = Optional.of(before.get().getValue());
    } else {
      var made = calls.create(1, 10);
      say("accepted " + made.job() + " create " + made.volumes() + " 10");
      waitFor(made.job());
      volume = made.volumes();
      attachment = Optional.empty();
    }
    // what was not told may be there too
    long number = told.highest(volume) + 10L * Told.BLOCKS * Told.BLOCKS;
    while (true) {
      String open = attachment.isPresent() ? attachment.get() : attach(volume);
      number = fill(volume, open, number, choices);
      say("wish detach " + open + " 0");
      calls.detach(open);
      say("detached " + open);
      attachment = Optional.empty();
    }
  }

  private String attach(String volume) throws IOException {
    say("wish attach " + volume + " 0");
    var attachment = calls.attach(volume);
    say("attached " + attachment + " " + volume);
    return attachment;
  }

  private long fill(String volume, String attachment, long number, Random choices)
      throws IOException {
    try (var disk = calls.open(attachment)) {
      for (int batch = 20 + choices.nextInt(40); batch > 0; batch--) {
        if (choices.nextBoolean()) {
          number++;
          disk.write(Told.block(number), number, true);
          say("through " + volume + " " + number);
        }
        for (int i = 1 + choices.nextInt(Told.BLOCKS); i > 0; i--) {
          number++;
          disk.write(Told.block(number), number, false);
        }
        disk.flush();
        say("flushed " + volume + " " + number);
        if (choices.nextInt(10) == 0) {
          int gib = calls.volume(volume).orElseThrow().gib() + 1;
          waitFor(extend(volume, gib));
        }
      }
    }
    return number;
  }

  /** What is lost, for certain: writes that nobody makes durable. */
  private void forget() throws IOException {
    var some = new byte[Disk.BLOCK_BYTES];
    Files.deleteIfExists(unsynced);
    for (long length = some.length; ; length += some.length) {
      Files.write(unsynced, some, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      say("unsynced " + length);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
