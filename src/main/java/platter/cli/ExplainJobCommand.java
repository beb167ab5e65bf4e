package platter.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code platter job explain}. */
@Command(
    name = "explain",
    sortOptions = false,
    description = "Tell what happened to a job, and what to do next.",
    footer = {"", "Example:  platter job explain 19b7c9d0a4000000b3f6d2c81a5e7f00"})
final class ExplainJobCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "JOB", description = "Its id.")
  private String job = "";

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  ExplainJobCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var reply = server.api().get("cannot explain job " + job, JobCommand.path(job, "explain"));
    var out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(reply.text());
    } else {
      print(reply.json(), out);
    }
    return 0;
  }

  private static void print(JsonNode explained, PrintWriter out) {
    head(explained).print(out);
    block("Steps", steps(explained), out);
    block("Events", events(explained), out);
    block("Sub-jobs that did not succeed", subJobs(explained), out);
    next(explained, out);
    out.flush();
  }

  private static Sheet head(JsonNode explained) {
    var job = new JobView(explained);
    var head = new Sheet("");
    head.row("job", job.id());
    head.row("type", job.type());
    head.row("status", job.status() + (job.isStuck() ? ", stuck" : ""));
    var entities = explained.path("entities");
    head.row("volume", joined(" ", text(entities, "name"), text(entities, "volume_id")));
    head.row("asked by", text(explained, "asked_by"));
    head.row("retry of", text(explained, "retry_of"));
    head.row("cancelled", joined(" ", "by", text(explained, "cancelled_by")));
    head.row("node", text(explained, "node"));
    head.row("accepted", job.begin());
    head.row("begun", job.time("started_time"));
    head.row("ended", job.end());
    if (!job.hasEnded()) {
      head.row("deadline", job.time("deadline"));
      head.row("last sign", job.time("last_sign_of_life"));
      int attempts = explained.path("failed_attempts").asInt(0);
      head.row("attempts", attempts == 0 ? "" : attempts + " failed");
    }
    head.row("failure", joined(" ", text(explained, "error_code"), text(explained, "fail_reason")));
    return head;
  }

  /** Empty when the last part is. */
  private static String joined(String between, String... parts) {
    return parts[parts.length - 1].isEmpty()
        ? ""
        : Stream.of(parts).filter(part -> !part.isEmpty()).collect(Collectors.joining(between));
  }

  private static void block(String title, Sheet sheet, PrintWriter out) {
    if (!sheet.isEmpty()) {
      out.println();
      out.println(title);
      sheet.print(out);
    }
  }

  private static Sheet steps(JsonNode explained) {
    var steps = new Sheet("  ");
    explained.path("steps").forEach(step -> steps.row(text(step, "name"), state(step)));
    return steps;
  }

  private static String state(JsonNode step) {
    var percent = text(step, "percent");
    return percent.isEmpty() ? text(step, "state") : text(step, "state") + ", " + percent + "%";
  }

  /** What happened again and again is told once. */
  private static Sheet events(JsonNode explained) {
    var events = new Sheet("  ");
    var all = explained.path("events").valueStream().toList();
    for (int from = 0, to; from < all.size(); from = to) {
      var first = all.get(from);
      to = from + 1;
      while (to < all.size() && what(all.get(to)).equals(what(first))) {
        to++;
      }
      var again = to - from;
      events.row(
          time(first),
          what(first)
              + (again == 1 ? "" : " (" + again + " times, last " + time(all.get(to - 1)) + ")"));
    }
    return events;
  }

  private static String time(JsonNode event) {
    return new JobView(event).time("time");
  }

  private static String what(JsonNode event) {
    var step = text(event, "step");
    return text(event, "kind") + (step.isEmpty() ? "" : " " + step) + ": " + text(event, "text");
  }

  private static Sheet subJobs(JsonNode explained) {
    var all = new Sheet("  ");
    for (var one : explained.path("sub_jobs")) {
      var job = new JobView(one);
      if (!job.hasSucceeded()) {
        var status = job.status() + (job.isStuck() ? ", stuck" : "");
        all.row(job.id(), status + " " + job.volume() + (job.hasFailed() ? ": " : ""));
        all.row("", job.failure());
      }
    }
    return all;
  }

  /** Each command stands on a line of its own, to be copied. */
  private static void next(JsonNode explained, PrintWriter out) {
    out.println();
    out.println("Next");
    for (var line : text(explained, "next").split(",? (?=platter )", -1)) {
      var margin = line.startsWith("platter ") ? "    " : "  ";
      Sheet.wrapped(Table.printable(line), Sheet.WIDTH - margin.length())
          .forEach(part -> out.println(margin + part));
    }
  }

  private static String text(JsonNode object, String member) {
    return object.path(member).asString("");
  }
}
