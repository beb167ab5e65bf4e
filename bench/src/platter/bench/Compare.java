package platter.bench;

import static platter.bench.Numbers.of;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tries changes: job queries against several builds, or one build with several flags, in
 * alternating rounds. {@code bench/run compare JOBS CONNECTIONS ROUNDS JAR[@FLAG…] …}; each jar
 * with its lib folder beside it.
 */
final class Compare {
  private Compare() {}

  private static final class Variant {
    final String name;
    final Child server;
    final Queries signed;
    final Queries withToken;
    final Numbers rate = new Numbers();
    final Numbers cpu = new Numbers();
    final Numbers ratio = new Numbers();

    Variant(String name, Child server, Queries signed, Queries withToken) {
      this.name = name;
      this.server = server;
      this.signed = signed;
      this.withToken = withToken;
    }
  }

  static void run(Place place, List<String> args) throws Exception {
    int jobs = Integer.parseInt(args.get(0));
    int connections = Integer.parseInt(args.get(1));
    int rounds = Integer.parseInt(args.get(2));
    var filled = FilledDatabase.fill(place.data("compared"), jobs);
    var signed = Queries.signed(filled);
    var variants = new ArrayList<Variant>();
    try {
      for (var arg : args.subList(3, args.size())) {
        var parts = Arrays.asList(arg.split("@"));
        var data = place.data("compared-" + variants.size());
        copy(filled.data(), data);
        var server = Child.platter(data, Path.of(parts.getFirst()), parts.subList(1, parts.size()));
        String token;
        try (var wire = new Wire(server)) {
          token = wire.token();
        }
        variants.add(new Variant(arg, server, signed, Queries.withToken(filled, token)));
      }
      for (var kind : new String[] {"AK/SK", "token"}) {
        for (var variant : variants) {
          Loop.run(variant.server, queries(variant, kind), connections, 0, 10);
        }
        for (int round = 0; round < rounds; round++) {
          double first = 0;
          for (var variant : variants) {
            var count = Loop.run(variant.server, queries(variant, kind), connections, 0.3, 2.5);
            first = first == 0 ? count.cpuMicros() : first;
            variant.rate.add(count.perSecond());
            variant.cpu.add(count.cpuMicros());
            variant.ratio.add(count.cpuMicros() / first);
          }
        }
        for (var variant : variants) {
          System.out.println(
              of(
                  "%s %,d jobs %d connections: %,.0f/s, %.1f µs CPU, of the first %.2f (%s), RSS %d MiB: %s",
                  kind,
                  jobs,
                  connections,
                  variant.rate.median(),
                  variant.cpu.median(),
                  variant.ratio.median(),
                  variant.ratio.spread("%.2f"),
                  variant.server.rssMib(),
                  variant.name));
          variant.rate.clear();
          variant.cpu.clear();
          variant.ratio.clear();
        }
      }
    } finally {
      variants.forEach(variant -> variant.server.close());
    }
  }

  private static Queries queries(Variant variant, String kind) {
    return kind.equals("token") ? variant.withToken : variant.signed;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (var name : List.of("platter.db", "account.json")) {
      Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
