package platter.volume;

import java.time.Instant;
import java.util.Optional;
import platter.id.VolumeId;

/**
 * That a server uses a volume, as a compute service told it (page "Attaching an EVS Disk").
 *
 * @param id a UUID
 * @param server the id of the server as it was told
 * @param device where the server sees it, such as {@code /dev/vdb}
 */
public record Attachment(
    String id,
    VolumeId volume,
    String server,
    Optional<String> hostName,
    String device,
    Mode mode,
    Instant attachedAt) {

  /** What the server may do with it. */
  public enum Mode {
    RW,
    RO;

    /** {@code rw} or {@code ro}. */
    String wireName() {
      return this == RW ? "rw" : "ro";
    }

    static Optional<Mode> named(String wireName) {
      return switch (wireName) {
        case "rw" -> Optional.of(RW);
        case "ro" -> Optional.of(RO);
        default -> Optional.empty();
      };
    }
  }
}
