package platter.id;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The name of a volume transfer: a dashed lower-case UUID. */
public record TransferId(String text) {
  public TransferId {
    if (!VolumeId.isUuid(text)) {
      throw new IllegalArgumentException("transfer id '" + text + "'");
    }
  }

  public static TransferId of(UUID uuid) {
    return new TransferId(uuid.toString());
  }

  /** The id that was asked for, in lower case, or empty when the text cannot be one. */
  public static Optional<TransferId> parse(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return VolumeId.isUuid(lower) ? Optional.of(new TransferId(lower)) : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
