package platter.volume;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;
import platter.id.VolumeId;

/** The SQL of the table attachment. */
final class AttachmentStore {
  /** They cannot stand in the texts, which have no control characters. */
  private static final String UNIT = "\u001f";

  private static final String RECORD = "\u001e";

  /** A column of a query of volumes: so whoever reads a volume has its attachments too. */
  static final String COLUMN =
      "(select string_agg("
          + String.join(
              " || '" + UNIT + "' || ",
              "a.id",
              "a.server",
              "a.host_name",
              "a.device",
              "a.mode",
              "a.attached_at",
              "a.status",
              "coalesce(a.ticket, '')",
              "a.client")
          + ", '"
          + RECORD
          + "') from attachment a where a.volume = volume.id)";

  /** What {@link #read(ResultSet)} reads. */
  static final String COLUMNS =
      "a.id, a.volume, a.server, a.host_name, a.device, a.mode, a.attached_at, a.status, a.ticket,"
          + " a.client";

  private AttachmentStore() {}

  static void insert(Tx tx, Attachment attachment) {
    tx.update(
        "insert into attachment (id, volume, server, host_name, device, mode, attached_at, status,"
            + " ticket, client) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        attachment.id(),
        attachment.volume().text(),
        attachment.server().orElse(""),
        attachment.hostName().orElse(""),
        attachment.device(),
        attachment.mode().wireName(),
        VolumeStore.micros(attachment.attachedAt()),
        attachment.status().wireName(),
        attachment.ticket().orElse(null),
        attachment.client().wireName());
  }

  /** All of it but its id and its volume. */
  static void update(Tx tx, Attachment attachment) {
    tx.update(
        "update attachment set server = ?, host_name = ?, device = ?, mode = ?, attached_at = ?,"
            + " status = ?, ticket = ?, client = ? where id = ?",
        attachment.server().orElse(""),
        attachment.hostName().orElse(""),
        attachment.device(),
        attachment.mode().wireName(),
        VolumeStore.micros(attachment.attachedAt()),
        attachment.status().wireName(),
        attachment.ticket().orElse(null),
        attachment.client().wireName(),
        attachment.id());
  }

  static void delete(Tx tx, Attachment attachment) {
    tx.update("delete from attachment where id = ?", attachment.id());
  }

  /** As they are now: also when the volume's row was waited for. */
  static List<Attachment> of(Tx tx, VolumeId volume) {
    return tx.find(
            "select " + COLUMN + " from volume where id = ?",
            row -> read(volume, row.getString(1)),
            volume.text())
        .orElse(List.of());
  }

  /** What {@link #COLUMN} says, the oldest first. */
  static List<Attachment> read(VolumeId volume, @Nullable String column) {
    if (column == null) {
      return List.of();
    }
    var attachments = new ArrayList<Attachment>();
    for (var record : column.split(RECORD, -1)) {
      var unit = record.split(UNIT, -1);
      attachments.add(
          new Attachment(
              unit[0],
              volume,
              notEmpty(unit[1]),
              notEmpty(unit[2]),
              unit[3],
              Attachment.Mode.named(unit[4]).orElseThrow(),
              VolumeStore.instant(Long.parseLong(unit[5])),
              Attachment.Status.named(unit[6]),
              notEmpty(unit[7]),
              Attachment.Client.named(unit[8]).orElse(Attachment.Client.OTHER)));
    }
    attachments.sort(Comparator.comparing(Attachment::attachedAt).thenComparing(Attachment::id));
    return List.copyOf(attachments);
  }

  private static Optional<String> notEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static Attachment read(ResultSet row) throws SQLException {
    return new Attachment(
        row.getString(1),
        new VolumeId(row.getString(2)),
        notEmpty(row.getString(3)),
        notEmpty(row.getString(4)),
        row.getString(5),
        Attachment.Mode.named(row.getString(6)).orElseThrow(),
        VolumeStore.instant(row.getLong(7)),
        Attachment.Status.named(row.getString(8)),
        Optional.ofNullable(row.getString(9)),
        Attachment.Client.named(row.getString(10)).orElse(Attachment.Client.OTHER));
  }
}
