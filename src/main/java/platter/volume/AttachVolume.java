package platter.volume;

import static platter.volume.VolumeStatus.ATTACHING;
import static platter.volume.VolumeStatus.AVAILABLE;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Writes down that a server uses a volume (OpenStack's {@code os-attach}, by which a compute
 * service tells what it did). The status follows in the same transaction.
 */
final class AttachVolume {
  /** Members of the metadata by which Cinder tells how a volume is used. */
  static final String READONLY = "readonly";

  static final String ATTACHED_MODE = "attached_mode";

  /**
   * What a compute service tells.
   *
   * @param server the id of the server
   * @param device where the server sees the volume
   */
  record Told(String server, Optional<String> hostName, String device, Attachment.Mode mode) {}

  private final Database db;
  private final VolumeStore store;
  private final Origins origins;
  private final Attachments attachments;
  private final Supplier<VolumeId> ids;
  private final InstantSource clock;

  /**
   * @param ids new UUIDs
   */
  AttachVolume(
      Database db,
      VolumeStore store,
      Origins origins,
      Attachments attachments,
      Supplier<VolumeId> ids,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.origins = origins;
    this.attachments = attachments;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * @throws ApiException NOT_FOUND, WRONG_STATUS, INVALID_REQUEST when a read-only volume is to be
   *     written
   */
  void attach(ProjectId project, VolumeId id, Told told) {
    db.inTx(
        tx -> {
          var volume = find(tx, project, id);
          var others = AttachmentStore.of(tx, id);
          boolean free =
              others.isEmpty()
                  ? volume.status() == AVAILABLE || volume.status() == ATTACHING
                  : volume.multiattach()
                      && (volume.status() == ATTACHING
                          || volume.status() == Attachments.statusOf(others));
          if (!free) {
            throw ReserveVolume.refused(volume, "to be attached it must be available or attaching");
          }
          origins.mustNotBeCopied(tx, id);
          Attachments.mustBeNew(volume, others, Optional.of(told.server()));
          if (told.mode() == Attachment.Mode.RW && isReadonly(volume)) {
            throw new ApiException(
                ErrorCode.INVALID_REQUEST,
                "Invalid volume: " + id + " is read-only, attach it with mode ro");
          }
          AttachmentStore.insert(
              tx,
              new Attachment(
                  ids.get().text(),
                  id,
                  Optional.of(told.server()),
                  told.hostName(),
                  told.device(),
                  told.mode(),
                  clock.instant().truncatedTo(ChronoUnit.MICROS),
                  Attachment.Status.ATTACHED,
                  Optional.empty(), // somebody else brings the bytes there
                  Attachment.Client.OTHER));
          attachments.follow(tx, volume);
          return id;
        });
  }

  static boolean isReadonly(Volume volume) {
    return "true".equalsIgnoreCase(volume.metadata().get(READONLY));
  }

  private Volume find(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
  }
}
