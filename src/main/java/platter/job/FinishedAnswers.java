package platter.job;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import platter.id.JobId;
import platter.id.ProjectId;

/**
 * Answers to queries of finished jobs, which never change. Two generations: what is asked for moves
 * to the young one; when that is full the old one is dropped.
 */
final class FinishedAnswers {
  /** What an entry costs beside its body. */
  private static final int ENTRY_BYTES = 160;

  private final long generationBytes;
  private final AtomicLong youngBytes = new AtomicLong();
  private volatile ConcurrentHashMap<JobId, Answer> young = new ConcurrentHashMap<>();
  private volatile ConcurrentHashMap<JobId, Answer> old = new ConcurrentHashMap<>();

  /** A body, and whose it is. */
  record Answer(ProjectId project, byte[] body) {}

  FinishedAnswers(long maxBytes) {
    generationBytes = maxBytes / 2;
  }

  @Nullable Answer find(JobId id) {
    var answer = young.get(id);
    if (answer != null) {
      return answer;
    }
    answer = old.get(id);
    if (answer != null) {
      put(id, answer);
    }
    return answer;
  }

  void put(JobId id, Answer answer) {
    if (young.put(id, answer) == null
        && youngBytes.addAndGet(answer.body().length + ENTRY_BYTES) > generationBytes) {
      grow();
    }
  }

  private synchronized void grow() {
    if (youngBytes.get() > generationBytes) {
      old = young;
      young = new ConcurrentHashMap<>();
      youngBytes.set(0);
    }
  }
}
