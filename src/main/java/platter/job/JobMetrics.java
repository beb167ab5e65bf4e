package platter.job;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import platter.job.JobState.Succeeded;
import platter.metric.Histogram;
import platter.metric.Metrics;
import platter.metric.Text;

/** The jobs of this node in numbers. */
final class JobMetrics implements Metrics.Source {
  private static final String UNFINISHED = "platter_jobs_unfinished";
  private static final String ENDED = "platter_jobs_ended_total";
  private static final String SECONDS = "platter_job_seconds";

  /** Those of one type that have ended. */
  private static final class Ended {
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final Histogram seconds =
        Histogram.ofSeconds(
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
            1800);
  }

  /** What is counted together. */
  private record Kind(String type, String status) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int byType = type.compareTo(other.type);
      return byType == 0 ? status.compareTo(other.status) : byType;
    }
  }

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LiveJobs live;
  private final Map<String, Ended> byType = new ConcurrentHashMap<>();

  JobMetrics(LiveJobs live) {
    this.live = live;
  }

  /** Its end is written. */
  void ended(Job job) {
    var known = byType.get(job.type());
    var ended = known == null ? byType.computeIfAbsent(job.type(), _ -> new Ended()) : known;
    (job.state() instanceof Succeeded ? ended.succeeded : ended.failed).increment();
    ended.seconds.add((job.endMillis() - job.beginMillis()) * NANOS_PER_MILLI);
  }

  @Override
  public void tell(Text text) {
    var unfinished = new TreeMap<Kind, Integer>();
    for (var one : live.all()) {
      var job = one.job();
      if (!(job.state() instanceof JobState.Ended)) {
        unfinished.merge(new Kind(job.type(), job.state().wireName()), 1, Integer::sum);
      }
    }
    text.gauges(UNFINISHED, "Jobs of this node that have not ended, sub-jobs too.");
    unfinished.forEach(
        (kind, count) -> text.sample(UNFINISHED, count, "type", kind.type, "status", kind.status));
    text.counters(ENDED, "Jobs that this node has ended, sub-jobs too.");
    var types = new TreeMap<>(byType);
    types.forEach(
        (type, ended) -> {
          text.sample(ENDED, ended.succeeded.sum(), "type", type, "status", "SUCCESS");
          text.sample(ENDED, ended.failed.sum(), "type", type, "status", "FAIL");
        });
    text.histograms(SECONDS, "Time from a job's acceptance to its end.");
    types.forEach((type, ended) -> text.histogram(SECONDS, ended.seconds, "type", type));
  }
}
