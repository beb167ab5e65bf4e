package platter.volume;

import static platter.volume.Attachment.Status.DETACHING;
import static platter.volume.VolumeStatus.ERROR;
import static platter.volume.VolumeStatus.ERROR_EXTENDING;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Takes an attachment away. What Platter serves is first detaching, so that nobody connects any
 * more; then its connections are closed; and only when no write can come any more is its row gone.
 * A crash in between leaves it detaching, and {@link #finish} does the rest.
 */
final class DetachVolume {
  /** What is done with a client that is still connected. */
  sealed interface Connected {
    /** Its connections are closed, after what was asked before is done. */
    record Cut() implements Connected {}

    /** It is waited for; when it stays, nothing is done. */
    record Wait(Duration patience) implements Connected {}
  }

  private final Database db;
  private final VolumeStore store;
  private final Attachments attachments;
  private final Served served;

  DetachVolume(Database db, VolumeStore store, Attachments attachments, Served served) {
    this.db = db;
    this.store = store;
    this.attachments = attachments;
    this.served = served;
  }

  /** One that is to be detached, and the volume as it was locked. */
  private record Chosen(Volume volume, Attachment attachment) {}

  /** Chooses one in a transaction that holds the row of the volume. */
  private interface Choice {
    Chosen of(Tx tx);
  }

  /**
   * As {@code os-detach}.
   *
   * @param attachment which one; may be left out when there is only one
   * @throws ApiException NOT_FOUND when volume or attachment is not there, WRONG_STATUS,
   *     INVALID_REQUEST when it must be said which one, UNAVAILABLE when a connection of it cannot
   *     be closed yet
   */
  void ofVolume(ProjectId project, VolumeId id, Optional<String> attachment) {
    detach(tx -> choose(tx, project, id, attachment), new Connected.Cut());
  }

  private Chosen choose(Tx tx, ProjectId project, VolumeId id, Optional<String> attachment) {
    var volume = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
    var all = AttachmentStore.of(tx, id).stream().filter(one -> one.status().isAttached()).toList();
    if (all.isEmpty() || !mayBeDetached(volume.status())) {
      throw ReserveVolume.refused(volume, "to be detached it must be in-use");
    }
    if (attachment.isEmpty() && all.size() > 1) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "Invalid volume: " + id + " is attached more than once, attachment_id says where");
    }
    return all.stream()
        .filter(one -> attachment.isEmpty() || one.id().equals(attachment.get()))
        .findFirst()
        .map(one -> new Chosen(volume, one))
        .orElseThrow(() -> Attachments.notFound(attachment.orElse("")));
  }

  /**
   * Also when its extension failed meanwhile, or a repair found its data lost, else nothing could
   * be done with it any more; not while a job works on it.
   */
  private static boolean mayBeDetached(VolumeStatus status) {
    return status.followsAttachments() || status == ERROR_EXTENDING || status == ERROR;
  }

  /**
   * Of any status.
   *
   * @return the other attachments of the volume
   * @throws ApiException NOT_FOUND, WRONG_STATUS while a job works on the volume, STILL_CONNECTED
   *     when it was waited for, UNAVAILABLE when a connection of it cannot be closed yet
   */
  List<Attachment> one(ProjectId project, String id, Connected connected) {
    return detach(
        tx -> {
          var found = attachments.find(tx, project, id).orElseThrow(() -> Attachments.notFound(id));
          var volume =
              store
                  .findToChange(tx, project, found.volume())
                  .orElseThrow(() -> Volumes.notFound(found.volume()));
          if (!mayBeDetached(volume.status())) {
            throw ReserveVolume.refused(volume, "a job works on it; detach when it has ended");
          }
          return AttachmentStore.of(tx, volume.id()).stream()
              .filter(one -> one.id().equals(id))
              .findAny()
              .map(one -> new Chosen(volume, one))
              .orElseThrow(() -> Attachments.notFound(id));
        },
        connected);
  }

  private List<Attachment> detach(Choice choice, Connected connected) {
    if (connected instanceof Connected.Wait(var patience)) {
      var seen = db.inTx(choice::of).attachment();
      if (!served.waitUntilLeft(seen, patience)) {
        throw stillConnected(seen);
      }
    }
    var begun = db.inTx(tx -> begin(tx, choice.of(tx)));
    var attachment = begun.attachment();
    if (attachment.ticket().isEmpty()) {
      return others(begun); // it is gone already
    }
    if (connected instanceof Connected.Wait
        && !served.waitUntilLeft(attachment, Duration.ZERO)
        && db.inTx(tx -> takeBack(tx, begun))) {
      throw stillConnected(attachment); // it came back in this moment
    }
    if (!served.cut(attachment)) {
      throw new ApiException(
          ErrorCode.UNAVAILABLE,
          "attachment "
              + attachment.id()
              + " is detaching: nobody can connect any more, but the node that serves it has not"
              + " said yet that its connections are closed; ask again");
    }
    return finish(begun.volume().project(), attachment.volume(), attachment.id())
        ? others(begun)
        : detach(choice, connected); // somebody who waited has taken it back meanwhile
  }

  private static ApiException stillConnected(Attachment attachment) {
    return new ApiException(
        ErrorCode.STILL_CONNECTED,
        "a client of attachment "
            + attachment.id()
            + " is connected; detach it there, or ask for connections=cut");
  }

  /** What nobody serves is gone at once. */
  private Chosen begin(Tx tx, Chosen chosen) {
    if (chosen.attachment().ticket().isEmpty()) {
      AttachmentStore.delete(tx, chosen.attachment());
    } else {
      AttachmentStore.update(tx, Attachments.with(chosen.attachment(), DETACHING));
    }
    attachments.follow(tx, chosen.volume());
    return chosen;
  }

  /** Returns false when it is gone: somebody else has ended it. */
  private boolean takeBack(Tx tx, Chosen begun) {
    var before = begun.attachment();
    var volume = store.findToChange(tx, begun.volume().project(), before.volume());
    var now = volume.flatMap(_ -> one(tx, before.volume(), before.id()));
    if (now.filter(one -> one.status() == DETACHING).isPresent()) {
      AttachmentStore.update(tx, before);
      attachments.follow(tx, volume.orElseThrow());
    }
    return now.isPresent();
  }

  private static Optional<Attachment> one(Tx tx, VolumeId volume, String attachment) {
    return AttachmentStore.of(tx, volume).stream()
        .filter(one -> one.id().equals(attachment))
        .findAny();
  }

  /**
   * Of one whose connections are closed for good; may be repeated.
   *
   * @return false when it is not detaching any more
   */
  boolean finish(ProjectId project, VolumeId id, String attachment) {
    return db.inTx(
        tx -> {
          var volume = store.findToChange(tx, project, id);
          var now = volume.flatMap(_ -> one(tx, id, attachment));
          if (now.isEmpty()) {
            return true;
          }
          if (now.get().status() != DETACHING) {
            return false;
          }
          AttachmentStore.delete(tx, now.get());
          attachments.follow(tx, volume.orElseThrow());
          return true;
        });
  }

  private List<Attachment> others(Chosen begun) {
    return db.lookUp(tx -> attachments.of(tx, begun.volume().id())).stream()
        .filter(one -> !one.id().equals(begun.attachment().id()))
        .toList();
  }
}
