package platter;

import tools.jackson.core.JsonGenerator;

/** {@code platter verify}: compares database, storage and quotas both ways. */
final class VerifyCommand {
  private VerifyCommand() {}

  /** The report as its own API answers it. */
  static void write(JsonGenerator g, Verification.Report report) {
    g.writeStartObject();
    g.writeNumberProperty("volumes", report.volumes());
    strings(g, "differences", report.differences());
    strings(g, "foreign", report.foreign());
    g.writeEndObject();
  }

  private static void strings(JsonGenerator g, String name, Iterable<String> all) {
    g.writeArrayPropertyStart(name);
    all.forEach(g::writeString);
    g.writeEndArray();
  }
}
