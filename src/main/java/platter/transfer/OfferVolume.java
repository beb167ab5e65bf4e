package platter.transfer;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.LongSupplier;
import platter.db.Database;
import platter.error.ApiException;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.id.VolumeId;
import platter.volume.Volumes;

/** Puts a volume on offer: it awaits its transfer, and there is a key that takes it. */
final class OfferVolume {
  private final Database db;
  private final Volumes volumes;
  private final TransferStore store;
  private final InstantSource clock;
  private final LongSupplier random;

  OfferVolume(
      Database db, Volumes volumes, TransferStore store, InstantSource clock, LongSupplier random) {
    this.db = db;
    this.volumes = volumes;
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What was made.
   *
   * @param key 16 hex characters; told this once
   */
  record Offered(Transfer transfer, String key) {}

  /**
   * The volume's status and the transfer are written together or not at all.
   *
   * @throws ApiException NOT_FOUND, INVALID_REQUEST when the volume is not available, HAS_SNAPSHOTS
   */
  Offered offer(ProjectId project, VolumeId volume, String name) {
    var key = hex();
    var transfer =
        new Transfer(
            TransferId.of(new UUID(random.getAsLong(), random.getAsLong())),
            project,
            volume,
            name,
            KeyHash.of(key, hex() + hex()),
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    return db.inTx(
        tx -> {
          volumes.offer(tx, project, volume);
          store.insert(tx, transfer);
          return new Offered(transfer, key);
        });
  }

  private String hex() {
    return HexFormat.of().toHexDigits(random.getAsLong());
  }
}
