package platter.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A job as the server shows it. */
record JobView(JsonNode json) {
  private static final int MAX_FAILURES_TOLD = 10;
  private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("MM-dd HH:mm");

  String id() {
    return text("job_id");
  }

  String type() {
    return text("job_type");
  }

  String status() {
    return text("status");
  }

  boolean hasEnded() {
    return hasSucceeded() || hasFailed();
  }

  boolean hasSucceeded() {
    return status().equals("SUCCESS");
  }

  boolean hasFailed() {
    return status().equals("FAIL");
  }

  /** Made of sub-jobs; a list shows it without them. */
  boolean isBatch() {
    return type().startsWith("batch") || type().startsWith("bulk");
  }

  List<JobView> subJobs() {
    return json.path("entities").path("sub_jobs").valueStream().map(JobView::new).toList();
  }

  /** Parts that can end. */
  int parts() {
    return isBatch() ? subJobs().size() : 1;
  }

  int partsEnded() {
    if (isBatch()) {
      return (int) subJobs().stream().filter(JobView::hasEnded).count();
    }
    return hasEnded() ? 1 : 0;
  }

  /** Such as {@code 37/100}. */
  String progress() {
    return partsEnded() + "/" + parts();
  }

  /** What it works on. */
  String volume() {
    var entities = json.path("entities");
    var name = entities.path("name").asString("");
    return name.isEmpty() ? entities.path("volume_id").asString("") : name;
  }

  /** Where an undo failed and nobody has seen to it. Only an explanation tells it. */
  boolean isStuck() {
    return json.path("stuck").asBoolean(false);
  }

  String begin() {
    return time("begin_time");
  }

  String end() {
    return time("end_time");
  }

  /** How long it took, when it has ended: {@code 0.12 s}. */
  Optional<String> took() {
    try {
      var time =
          Duration.between(Instant.parse(text("begin_time")), Instant.parse(text("end_time")));
      return Optional.of("%.2f s".formatted(time.toMillis() / 1000.0));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** In the time zone of this machine; with the day when it is not today. */
  String time(String member) {
    try {
      var then = Instant.parse(text(member)).atZone(ZoneId.systemDefault());
      boolean today = then.toLocalDate().equals(Instant.now().atZone(then.getZone()).toLocalDate());
      return (today ? TODAY : EARLIER).format(then);
    } catch (DateTimeException e) {
      return text(member);
    }
  }

  /** Why it failed: of a batch, why each sub-job failed. */
  String failure() {
    var own = (text("error_code") + " " + text("fail_reason")).strip();
    var failed = subJobs().stream().filter(JobView::hasFailed).toList();
    var each =
        failed.stream()
            .limit(MAX_FAILURES_TOLD)
            .map(job -> job.volume() + ": " + job.failure())
            .collect(Collectors.joining("\n"));
    var more = failed.size() - MAX_FAILURES_TOLD;
    return (own + "\n" + each + (more > 0 ? "\nand " + more + " more" : "")).strip();
  }

  private String text(String member) {
    return json.path(member).asString("");
  }
}
