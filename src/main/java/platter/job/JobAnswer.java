package platter.job;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import platter.error.Failure;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.json.Json;

/**
 * The body of the answer to a job query: the eight members of the page "Querying Task Status", all
 * of them, in the order of its examples. Written by hand: it is the hottest answer of the service,
 * and most of it is text that needs no escaping.
 */
final class JobAnswer {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private JobAnswer() {}

  /** A job without sub-jobs. */
  static byte[] of(Job job) {
    var out = new StringBuilder(400);
    write(out, job, null);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A batch with its sub-jobs, in their order. */
  static byte[] of(Job parent, List<Job> children) {
    var out = new StringBuilder(400 * (children.size() + 1));
    write(out, parent, children);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, Job job, @Nullable List<Job> children) {
    out.append("{\"status\":\"").append(job.state().wireName()).append("\",\"entities\":");
    if (children == null) {
      out.append(job.entities());
    } else {
      out.append("{\"sub_jobs\":[");
      for (int i = 0; i < children.size(); i++) {
        if (i > 0) {
          out.append(',');
        }
        write(out, children.get(i), null);
      }
      out.append("]}");
    }
    out.append(",\"job_id\":\"").append(job.id().text());
    out.append("\",\"job_type\":\"").append(job.type());
    out.append("\",\"begin_time\":\"").append(time(job.beginMillis()));
    out.append("\",\"end_time\":\"").append(job.endMillis() == 0 ? "" : time(job.endMillis()));
    var why = failureOf(job.state());
    out.append("\",\"error_code\":").append(why == null ? "null" : quoted(why.code()));
    out.append(",\"fail_reason\":").append(why == null ? "null" : quoted(why.reason()));
    out.append('}');
  }

  /** Null unless the job has failed: while it is being undone its status is RUNNING. */
  private static @Nullable Failure failureOf(JobState state) {
    return switch (state) {
      case Failed(var why) -> why;
      case Stuck(_, var why) -> why;
      case Init _, Running _, Undoing _, Succeeded _ -> null;
    };
  }

  private static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  private static String quoted(String text) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(Json.write(g -> g.writeString(text)));
    return out.toString(StandardCharsets.UTF_8);
  }
}
