package platter.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
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
 * <p>An entry: 8 bytes of the id's chance, 16 of the project, then the kind. Kind {@code WHOLE} is
 * followed by the answer; a kind from 0 on is a type's number, followed by the times and the
 * entities.
 */
final class FinishedAnswers {
  private static final byte WHOLE = -1;
  private static final int HEAD_BYTES = 8 + 16 + 1;
  private static final int TIMES_BYTES = 8 + 8;

  private final AnswerTable table;

  /** The types seen, by their number. There are a handful. */
  private final CopyOnWriteArrayList<byte[]> types = new CopyOnWriteArrayList<>();

  private final ConcurrentHashMap<String, Byte> typeNumbers = new ConcurrentHashMap<>();

  FinishedAnswers(long maxBytes) {
    table = new AnswerTable(maxBytes);
  }

  /** The answer, when it is kept and the project's own. */
  byte @Nullable [] find(JobId id, ProjectId project) {
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
    byte kind = in.get();
    if (kind == WHOLE) {
      return Arrays.copyOfRange(entry, HEAD_BYTES, entry.length);
    }
    long begin = in.getLong();
    long end = in.getLong();
    return JobAnswer.succeeded(id, types.get(kind), begin, end, entry, HEAD_BYTES + TIMES_BYTES);
  }

  /** Keeps a job that succeeded and has no sub-jobs. */
  void putSucceeded(JobStore.Finished job) {
    var entities = job.entities().getBytes(UTF_8);
    var entry = new byte[HEAD_BYTES + TIMES_BYTES + entities.length];
    head(entry, job.id(), job.project(), numberOf(job.type()))
        .putLong(job.beginMillis())
        .putLong(job.endMillis())
        .put(entities);
    table.put(job.id().number(), entry);
  }

  /** Keeps any answer. */
  void put(JobId id, ProjectId project, byte[] body) {
    var entry = new byte[HEAD_BYTES + body.length];
    head(entry, id, project, WHOLE).put(body);
    table.put(id.number(), entry);
  }

  private static ByteBuffer head(byte[] entry, JobId id, ProjectId project, byte kind) {
    return ByteBuffer.wrap(entry)
        .putLong(id.chance())
        .putLong(project.high())
        .putLong(project.low())
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
