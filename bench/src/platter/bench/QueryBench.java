package platter.bench;

import static platter.bench.Numbers.of;

import java.util.Map;

/**
 * The hottest call: a job query, with authentication, against the HTTP library alone. Rounds of
 * both alternate, and each ratio is of two rounds that followed each other, since the machine is
 * shared.
 */
final class QueryBench {
  private static final int FEW_JOBS = 100;
  private static final int[] CONNECTIONS = {16, 64};
  private static final double MAX_CPU_RATIO = 1.5;
  private static final double MIN_RATE_RATIO = 0.65;

  private QueryBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    var few = FilledDatabase.fill(place.data("few"), FEW_JOBS);
    var many = place.many(sizes);
    for (var jobs : new FilledDatabase[] {few, many}) {
      try (var platter = Child.platter(jobs.data())) {
        String token;
        int bodyBytes;
        try (var wire = new Wire(platter)) {
          token = wire.token();
          var path = "/v1/" + Child.PROJECT + "/jobs/" + jobs.id(jobs.jobs() / 2);
          bodyBytes = wire.ask("GET", path, Map.of("X-Auth-Token", token), "").body().length();
        }
        try (var fixed = Child.fixed(bodyBytes, place.data("fixed.log"))) {
          measure(sizes, report, jobs, "AK/SK", Queries.signed(jobs), fixed, platter);
          measure(sizes, report, jobs, "token", Queries.withToken(jobs, token), fixed, platter);
        }
      }
    }
  }

  private static void measure(
      Sizes sizes,
      Report report,
      FilledDatabase jobs,
      String credential,
      Queries queries,
      Child fixed,
      Child platter)
      throws Exception {
    Loop.run(fixed, queries, 32, 0, sizes.warmSeconds());
    Loop.run(platter, queries, 32, 0, sizes.warmSeconds());
    for (int connections : CONNECTIONS) {
      var fixedRate = new Numbers();
      var rate = new Numbers();
      var rateRatio = new Numbers();
      var fixedCpu = new Numbers();
      var cpu = new Numbers();
      var cpuRatio = new Numbers();
      var client = new Numbers();
      for (int round = 0; round < sizes.rounds(); round++) {
        var a = Loop.run(fixed, queries, connections, sizes.settleSeconds(), sizes.roundSeconds());
        var b =
            Loop.run(platter, queries, connections, sizes.settleSeconds(), sizes.roundSeconds());
        fixedRate.add(a.perSecond());
        rate.add(b.perSecond());
        rateRatio.add(b.perSecond() / a.perSecond());
        fixedCpu.add(a.cpuMicros());
        cpu.add(b.cpuMicros());
        cpuRatio.add(b.cpuMicros() / a.cpuMicros());
        client.add(b.clientCpuMicros());
      }
      var what =
          of("job query, %s, %,d jobs, %d connections: ", credential, jobs.jobs(), connections);
      report.add(
          what + "requests/s",
          of("%,.0f", rate.median()),
          of("%,.0f fixed bytes", fixedRate.median()),
          of("%.2f", rateRatio.median()),
          of(">= %.2f", MIN_RATE_RATIO),
          rateRatio.median() >= MIN_RATE_RATIO,
          rateRatio.spread("%.2f"));
      report.add(
          what + "server CPU",
          of("%.1f µs", cpu.median()),
          of("%.1f µs (client %.1f)", fixedCpu.median(), client.median()),
          of("%.2f", cpuRatio.median()),
          of("<= %.2f", MAX_CPU_RATIO),
          cpuRatio.median() <= MAX_CPU_RATIO,
          cpuRatio.spread("%.2f"));
    }
  }
}
