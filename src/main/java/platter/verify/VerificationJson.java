package platter.verify;

import tools.jackson.core.JsonGenerator;

/** Reports and outcomes as the API tells them, and the command on a stopped service. */
public final class VerificationJson {
  private VerificationJson() {}

  /** {@code {"volumes", "differences": […], "leftovers": […], "foreign": […], "plan": […]}}. */
  public static void write(JsonGenerator g, Report report) {
    g.writeStartObject();
    g.writeNumberProperty("volumes", report.volumes());
    g.writeArrayPropertyStart("differences");
    report.differences().forEach(difference -> g.writeString(difference.sentence()));
    g.writeEndArray();
    g.writeArrayPropertyStart("leftovers");
    report.leftovers().forEach(g::writeString);
    g.writeEndArray();
    g.writeArrayPropertyStart("foreign");
    report.foreign().forEach(g::writeString);
    g.writeEndArray();
    g.writeArrayPropertyStart("plan");
    for (var difference : report.differences()) {
      g.writeStartObject();
      members(g, difference);
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeEndObject();
  }

  private static void members(JsonGenerator g, Difference difference) {
    var repair = difference.repair();
    g.writeStringProperty("difference", difference.sentence());
    g.writeStringProperty("repair", repair.sentence());
    g.writeBooleanProperty("possible", !(repair instanceof Repair.Impossible));
    g.writeBooleanProperty("deletes_data", repair.deletesData());
  }

  /** {@code {"done": […], "left": […]}}. */
  public static void write(JsonGenerator g, Outcome outcome) {
    g.writeStartObject();
    g.writeArrayPropertyStart("done");
    for (var done : outcome.done()) {
      g.writeStartObject();
      members(g, done.difference());
      done.job().ifPresent(job -> g.writeStringProperty("job_id", job.text()));
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeArrayPropertyStart("left");
    for (var left : outcome.left()) {
      g.writeStartObject();
      members(g, left.difference());
      g.writeStringProperty("why", left.why());
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeEndObject();
  }
}
