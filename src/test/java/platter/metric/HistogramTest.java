package platter.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void eachBucketHasWhatIsNotLargerThanItsBound() {
    var histogram = Histogram.ofNumbers(1, 10);
    for (long value : new long[] {0, 1, 2, 10, 11, 1000}) {
      histogram.add(value);
    }
    var metrics = new Metrics();
    metrics.add(
        text -> {
          text.histograms("h", "Of the test.");
          text.histogram("h", histogram, "a", "x\"\\\n");
        });
    assertThat(metrics.text().lines())
        .containsExactly(
            "# HELP h Of the test.",
            "# TYPE h histogram",
            "h_bucket{a=\"x\\\"\\\\\\n\",le=\"1\"} 2",
            "h_bucket{a=\"x\\\"\\\\\\n\",le=\"10\"} 4",
            "h_bucket{a=\"x\\\"\\\\\\n\",le=\"+Inf\"} 6",
            "h_sum{a=\"x\\\"\\\\\\n\"} 1024",
            "h_count{a=\"x\\\"\\\\\\n\"} 6");
  }

  @Test
  void timesAreToldInSeconds() {
    var histogram = Histogram.ofSeconds(0.001, 2.5);
    histogram.add(1_500_000_000);
    var metrics = new Metrics();
    metrics.add(text -> text.histogram("t", histogram));
    assertThat(metrics.text().lines())
        .containsExactly(
            "t_bucket{le=\"0.001\"} 0",
            "t_bucket{le=\"2.5\"} 1",
            "t_bucket{le=\"+Inf\"} 1",
            "t_sum 1.5",
            "t_count 1");
  }
}
