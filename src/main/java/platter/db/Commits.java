package platter.db;

import platter.metric.Histogram;
import platter.metric.Metrics;
import platter.metric.Text;

/** How many transactions share a commit, and how long it takes to be durable. */
public final class Commits implements Metrics.Source {
  private final Histogram transactions =
      Histogram.ofNumbers(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024);
  private final Histogram seconds =
      Histogram.ofSeconds(
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5);

  void committed(int group, long nanos) {
    transactions.add(group);
    seconds.add(nanos);
  }

  @Override
  public void tell(Text text) {
    text.histograms("platter_db_group_transactions", "Transactions that share one commit.");
    text.histogram("platter_db_group_transactions", transactions);
    text.histograms("platter_db_commit_seconds", "Time of a commit, until it is durable.");
    text.histogram("platter_db_commit_seconds", seconds);
  }
}
