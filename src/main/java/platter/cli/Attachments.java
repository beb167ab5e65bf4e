package platter.cli;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What the commands know of Cinder's attachments. */
final class Attachments {
  static final String PATH = "/v3/{project_id}/attachments";
  static final String MICROVERSION = "3.44";

  /** Which client opens the volume on the host. */
  enum Client {
    qemu,
    libvirt,
    nbd_client,
    rbd,
    other;

    String wireName() {
      return name().replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** As it is typed: with a dash. */
    @Override
    public String toString() {
      return wireName();
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
