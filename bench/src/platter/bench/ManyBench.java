package platter.bench;

import static platter.bench.Numbers.of;

/**
 * Whether a job query stays what it is when there are ten million job records: each query asks for
 * a job chosen at random, against a server that has a thousand. Before that each was asked for
 * once. Rounds of both alternate.
 */
final class ManyBench {
  private static final int FEW = 1_000;
  private static final int CONNECTIONS = 16;
  private static final double MAX_RATIO = 1.3;

  private ManyBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    int many = sizes.mostJobs();
    compare(
        sizes,
        report,
        "SQLite",
        new Side(FilledDatabase.fill(place.data("sqlite-few"), FEW), ""),
        new Side(FilledDatabase.fill(place.data("sqlite-most"), many), ""));
    try (var postgres = Postgres.start(place.data("postgres"))) {
      compare(
          sizes,
          report,
          "PostgreSQL",
          side(place, "few", postgres.database("few"), FEW),
          side(place, "most", postgres.database("most"), many));
    }
  }

  /**
   * @param database empty: the embedded one
   */
  private record Side(FilledDatabase jobs, String database) {
    Child start() throws Exception {
      return database.isEmpty() ? Child.platter(jobs.data()) : Child.platter(jobs.data(), database);
    }
  }

  private static Side side(Place place, String name, String url, int jobs) throws Exception {
    return new Side(FilledDatabase.fill(place.data("postgres-" + name), url, jobs), url);
  }

  private static void compare(Sizes sizes, Report report, String database, Side few, Side most)
      throws Exception {
    try (var small = few.start();
        var large = most.start()) {
      var ofFew = Queries.withToken(few.jobs(), token(small));
      var ofMost = Queries.withToken(most.jobs(), token(large));
      Loop.run(small, ofFew, CONNECTIONS, 0, sizes.warmSeconds());
      askForEach(sizes, report, database, large, ofMost);
      for (int connections : new int[] {1, CONNECTIONS}) {
        var fewMicros = new Numbers();
        var mostMicros = new Numbers();
        for (int round = 0; round < sizes.rounds(); round++) {
          double settle = sizes.settleSeconds();
          var a = Loop.run(small, ofFew, connections, settle, sizes.roundSeconds());
          var b = Loop.run(large, ofMost, connections, settle, sizes.roundSeconds());
          fewMicros.add(1e6 * connections / a.perSecond());
          mostMicros.add(1e6 * connections / b.perSecond());
        }
        var ratio = mostMicros.over(fewMicros);
        report.add(
            of(
                "job query, %s, %,d jobs, %d connections",
                database, most.jobs().jobs(), connections),
            of("%.0f µs", mostMicros.median()),
            of("%.0f µs with %,d jobs", fewMicros.median(), FEW),
            of("%.2f", ratio.median()),
            of("<= %.1f", MAX_RATIO),
            ratio.median() <= MAX_RATIO,
            ratio.spread("%.2f"));
      }
    }
  }

  /** First at random, then each once: what was asked for is answered from memory. */
  private static void askForEach(
      Sizes sizes, Report report, String database, Child server, Queries queries) throws Exception {
    double seconds = sizes.warmSeconds();
    double first = Loop.run(server, queries, CONNECTIONS, 0, seconds).perSecond();
    double took = 0;
    queries.inOrder();
    while (!queries.isThrough()) {
      took += Loop.run(server, queries, CONNECTIONS, 0, 1).seconds();
    }
    report.tell(
        of(
            "job query, %s, the first %.0f s of a server that starts, %d connections",
            database, seconds, CONNECTIONS),
        of("%.0f µs", 1e6 * CONNECTIONS / first),
        of("each asked for once in %.0f s, then %d MiB of memory", took, server.rssMib()));
  }

  private static String token(Child server) throws Exception {
    try (var wire = new Wire(server)) {
      return wire.token();
    }
  }
}
