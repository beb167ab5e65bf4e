package platter.volume;

import static platter.volume.VolumeStatus.ATTACHING;
import static platter.volume.VolumeStatus.AVAILABLE;
import static platter.volume.VolumeStatus.DETACHING;
import static platter.volume.VolumeStatus.ERROR;
import static platter.volume.VolumeStatus.ERROR_EXTENDING;
import static platter.volume.VolumeStatus.IN_USE;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Writes down that a server uses a volume, or uses it no longer (OpenStack's {@code os-attach} and
 * {@code os-detach}, by which a compute service tells what it did). The status follows in the same
 * transaction: in-use as long as there is an attachment.
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
  private final Supplier<VolumeId> ids;
  private final InstantSource clock;

  /**
   * @param ids new UUIDs
   */
  AttachVolume(
      Database db,
      VolumeStore store,
      Origins origins,
      Supplier<VolumeId> ids,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.origins = origins;
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
          boolean free =
              volume.status() == AVAILABLE
                  || volume.status() == ATTACHING
                  || (volume.status() == IN_USE && volume.multiattach());
          if (!free) {
            throw ReserveVolume.refused(volume, "to be attached it must be available or attaching");
          }
          origins.mustNotBeCopied(tx, id);
          if (AttachmentStore.of(tx, id).stream().anyMatch(a -> a.server().equals(told.server()))) {
            throw ReserveVolume.refused(volume, "and server " + told.server() + " has it already");
          }
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
                  told.server(),
                  told.hostName(),
                  told.device(),
                  told.mode(),
                  clock.instant().truncatedTo(ChronoUnit.MICROS)));
          var metadata = new TreeMap<>(volume.metadata());
          metadata.put(ATTACHED_MODE, told.mode().wireName());
          metadata.putIfAbsent(READONLY, "False");
          store.setMetadata(tx, id, metadata);
          store.move(tx, id, volume.status(), IN_USE, volume.job());
          return id;
        });
  }

  static boolean isReadonly(Volume volume) {
    return "true".equalsIgnoreCase(volume.metadata().get(READONLY));
  }

  /**
   * @param attachment which one; may be left out when there is only one
   * @throws ApiException NOT_FOUND when volume or attachment is not there, WRONG_STATUS,
   *     INVALID_REQUEST when it must be said which one
   */
  void detach(ProjectId project, VolumeId id, Optional<String> attachment) {
    db.inTx(
        tx -> {
          var volume = find(tx, project, id);
          var attachments = AttachmentStore.of(tx, id);
          if (attachments.isEmpty() || !mayBeDetached(volume.status())) {
            throw ReserveVolume.refused(volume, "to be detached it must be in-use");
          }
          if (attachment.isEmpty() && attachments.size() > 1) {
            throw new ApiException(
                ErrorCode.INVALID_REQUEST,
                "Invalid volume: " + id + " is attached more than once, attachment_id says where");
          }
          var gone =
              attachments.stream()
                  .filter(a -> attachment.isEmpty() || a.id().equals(attachment.get()))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new ApiException(
                              ErrorCode.NOT_FOUND,
                              "Volume attachment could not be found with filter: attachment_id = "
                                  + attachment.orElse("")));
          AttachmentStore.delete(tx, gone);
          if (attachments.size() == 1) {
            var metadata = new TreeMap<>(volume.metadata());
            metadata.remove(ATTACHED_MODE);
            store.setMetadata(tx, id, metadata);
          }
          var rest = attachments.size() == 1 ? AVAILABLE : IN_USE;
          if (volume.status() == IN_USE || volume.status() == DETACHING) { // an error stays one
            store.move(tx, id, volume.status(), rest, volume.job());
          }
          return id;
        });
  }

  /**
   * Also when its extension failed meanwhile, or a repair found its data lost, else nothing could
   * be done with it any more; not while a job works on it.
   */
  private static boolean mayBeDetached(VolumeStatus status) {
    return status == IN_USE || status == DETACHING || status == ERROR_EXTENDING || status == ERROR;
  }

  private Volume find(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
  }
}
