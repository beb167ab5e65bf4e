package platter.bench;

import static platter.bench.Numbers.of;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import platter.sign.Signer;

/** From the start of the process to the first answer of a job query. */
final class StartBench {
  private static final double MAX_SECONDS = 1.5;
  private static final String UNKNOWN = "0".repeat(32);

  private StartBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    var many = place.many(sizes);
    var one = FilledDatabase.fill(place.data("one"), 1);
    var fresh = new Kind("a new folder (the answer is 400: no such job)");
    var small = new Kind("an empty database (one job)");
    var large = new Kind(of("%,d jobs", sizes.manyJobs()));
    for (int i = 0; i < sizes.starts(); i++) { // in turn, since the machine is shared
      var folder = place.data("fresh-" + i);
      fresh.start(folder, UNKNOWN, 400);
      Place.remove(folder);
      small.start(one.data(), one.id(0), 200);
      large.start(many.data(), many.id(many.jobs() / 2), 200);
    }
    for (var kind : new Kind[] {fresh, small, large}) {
      kind.tell(report);
    }
  }

  private static final class Kind {
    private final String name;
    private final Numbers seconds = new Numbers();
    private final Numbers cpu = new Numbers();
    private final Numbers rss = new Numbers();

    Kind(String name) {
      this.name = name;
    }

    void start(Path data, String job, int status) throws Exception {
      var headers =
          new Signer(Child.ACCESS, Child.SECRET)
              .sign(
                  "GET",
                  URI.create("http://" + Queries.HOST + path(job)),
                  Map.of(),
                  new byte[0],
                  Instant.now());
      long begin = System.nanoTime();
      try (var server = Child.platter(data);
          var wire = new Wire(server)) {
        var answer = wire.ask("GET", path(job), headers, "");
        seconds.add((System.nanoTime() - begin) / 1e9);
        if (answer.status() != status) {
          throw new IllegalStateException("first answer: " + answer);
        }
        cpu.add(server.cpu().toNanos() / 1e9);
        rss.add(server.rssMib());
      }
    }

    private static String path(String job) {
      return "/v1/" + Child.PROJECT + "/jobs/" + job;
    }

    void tell(Report report) {
      report.add(
          "start to first job query, " + name,
          of("%.2f s", seconds.median()),
          of("%.2f s CPU, RSS %.0f MiB", cpu.median(), rss.median()),
          "",
          of("< %.1f s", MAX_SECONDS),
          seconds.median() < MAX_SECONDS,
          seconds.spread("%.2f"));
    }
  }
}
