package platter.bench;

import static platter.bench.Numbers.of;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import platter.db.Databases;
import platter.db.SqliteDatabase;

/**
 * Jobs that do nothing, through whole engines: Platter's, db-scheduler, JobRunr; and the bare loop
 * that no engine can beat. The rounds of all alternate, and a ratio is of two of the same round.
 */
final class JobsBench {
  private static final double MIN_OF_DB_SCHEDULER = 6;
  private static final double MIN_OF_BARE = 0.5;
  private static final double MAX_OF_TWO_COMMITS = 1.5;
  private static final int WARM_ROUNDS = 3; // the compiler needs as long for each of them
  private static final Logger JOBRUNR =
      Logger.getLogger("org.jobrunr"); // kept: else it is forgotten

  /** Both that are compared run on this database, or on a file of it. */
  private record Pair(String database, RawLoop bare, PlatterJobs single, PlatterJobs batched) {}

  private JobsBench() {}

  static void run(Place place, Sizes sizes, Report report) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING); // the engines run in this process
    JOBRUNR.setLevel(Level.SEVERE); // it warns that this machine is slow
    var folder = Files.createDirectories(place.data("jobs"));
    var opened = new ArrayList<Contender>();
    try (var postgres = Postgres.start(folder.resolve("postgres"))) {
      try {
        var ofSingle = add(opened, new DbScheduler(pool(postgres, "dbscheduler1"), false));
        var ofBatches = add(opened, new DbScheduler(pool(postgres, "dbscheduler"), true));
        var jobRunr = add(opened, new JobRunrJobs(pool(postgres, "jobrunr")));
        var sqlite =
            new Pair(
                "SQLite",
                add(opened, RawLoop.sqlite(folder.resolve("bare.db"))),
                add(opened, onSqlite(folder.resolve("single.db"), false)),
                add(opened, onSqlite(folder.resolve("batched.db"), true)));
        var barePostgres = add(opened, RawLoop.postgres(pool(postgres, "bare")));
        var onPostgres =
            new Pair(
                "PostgreSQL",
                barePostgres,
                add(opened, onPostgres(postgres, "single", false)),
                add(opened, onPostgres(postgres, "batched", true)));
        var pairs = List.of(sqlite, onPostgres);
        var rates = rounds(opened, sizes);
        for (var other : List.of(ofSingle, ofBatches, jobRunr, sqlite.bare, barePostgres)) {
          var rate = rates.get(other);
          report.tell(
              of("%,d jobs that do nothing: %s", sizes.jobs(), other.name()),
              of("%,.0f jobs/s", rate.median()),
              rate.spread("%.0f"));
        }
        for (var pair : pairs) {
          for (var platter : List.of(pair.single, pair.batched)) {
            boolean same = !pair.database.equals("SQLite"); // the same database as db-scheduler's
            var alike = platter == pair.single ? ofSingle : ofBatches;
            compare(report, rates, platter, alike, same ? MIN_OF_DB_SCHEDULER : 0);
            compare(report, rates, platter, jobRunr, 0);
            compare(report, rates, platter, pair.bare, MIN_OF_BARE);
          }
          idle(report, sizes, pair);
        }
      } finally {
        opened.reversed().forEach(Contender::close);
      }
    }
  }

  private static <C extends Contender> C add(List<Contender> opened, C contender) {
    opened.add(contender);
    return contender;
  }

  private static HikariDataSource pool(Postgres postgres, String name) throws Exception {
    return Postgres.pool(postgres.database(name));
  }

  private static PlatterJobs onSqlite(Path file, boolean batches) {
    return new PlatterJobs("SQLite", SqliteDatabase.open(file), batches);
  }

  private static PlatterJobs onPostgres(Postgres postgres, String name, boolean batches)
      throws Exception {
    var place = platter.db.Place.of(postgres.database(name), "", "");
    return new PlatterJobs(
        "PostgreSQL", Databases.open(place, Path.of(""), Duration.ofSeconds(5)), batches);
  }

  private static Map<Contender, Numbers> rounds(List<Contender> all, Sizes sizes) throws Exception {
    var rates = new LinkedHashMap<Contender, Numbers>();
    for (var one : all) {
      for (int round = 0; round < WARM_ROUNDS; round++) {
        one.run(sizes.jobs());
      }
      rates.put(one, new Numbers());
    }
    for (int round = 0; round < sizes.jobRounds(); round++) {
      for (var one : all) {
        double rate = one.run(sizes.jobs());
        System.err.printf("  %s: %,.0f jobs/s%n", one.name(), rate);
        rates.get(one).add(rate);
      }
    }
    return rates;
  }

  /**
   * One line.
   *
   * @param target 0 is none
   */
  private static void compare(
      Report report,
      Map<Contender, Numbers> rates,
      Contender platter,
      Contender other,
      double target) {
    var ratio = rates.get(platter).over(rates.get(other));
    var what = "jobs that do nothing: " + platter.name() + " : " + other.name();
    var value = of("%,.0f jobs/s", rates.get(platter).median());
    var beside = of("%,.0f jobs/s", rates.get(other).median());
    var times = of("%.2f", ratio.median());
    if (target == 0) {
      report.tell(what, value + " : " + beside + " = " + times, ratio.spread("%.2f"));
    } else {
      report.add(
          what,
          value,
          beside,
          times,
          of(">= %.1f", target),
          ratio.median() >= target,
          ratio.spread("%.2f"));
    }
  }

  private static void idle(Report report, Sizes sizes, Pair pair) throws Exception {
    var commits = new Numbers();
    var job = new Numbers();
    var ratio = new Numbers();
    for (int round = 0; round <= sizes.jobRounds(); round++) {
      var commitsNow = new Numbers();
      var jobNow = new Numbers();
      pair.bare.twoCommits(sizes.idleJobs(), commitsNow, commits);
      pair.single.oneByOne(sizes.idleJobs(), jobNow, job);
      if (round == 0) { // to warm up
        commits.clear();
        job.clear();
      } else {
        ratio.add(jobNow.median() / commitsNow.median());
      }
    }
    report.add(
        "one job that does nothing, idle, " + pair.database + ": call to end, median",
        of("%.2f ms", job.median()),
        of("%.2f ms for two commits", commits.median()),
        of("%.2f", ratio.median()),
        of("<= %.1f", MAX_OF_TWO_COMMITS),
        ratio.median() <= MAX_OF_TWO_COMMITS,
        ratio.spread("%.2f"));
  }
}
