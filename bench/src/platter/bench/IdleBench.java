package platter.bench;

import static platter.bench.Numbers.of;

/** One create on a server that does nothing else, watched without a pause. */
final class IdleBench {
  private static final double MAX_MILLIS = 10;
  private static final long PAUSE_MILLIS = 5;

  private IdleBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    var data = place.data("idle");
    try (var server = Child.platter(data);
        var wire = new Wire(server)) {
      var creates = new Creates(server, 1);
      var millis = new Numbers();
      var accepted = new Numbers();
      for (int i = -sizes.idleCreates(); i < sizes.idleCreates(); i++) { // half of it to warm up
        long begin = System.nanoTime();
        var job = creates.post(wire);
        double answered = (System.nanoTime() - begin) / 1e6;
        Creates.await(wire, creates.query(job), 0);
        double ended = (System.nanoTime() - begin) / 1e6;
        if (i >= 0) {
          accepted.add(answered);
          millis.add(ended);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      report.add(
          "one create, idle, POST to SUCCESS seen, median",
          of("%.1f ms", millis.median()),
          of("p99 %.1f ms; 202 after %.1f ms", millis.quantile(0.99), accepted.median()),
          "",
          of("< %.0f ms", MAX_MILLIS),
          millis.median() < MAX_MILLIS,
          millis.spread("%.1f"));
    } finally {
      Place.remove(data);
    }
  }
}
