package platter.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;
import platter.error.Failure;
import platter.id.JobId;
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
  private static final byte[] SUCCEEDED = bytes("{\"status\":\"SUCCESS\",\"entities\":");
  private static final byte[] JOB_ID = bytes(",\"job_id\":\"");
  private static final byte[] JOB_TYPE = bytes("\",\"job_type\":\"");
  private static final byte[] BEGIN_TIME = bytes("\",\"begin_time\":\"");
  private static final byte[] END_TIME = bytes("\",\"end_time\":\"");
  private static final byte[] NO_FAILURE = bytes("\",\"error_code\":null,\"fail_reason\":null}");
  private static final int ID_CHARACTERS = 32;

  private JobAnswer() {}

  /**
   * A job that succeeded and has no sub-jobs, from its parts: the answer that is asked for most.
   *
   * @param entities ends with the UTF-8 text of the entities
   * @param from where that text begins
   */
  static byte[] succeeded(
      JobId id, byte[] type, long beginMillis, long endMillis, byte[] entities, int from) {
    int entitiesLength = entities.length - from;
    var out =
        new byte
            [SUCCEEDED.length
                + entitiesLength
                + JOB_ID.length
                + ID_CHARACTERS
                + JOB_TYPE.length
                + type.length
                + BEGIN_TIME.length
                + JobTime.CHARACTERS
                + END_TIME.length
                + JobTime.CHARACTERS
                + NO_FAILURE.length];
    int at = put(out, 0, SUCCEEDED, 0, SUCCEEDED.length);
    at = put(out, at, entities, from, entitiesLength);
    at = put(out, at, JOB_ID, 0, JOB_ID.length);
    at = put(out, at, id.text().getBytes(ISO_8859_1), 0, ID_CHARACTERS);
    at = put(out, at, JOB_TYPE, 0, JOB_TYPE.length);
    at = put(out, at, type, 0, type.length);
    at = put(out, at, BEGIN_TIME, 0, BEGIN_TIME.length);
    at = JobTime.write(beginMillis, out, at);
    at = put(out, at, END_TIME, 0, END_TIME.length);
    at = JobTime.write(endMillis, out, at);
    put(out, at, NO_FAILURE, 0, NO_FAILURE.length);
    return out;
  }

  private static int put(byte[] out, int at, byte[] from, int begin, int length) {
    System.arraycopy(from, begin, out, at, length);
    return at + length;
  }

  /** A job without sub-jobs. */
  static byte[] of(Job job) {
    var out = new StringBuilder(400);
    write(out, job, null);
    return out.toString().getBytes(UTF_8);
  }

  /** A batch with its sub-jobs, in their order. */
  static byte[] of(Job parent, List<Job> children) {
    var out = new StringBuilder(400 * (children.size() + 1));
    write(out, parent, children);
    return out.toString().getBytes(UTF_8);
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
    out.append("\",\"begin_time\":\"").append(JobTime.text(job.beginMillis()));
    out.append("\",\"end_time\":\"")
        .append(job.endMillis() == 0 ? "" : JobTime.text(job.endMillis()));
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

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String quoted(String text) {
    return new String(Json.write(g -> g.writeString(text)), UTF_8);
  }
}
