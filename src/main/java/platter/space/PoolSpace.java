package platter.space;

import java.time.temporal.ChronoUnit;
import platter.db.Database;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.http.Answer;
import platter.quota.Pool;

/** The JSON of {@code /platter/v1/storage}. */
final class PoolSpace {
  private static final long GIB = 1L << 30;

  private final Database db;
  private final Pool pool;
  private final StorageDriver driver;
  private final Usage usage;

  PoolSpace(Database db, Pool pool, StorageDriver driver, Usage usage) {
    this.db = db;
    this.pool = pool;
    this.driver = driver;
    this.usage = usage;
  }

  Answer show() throws BackendException {
    var capacity = driver.capacity();
    var used = usage.sums();
    long provisioned = db.<Long>read(pool::provisionedGib) * GIB;
    var limits = pool.limits();
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("storage");
          g.writeNumberProperty("total_bytes", capacity.totalBytes());
          g.writeNumberProperty("free_bytes", capacity.freeBytes());
          g.writeNumberProperty("reserved_bytes", limits.reservedBytes(capacity.totalBytes()));
          g.writeNumberProperty("provisioned_bytes", provisioned);
          g.writeName("may_provision_bytes");
          limits
              .mayProvisionBytes(capacity.totalBytes())
              .ifPresentOrElse(bytes -> g.writeNumber(bytes), g::writeNull);
          g.writeName("max_over_subscription_ratio");
          limits.maxOverSubscription().ifPresentOrElse(g::writeNumber, g::writeNull);
          g.writeNumberProperty("storage_reserved_percent", limits.reservedPercent());
          g.writeNumberProperty("volumes", used.volumes());
          g.writeNumberProperty("volumes_used_bytes", used.volumesBytes());
          g.writeNumberProperty("snapshots", used.snapshots());
          g.writeNumberProperty("snapshots_used_bytes", used.snapshotsBytes());
          g.writeNumberProperty("deleted", used.retired());
          g.writeStringProperty("as_of", used.asOf().truncatedTo(ChronoUnit.SECONDS).toString());
          g.writeEndObject();
          g.writeEndObject();
        });
  }
}
