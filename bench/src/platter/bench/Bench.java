package platter.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** {@code bench/run}: measures what is asked for, one after the other, and prints one table. */
final class Bench {
  private static final List<String> ALL =
      List.of("query", "create", "idle", "start", "jobs", "resume", "many");

  private Bench() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 4 && args[0].equals("compare")) {
      try (var place = Place.temporary()) {
        Compare.run(place, List.of(args).subList(1, args.length));
      }
      return;
    }
    boolean quick = false;
    Set<String> wanted = new LinkedHashSet<>();
    for (var arg : args) {
      if (arg.equals("--quick")) {
        quick = true;
      } else if (ALL.contains(arg)) {
        wanted.add(arg);
      } else {
        System.err.println(
            "usage: bench/run [query|create|idle|start|jobs|resume|many]… [--quick]");
        System.exit(2);
      }
    }
    if (wanted.isEmpty()) {
      wanted.addAll(ALL);
    }
    var sizes = quick ? Sizes.QUICK : Sizes.FULL;
    var report = new Report();
    try (var place = Place.temporary()) {
      for (var name : ALL) {
        if (!wanted.contains(name)) {
          continue;
        }
        System.err.println("— " + name);
        switch (name) {
          case "query" -> QueryBench.run(place, sizes, report);
          case "create" -> CreateBench.run(place, sizes, report);
          case "idle" -> IdleBench.run(place, sizes, report);
          case "start" -> StartBench.run(place, sizes, report);
          case "jobs" -> JobsBench.run(place, sizes, report);
          case "resume" -> ResumeBench.run(place, report);
          case "many" -> ManyBench.run(place, sizes, report);
          default -> throw new IllegalStateException(name);
        }
      }
    } finally {
      System.out.println(report.markdown());
    }
  }
}
