package platter.iam;

import tools.jackson.core.JsonGenerator;

/** The member {@code links} of answers. */
final class Links {
  private Links() {}

  static void self(JsonGenerator json, String url) {
    json.writeObjectPropertyStart("links");
    json.writeStringProperty("self", url);
    json.writeEndObject();
  }

  /** As the cloud's lists have it: the neighbours are always null. */
  static void selfAndNeighbours(JsonGenerator json, String url) {
    json.writeObjectPropertyStart("links");
    json.writeNullProperty("next");
    json.writeNullProperty("previous");
    json.writeStringProperty("self", url);
    json.writeEndObject();
  }
}
