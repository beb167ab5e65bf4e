package platter.volume;

import static platter.volume.Attachment.Status.ATTACHED;
import static platter.volume.Attachment.Status.ATTACHING;
import static platter.volume.Attachment.Status.DETACHING;
import static platter.volume.Attachment.Status.RESERVED;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * The attachments of volumes, and the status that follows from them: in-use while one is attached,
 * else attaching, reserved or detaching while there is one, else available. Whoever changes one
 * holds the row of its volume.
 */
public final class Attachments {
  private final VolumeStore store;
  private final Supplier<VolumeId> ids;
  private final InstantSource clock;

  /** How a host connects. */
  public record Connector(
      Optional<String> hostName, String device, Attachment.Mode mode, Attachment.Client client) {}

  /** Which ones a list has. */
  public record Filter(
      Optional<VolumeId> volume,
      Optional<Attachment.Status> status,
      Optional<String> server,
      Optional<Attachment> after,
      int limit,
      int offset) {}

  Attachments(VolumeStore store, Supplier<VolumeId> ids, InstantSource clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /** One of a volume of this project; another's does not exist. */
  public Optional<Attachment> find(Tx tx, ProjectId project, String id) {
    return tx.find(
        "select "
            + AttachmentStore.COLUMNS
            + " from attachment a join volume on volume.id = a.volume"
            + " where a.id = ? and volume.project = ?"
            + VolumeStore.IN_SIGHT,
        AttachmentStore::read,
        id,
        project.text());
  }

  /** Those of the volumes of this project, the newest first. */
  public List<Attachment> list(Tx tx, ProjectId project, Filter filter) {
    var sql =
        new StringBuilder("select ")
            .append(AttachmentStore.COLUMNS)
            .append(" from attachment a join volume on volume.id = a.volume")
            .append(" where volume.project = ?")
            .append(VolumeStore.IN_SIGHT);
    var args = new ArrayList<@Nullable Object>();
    args.add(project.text());
    filter
        .volume()
        .ifPresent(
            volume -> {
              sql.append(" and a.volume = ?");
              args.add(volume.text());
            });
    filter
        .status()
        .ifPresent(
            status -> {
              sql.append(" and a.status = ?");
              args.add(status.wireName());
            });
    filter
        .server()
        .ifPresent(
            server -> {
              sql.append(" and a.server = ?");
              args.add(server);
            });
    filter
        .after()
        .ifPresent(
            last -> {
              sql.append(" and (a.attached_at, a.id) < (?, ?)");
              args.add(VolumeStore.micros(last.attachedAt()));
              args.add(last.id());
            });
    sql.append(" order by a.attached_at desc, a.id desc limit ? offset ?");
    args.add(filter.limit());
    args.add(filter.offset());
    return tx.list(sql.toString(), AttachmentStore::read, args.toArray());
  }

  /** Whether all who may write to the volume do it by what is served here. */
  public boolean areServed(Tx tx, VolumeId volume) {
    return AttachmentStore.of(tx, volume).stream()
        .allMatch(
            one ->
                one.ticket().isPresent()
                    || one.mode() == Attachment.Mode.RO
                    || one.status() == RESERVED);
  }

  /** Those of one volume, the oldest first. */
  public List<Attachment> of(Tx tx, VolumeId volume) {
    return AttachmentStore.of(tx, volume);
  }

  /**
   * Keeps a volume for a host.
   *
   * @throws ApiException NOT_FOUND, WRONG_STATUS
   */
  public Attachment reserve(Tx tx, ProjectId project, VolumeId id, Optional<String> server) {
    var volume = lock(tx, project, id);
    var others = AttachmentStore.of(tx, id);
    boolean free =
        volume.status() == statusOf(others) && (others.isEmpty() || volume.multiattach());
    if (!free) {
      throw ReserveVolume.refused(
          volume,
          "to be attached it must be available" + (volume.multiattach() ? " or in-use" : ""));
    }
    mustBeNew(volume, others, server);
    var attachment =
        new Attachment(
            ids.get().text(),
            id,
            server,
            Optional.empty(),
            "",
            Attachment.Mode.RW,
            now(),
            RESERVED,
            Optional.empty(),
            Attachment.Client.OTHER);
    AttachmentStore.insert(tx, attachment);
    follow(tx, volume);
    return attachment;
  }

  /**
   * @throws ApiException WRONG_STATUS when the server has it already
   */
  static void mustBeNew(Volume volume, List<Attachment> others, Optional<String> server) {
    if (server.isPresent() && others.stream().anyMatch(a -> a.server().equals(server))) {
      throw ReserveVolume.refused(volume, "and server " + server.get() + " has it already");
    }
  }

  /**
   * From now on the host may connect under the ticket; or it may again, when it already could.
   *
   * @param ticket its digest
   * @throws ApiException NOT_FOUND, WRONG_STATUS, INVALID_REQUEST when a read-only volume is to be
   *     written
   */
  public Attachment connect(
      Tx tx, ProjectId project, String id, Connector connector, String ticket) {
    var volume = lock(tx, project, find(tx, project, id).orElseThrow(() -> notFound(id)).volume());
    var before = locked(tx, volume, id);
    if (before.status() == DETACHING
        || (before.status() == ATTACHED && before.ticket().isEmpty())
        || (before.status() != RESERVED && before.mode() != connector.mode())) {
      throw new ApiException(
          ErrorCode.WRONG_STATUS,
          "attachment "
              + id
              + " is "
              + before.status().wireName()
              + " with mode "
              + before.mode().wireName()
              + ", to be connected otherwise it must be reserved");
    }
    boolean direct = connector.client() == Attachment.Client.RBD;
    if (before.status() != RESERVED && direct != (before.client() == Attachment.Client.RBD)) {
      throw new ApiException(
          ErrorCode.WRONG_STATUS,
          "attachment "
              + id
              + " is "
              + before.status().wireName()
              + " for client "
              + before.client().wireName()
              + "; for another kind make another attachment");
    }
    if (direct && volume.multiattach()) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "a shared volume has no client rbd: of several that open its image nobody knows which"
              + " attachment is whose");
    }
    if (connector.mode() == Attachment.Mode.RW && AttachVolume.isReadonly(volume)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "Invalid attaching mode 'rw' for volume " + volume.id() + ".");
    }
    var attachment =
        new Attachment(
            id,
            volume.id(),
            before.server(),
            connector.hostName(),
            connector.device(),
            connector.mode(),
            before.status() == RESERVED ? now() : before.attachedAt(),
            before.status() == RESERVED ? ATTACHING : before.status(),
            Optional.of(ticket),
            connector.client());
    AttachmentStore.update(tx, attachment);
    follow(tx, volume);
    return attachment;
  }

  /**
   * The host says that it has connected.
   *
   * @throws ApiException NOT_FOUND, WRONG_STATUS when it could not yet, or may not any more
   */
  public Attachment complete(Tx tx, ProjectId project, String id) {
    var volume = lock(tx, project, find(tx, project, id).orElseThrow(() -> notFound(id)).volume());
    var before = locked(tx, volume, id);
    return switch (before.status()) {
      case ATTACHED -> before;
      case ATTACHING -> {
        var attached = with(before, ATTACHED);
        AttachmentStore.update(tx, attached);
        follow(tx, volume);
        yield attached;
      }
      case RESERVED, DETACHING ->
          throw new ApiException(
              ErrorCode.WRONG_STATUS,
              "attachment "
                  + id
                  + " is "
                  + before.status().wireName()
                  + ", to be completed it must be attaching");
    };
  }

  /** The same with another status. */
  static Attachment with(Attachment one, Attachment.Status status) {
    return new Attachment(
        one.id(),
        one.volume(),
        one.server(),
        one.hostName(),
        one.device(),
        one.mode(),
        one.attachedAt(),
        status,
        one.ticket(),
        one.client());
  }

  private Volume lock(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
  }

  /** As it is now that nobody else changes it. */
  private static Attachment locked(Tx tx, Volume volume, String id) {
    return AttachmentStore.of(tx, volume.id()).stream()
        .filter(one -> one.id().equals(id))
        .findAny()
        .orElseThrow(() -> notFound(id));
  }

  /**
   * Writes the status and the metadata that follow from the attachments as they are now; the status
   * only when no job has a say in it.
   *
   * @param volume as it was when its row was locked
   */
  void follow(Tx tx, Volume volume) {
    var now = AttachmentStore.of(tx, volume.id());
    var metadata = new TreeMap<>(volume.metadata());
    metadata.remove(AttachVolume.ATTACHED_MODE);
    for (var one : now) {
      if (one.status().isAttached()) { // the latest is the last
        metadata.put(AttachVolume.ATTACHED_MODE, one.mode().wireName());
        metadata.putIfAbsent(AttachVolume.READONLY, "False");
      }
    }
    if (!metadata.equals(volume.metadata())) {
      store.setMetadata(tx, volume.id(), metadata);
    }
    var status = statusOf(now);
    if (volume.status().followsAttachments() && status != volume.status()) {
      store.move(tx, volume.id(), volume.status(), status, volume.job());
    }
  }

  /** The status of a volume that has these. */
  public static VolumeStatus statusOf(List<Attachment> attachments) {
    var all = attachments.stream().map(Attachment::status).toList();
    if (all.contains(ATTACHED)) {
      return VolumeStatus.IN_USE;
    }
    if (all.contains(ATTACHING)) {
      return VolumeStatus.ATTACHING;
    }
    if (all.contains(RESERVED)) {
      return VolumeStatus.RESERVED;
    }
    return all.contains(DETACHING) ? VolumeStatus.DETACHING : VolumeStatus.AVAILABLE;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** In the words of Cinder. */
  public static ApiException notFound(String id) {
    return new ApiException(
        ErrorCode.NOT_FOUND,
        "Volume attachment could not be found with filter: attachment_id = " + id + ".");
  }
}
