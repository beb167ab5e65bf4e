package platter.space;

import platter.db.Database;
import platter.error.DatabaseException;
import platter.metric.Metrics;
import platter.metric.Text;
import platter.quota.Pool;

/** The pool in numbers: what is known of it, without asking the storage. */
final class SpaceMetrics implements Metrics.Source {
  private static final double GIB = 1L << 30;

  private final Database db;
  private final Pool pool;

  SpaceMetrics(Database db, Pool pool) {
    this.db = db;
    this.pool = pool;
  }

  @Override
  public void tell(Text text) {
    pool.room()
        .ifPresent(
            room -> {
              text.gauge(
                  "platter_storage_total_bytes", "What the storage can hold.", room.totalBytes());
              text.gauge(
                  "platter_storage_free_bytes",
                  "What can still be written to it.",
                  room.freeBytes());
              pool.limits()
                  .mayProvisionBytes(room.totalBytes())
                  .ifPresent(
                      bytes ->
                          text.gauge(
                              "platter_storage_may_provision_bytes",
                              "How large all volumes may be together.",
                              bytes));
            });
    try {
      text.gauge(
          "platter_storage_provisioned_bytes",
          "How large all volumes are together.",
          db.<Long>lookUp(pool::provisionedGib) * GIB);
    } catch (DatabaseException _) {
      // a number that is not known is not told
    }
  }
}
