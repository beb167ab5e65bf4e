package platter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static platter.bench.Numbers.of;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * {@code kill -9} with thousands of jobs outstanding, and a start: how soon they go on, and whether
 * all end, none of them twice.
 */
final class ResumeBench {
  private static final int BATCHES = 160;
  private static final int IN_BATCH = 100;
  private static final int ROUNDS = 3;
  private static final int CALLERS = 16;
  private static final double MAX_SECONDS = 1;

  private ResumeBench() {}

  static void run(Place place, Report report) throws Exception {
    var outstanding = new Numbers();
    var resumed = new Numbers();
    var all = new Numbers();
    for (int round = 0; round < ROUNDS; round++) {
      var data = place.data("resume-" + round);
      var server = Child.platterWith(data, "--jobs-at-once", "1"); // so that they are outstanding
      var creates = new Creates(server, IN_BATCH);
      var jobs = submit(server, creates);
      server.kill();
      var unfinished = unfinished(data);
      outstanding.add(unfinished.size());
      long start = System.nanoTime();
      try (var again = Child.platter(data);
          var wire = new Wire(again)) {
        var first = creates.query(unfinished.getFirst());
        boolean ended = Creates.succeeded(wire, first);
        long firstAnswer = System.nanoTime();
        while (!ended) {
          ended = Creates.succeeded(wire, first);
        }
        resumed.add((System.nanoTime() - firstAnswer) / 1e9);
        var queries = jobs.stream().map(creates::query).toList();
        for (var query : queries) {
          Creates.await(wire, query, 5);
        }
        all.add((System.nanoTime() - start) / 1e9);
        check(wire);
      }
    }
    report.add(
        of("kill -9 with %,.0f jobs outstanding, start: first resumed", outstanding.median()),
        of("%.2f s after the first answer", resumed.median()),
        of("all %,d ended %.1f s after the start", BATCHES * IN_BATCH, all.median()),
        "",
        of("< %.0f s", MAX_SECONDS),
        resumed.median() < MAX_SECONDS,
        resumed.spread("%.2f"));
  }

  private static List<String> submit(Child server, Creates creates) throws Exception {
    var jobs = Collections.synchronizedList(new ArrayList<String>());
    try (var threads = Executors.newFixedThreadPool(CALLERS)) {
      var calls = new ArrayList<Callable<Boolean>>();
      for (int caller = 0; caller < CALLERS; caller++) {
        calls.add(
            () -> {
              try (var wire = new Wire(server)) {
                for (int i = 0; i < BATCHES / CALLERS; i++) {
                  jobs.add(creates.post(wire));
                }
              }
              return true;
            });
      }
      for (var call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    return jobs.stream().sorted().toList();
  }

  /** The sub-jobs that have not ended, in the order in which they are taken. */
  private static List<String> unfinished(Path data) throws Exception {
    var found = new ArrayList<String>();
    try (var db = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("platter.db"));
        var statement = db.createStatement();
        var rows =
            statement.executeQuery(
                "select id from job where end_time is null and parent is not null order by number")) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  /** One volume for each job, one file for each volume: done once. */
  private static void check(Wire wire) throws Exception {
    var headers = Map.of("X-Auth-Token", wire.token());
    var list =
        wire.ask("GET", "/v2/" + Child.PROJECT + "/cloudvolumes/detail?limit=1", headers, "");
    if (!list.body().contains("\"count\":" + BATCHES * IN_BATCH + ",")) {
      throw new IllegalStateException("not one volume for each job: " + list);
    }
    var verified = wire.ask("GET", "/platter/v1/verify", headers, "");
    if (!verified.body().contains("\"differences\":[]")) {
      throw new IllegalStateException(
          "differences: " + new String(verified.body().getBytes(UTF_8), UTF_8));
    }
  }
}
