package platter.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
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

  /** A body, and whose it is. */
  record Answer(ProjectId project, byte[] body) {}

  @Nullable Answer find(JobId id) {
    var entry = table.find(id.number());
    if (entry == null || ByteBuffer.wrap(entry).getLong() != id.chance()) {
      return null;
    }
    return answer(id, entry);
  }

  private Answer answer(JobId id, byte[] entry) {
    var in = ByteBuffer.wrap(entry, Long.BYTES, entry.length - Long.BYTES);
    var project = ProjectId.of(in.getLong(), in.getLong());
    byte kind = in.get();
    if (kind == WHOLE) {
      var body = new byte[in.remaining()];
      in.get(body);
      return new Answer(project, body);
    }
    long begin = in.getLong();
    long end = in.getLong();
    return new Answer(
        project,
        JobAnswer.succeeded(id, types.get(kind), begin, end, entry, HEAD_BYTES + TIMES_BYTES));
  }

  /** Keeps a job that succeeded and has no sub-jobs. */
  Answer putSucceeded(
      JobId id, ProjectId project, String type, long begin, long end, String entities) {
    var text = entities.getBytes(UTF_8);
    var entry =
        head(id, project, numberOf(type), TIMES_BYTES + text.length)
            .putLong(begin)
            .putLong(end)
            .put(text)
            .array();
    table.put(id.number(), entry);
    return answer(id, entry);
  }

  /** Keeps any answer. */
  Answer put(JobId id, ProjectId project, byte[] body) {
    table.put(id.number(), head(id, project, WHOLE, body.length).put(body).array());
    return new Answer(project, body);
  }

  private static ByteBuffer head(JobId id, ProjectId project, byte kind, int more) {
    return ByteBuffer.allocate(HEAD_BYTES + more)
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
