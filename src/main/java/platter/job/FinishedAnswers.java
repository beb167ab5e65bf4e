package platter.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * Answers to queries of finished jobs, which never change. One that succeeded is kept as what
 * differs from job to job, about half of its answer; any other as its answer.
 *
 * <p>An entry: 8 bytes of the id's chance, 16 of the project, 8 of the time of the end, then the
 * kind. Kind {@code WHOLE} is followed by the answer; a kind from 0 on is a type's number, followed
 * by the time of the beginning and the entities.
 */
final class FinishedAnswers {
  private static final byte WHOLE = -1;
  private static final int HEAD_BYTES = 8 + 16 + 8 + 1;
  private static final int BEGIN_BYTES = 8;

  private final AnswerTable table;

  /** The types seen, by their number. There are a handful. */
  private final CopyOnWriteArrayList<byte[]> types = new CopyOnWriteArrayList<>();

  private final ConcurrentHashMap<String, Byte> typeNumbers = new ConcurrentHashMap<>();

  private final long keepMillis;

  /**
   * @param keep how long after its end a job is kept: later its answer is another one
   */
  FinishedAnswers(long maxBytes, Duration keep) {
    table = new AnswerTable(maxBytes);
    keepMillis = keep.toMillis();
  }

  /** The answer, when it is kept and the project's own. */
  byte @Nullable [] find(JobId id, ProjectId project, long nowMillis) {
    var entry = table.find(id.number());
    if (entry == null) {
      return null;
    }
    var in = ByteBuffer.wrap(entry);
    if (in.getLong() != id.chance()
        || in.getLong() != project.high()
        || in.getLong() != project.low()) {
      return null;
    }
    long end = in.getLong();
    if (end + keepMillis < nowMillis) {
      return null; // perhaps collected
    }
    byte kind = in.get();
    if (kind == WHOLE) {
      return Arrays.copyOfRange(entry, HEAD_BYTES, entry.length);
    }
    long begin = in.getLong();
    return JobAnswer.succeeded(id, types.get(kind), begin, end, entry, HEAD_BYTES + BEGIN_BYTES);
  }

  /** Whether more answers are kept before others are pushed out. */
  boolean hasRoom(JobId id) {
    return table.hasRoom(id.number());
  }

  /** Keeps a job that succeeded and has no sub-jobs. */
  void putSucceeded(JobStore.Finished job) {
    var entities = job.entities().getBytes(UTF_8);
    var entry = new byte[HEAD_BYTES + BEGIN_BYTES + entities.length];
    head(entry, job.id(), job.project(), job.endMillis(), numberOf(job.type()))
        .putLong(job.beginMillis())
        .put(entities);
    table.put(job.id().number(), entry);
  }

  /** Keeps any answer. */
  void put(JobId id, ProjectId project, long endMillis, byte[] body) {
    var entry = new byte[HEAD_BYTES + body.length];
    head(entry, id, project, endMillis, WHOLE).put(body);
    table.put(id.number(), entry);
  }

  private static ByteBuffer head(
      byte[] entry, JobId id, ProjectId project, long endMillis, byte kind) {
    return ByteBuffer.wrap(entry)
        .putLong(id.chance())
        .putLong(project.high())
        .putLong(project.low())
        .putLong(endMillis)
        .put(kind);
  }

  private byte numberOf(String type) {
    var number = typeNumbers.get(type);
    return number != null ? number : newNumber(type);
  }

  private synchronized byte newNumber(String type) {
    return typeNumbers.computeIfAbsent(
        type,
        _ -> {
          types.add(type.getBytes(UTF_8));
          return (byte) (types.size() - 1);
        });
  }
}
