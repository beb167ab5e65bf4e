package platter.volume;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import platter.id.VolumeId;

/**
 * That a host uses a volume, or is about to: as a compute service told it (page "Attaching an EVS
 * Disk"), or by Cinder's attachments, whose bytes Platter serves under a ticket.
 *
 * @param id a UUID
 * @param server the id of the server as it was told; none when a host attached it by itself
 * @param device where the host sees it, such as {@code /dev/vdb}; empty when it was not told
 * @param attachedAt when it was attached; of a reservation, when it was made
 * @param ticket SHA-256, in hex, of the name under which the bytes are served; none when they are
 *     not
 */
public record Attachment(
    String id,
    VolumeId volume,
    Optional<String> server,
    Optional<String> hostName,
    String device,
    Mode mode,
    Instant attachedAt,
    Status status,
    Optional<String> ticket,
    Client client) {

  /** What the host may do with it. */
  public enum Mode {
    RW,
    RO;

    /** {@code rw} or {@code ro}. */
    public String wireName() {
      return this == RW ? "rw" : "ro";
    }

    public static Optional<Mode> named(String wireName) {
      return switch (wireName) {
        case "rw" -> Optional.of(RW);
        case "ro" -> Optional.of(RO);
        default -> Optional.empty();
      };
    }
  }

  /** Its life; then its row is gone. */
  public enum Status {
    /** The volume is kept for it; nothing is served yet. */
    RESERVED,
    /** It may connect. */
    ATTACHING,
    ATTACHED,
    /** It may connect no more, and its last write may still be under way. */
    DETACHING;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Status named(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /** Whether the volume is shown as attached. */
    public boolean isAttached() {
      return this == ATTACHED || this == DETACHING;
    }
  }

  /** What opens the volume on the host, which decides how it learns that the volume has grown. */
  public enum Client {
    /** Takes the new size after a connection that the server has closed. */
    QEMU,
    LIBVIRT,
    /** Takes the new size of its host, on the connection that it has. */
    NBD_CLIENT,
    /** Opens the storage's image itself, see {@code driver.Direct}: Platter serves it nothing. */
    RBD,
    OTHER;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Client> named(String wireName) {
      return Arrays.stream(values()).filter(one -> one.wireName().equals(wireName)).findAny();
    }

    /** Whether it connects again by itself, so that closing its connections harms nobody. */
    public boolean reconnects() {
      return this == QEMU || this == LIBVIRT;
    }
  }
}
