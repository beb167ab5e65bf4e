package platter.job;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import platter.id.JobId;

/**
 * The unfinished jobs of this node, as they stand. What is here is provably current: only this node
 * writes them, and it changes them here after each commit.
 */
final class LiveJobs {
  private final ConcurrentHashMap<Long, Live> byNumber = new ConcurrentHashMap<>();

  /** One unfinished job. A batch has children; a child has a parent. */
  static final class Live {
    private final @Nullable Live parent;
    private volatile List<Live> children = List.of();
    private volatile Job job;

    Live(Job job, @Nullable Live parent) {
      this.job = job;
      this.parent = parent;
    }

    Job job() {
      return job;
    }

    @Nullable Live parent() {
      return parent;
    }

    List<Live> children() {
      return children;
    }

    void children(List<Live> all) {
      children = List.copyOf(all);
    }

    void become(Job next) {
      job = next;
    }

    /** The body of a job query. */
    byte[] answer() {
      var now = job; // before the children: a batch that has ended has only ended children
      if (children.isEmpty()) {
        return JobAnswer.of(now);
      }
      return JobAnswer.of(now, children.stream().map(Live::job).toList());
    }
  }

  void add(Live live) {
    byNumber.put(live.job().id().number(), live);
  }

  void remove(Live live) {
    byNumber.remove(live.job().id().number());
  }

  Optional<Live> find(JobId id) {
    var live = byNumber.get(id.number());
    return live != null && live.job().id().equals(id) ? Optional.of(live) : Optional.empty();
  }

  int size() {
    return byNumber.size();
  }
}
