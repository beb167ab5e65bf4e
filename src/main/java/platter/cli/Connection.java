package platter.cli;

import tools.jackson.databind.JsonNode;

/** How a host opens a volume, as the server says. */
record Connection(JsonNode info) {
  /** What virtio tells a guest of a disk's serial number. */
  private static final int SERIAL = 20;

  /** The end of an id that no other has: ids of the same minute begin alike. */
  private static final int TAIL = 12;

  String text(String name) {
    return info.path(name).asString("");
  }

  boolean has(String name) {
    return info.has(name);
  }

  boolean isTls() {
    return info.path("tls").asBoolean(false);
  }

  /** What is added to a line when the host may only read. */
  String ifReadOnly(String words) {
    return text("access_mode").equals("ro") ? words : "";
  }

  /** For XML. */
  String escaped(String name) {
    return escape(text(name));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
  }

  /** Under which a guest finds it. */
  String serial() {
    return end(SERIAL);
  }

  /** The name of the disk in qemu. */
  String qemuNode() {
    return "platter-" + end(TAIL);
  }

  /** What follows the line of a blockdev. */
  String qemuDevice() {
    return " -device virtio-blk-pci,drive=" + qemuNode() + ",serial=" + serial();
  }

  private String end(int digits) {
    var id = text("volume_id").replace("-", "");
    return id.substring(id.length() - digits);
  }
}
