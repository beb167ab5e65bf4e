package platter.bench;

import static platter.bench.Numbers.of;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLongArray;

/** Creates under load: accepted, done with real files, and seen as SUCCESS. */
final class CreateBench {
  private static final int CONNECTIONS = 32;

  /** Jobs that a connection lets run before it waits for its oldest. */
  private static final int WINDOW = 16;

  private static final long POLL_MILLIS = 10;
  private static final long BATCH_POLL_MILLIS = 5;
  private static final int WARM_SECONDS = 10;
  private static final int BUCKET_SECONDS = 5;
  private static final int RAW_ROUNDS = 3;
  private static final double MIN_VOLUMES = 1000;
  private static final double MAX_BATCH_MILLIS = 20;

  private CreateBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    var data = place.data("create");
    // Nothing is removed before the end: where deletions were, ext4 looks long for a free inode.
    try (var server = Child.platter(data)) {
      sustained(server, sizes, report);
    }
    batches(place.data("batches"), sizes, report);
    var raw = new Numbers();
    var rawForced = new Numbers();
    for (int round = 0; round < RAW_ROUNDS; round++) {
      raw.add(RawFiles.perSecond(place.data("raw-" + round), sizes.rawSeconds(), false));
      rawForced.add(RawFiles.perSecond(place.data("forced-" + round), sizes.rawSeconds(), true));
    }
    report.tell(
        "raw: create + fsync + rename, 16 threads",
        of("%,.0f files/s", raw.median()),
        raw.spread("%.0f"));
    report.tell(
        "raw: the same + fsync of the folder, as a durable volume needs",
        of("%,.0f files/s", rawForced.median()),
        rawForced.spread("%.0f"));
  }

  private static void sustained(Child server, Sizes sizes, Report report) throws Exception {
    var creates = new Creates(server, 1);
    int seconds = WARM_SECONDS + sizes.createSeconds();
    var done = new AtomicLongArray(seconds + 120);
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var all = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(
            () -> {
              creator(server, creates, start, end, done);
              return true;
            });
      }
      var cpu = new double[2];
      var watch =
          threadAt(start + WARM_SECONDS * 1_000_000_000L, () -> cpu[0] = server.cpu().toNanos());
      for (var result : threads.invokeAll(all)) {
        result.get(); // throws what went wrong
      }
      watch.join();
      cpu[1] = server.cpu().toNanos();
      var rates = new Numbers();
      long total = 0;
      for (int second = WARM_SECONDS; second < seconds; second += BUCKET_SECONDS) {
        long some = 0;
        for (int i = 0; i < BUCKET_SECONDS; i++) {
          some += done.get(second + i);
        }
        total += some;
        rates.add((double) some / BUCKET_SECONDS);
      }
      double rate = (double) total / (seconds - WARM_SECONDS);
      report.add(
          of(
              "createVolume over HTTP to SUCCESS, %d s, %d connections",
              sizes.createSeconds(), CONNECTIONS),
          of("%,.0f volumes/s", rate),
          of("%.0f µs server CPU each", (cpu[1] - cpu[0]) / 1e3 / total),
          "",
          of(">= %,.0f", MIN_VOLUMES),
          rate >= MIN_VOLUMES,
          rates.spread("%.0f") + " of " + BUCKET_SECONDS + " s");
    }
  }

  private static Thread threadAt(long nanos, Runnable then) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(Math.max(0, (nanos - System.nanoTime()) / 1_000_000));
                then.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static void creator(
      Child server, Creates creates, long start, long end, AtomicLongArray done) throws Exception {
    var running = new ArrayDeque<byte[]>();
    try (var wire = new Wire(server)) {
      while (true) {
        boolean more = System.nanoTime() < end;
        if (more && running.size() < WINDOW) {
          running.add(creates.query(creates.post(wire)));
          continue;
        }
        var oldest = running.poll();
        if (oldest == null) {
          return;
        }
        Creates.await(wire, oldest, POLL_MILLIS);
        int second = (int) ((System.nanoTime() - start) / 1_000_000_000L);
        done.incrementAndGet(Math.min(second, done.length() - 1));
      }
    }
  }

  private static void batches(Path data, Sizes sizes, Report report) throws Exception {
    try (var server = Child.platter(data);
        var wire = new Wire(server)) {
      var creates = new Creates(server, 100);
      var accepted = new Numbers();
      var ended = new Numbers();
      int warm = sizes.batches() / 5;
      for (int i = -warm; i < sizes.batches(); i++) {
        long begin = System.nanoTime();
        var job = creates.post(wire);
        double millis = (System.nanoTime() - begin) / 1e6;
        Creates.await(wire, creates.query(job), BATCH_POLL_MILLIS);
        if (i >= 0) {
          accepted.add(millis);
          ended.add((System.nanoTime() - begin) / 1e6);
        }
      }
      report.add(
          "batch of 100, POST to 202, median",
          of("%.1f ms", accepted.median()),
          of("p99 %.1f ms", accepted.quantile(0.99)),
          "",
          of("< %.0f ms", MAX_BATCH_MILLIS),
          accepted.median() < MAX_BATCH_MILLIS,
          accepted.spread("%.1f"));
      report.tell(
          "batch of 100, POST to SUCCESS, median",
          of("%.0f ms", ended.median()),
          ended.spread("%.0f"));
    }
  }
}
