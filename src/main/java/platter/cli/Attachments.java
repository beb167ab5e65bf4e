package platter.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;

/** What the commands know of Cinder's attachments. */
final class Attachments {
  static final String PATH = "/v3/{project_id}/attachments";
  static final String MICROVERSION = "3.44";

  /** Which client opens the volume on the host. */
  enum Client {
    QEMU,
    LIBVIRT,
    NBD_CLIENT,
    RBD,
    OTHER;

    String wireName() {
      return name().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** For a command's option. */
    static final class Reader implements ITypeConverter<Client> {
      @Override
      public Client convert(String text) {
        for (var one : values()) {
          if (one.wireName().equals(text)) {
            return one;
          }
        }
        var all = Stream.of(values()).map(Client::wireName).collect(Collectors.joining(", "));
        throw new TypeConversionException("must be one of " + all + ", not " + text);
      }
    }
  }

  private Attachments() {}

  /** Those of a volume that is named by its id. */
  static List<JsonNode> of(Api api, String wish, String volume) {
    return api.versioned(
            wish,
            "GET",
            PATH + "/detail?volume_id=" + Api.encoded(volume),
            new byte[0],
            MICROVERSION)
        .json()
        .path("attachments")
        .valueStream()
        .toList();
  }
}
