package platter.job;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import platter.id.JobId;

/**
 * The unfinished jobs of this node, as they stand. What is here is provably current: only this node
 * writes them, and it changes them here after each commit.
 */
final class LiveJobs {
  private final ConcurrentHashMap<Long, Live> byNumber = new ConcurrentHashMap<>();

  void add(Live live) {
    byNumber.put(live.job().id().number(), live);
  }

  /**
   * Adds one that was just committed, with its children.
   *
   * @return whether it is new: not when it was found by its row before this was called
   */
  synchronized boolean addNew(Live live) {
    if (byNumber.putIfAbsent(live.job().id().number(), live) != null) {
      return false;
    }
    live.children().forEach(this::add);
    return true;
  }

  synchronized void remove(Live live) {
    live.gone();
    byNumber.remove(live.job().id().number(), live);
  }

  Optional<Live> find(JobId id) {
    var live = byNumber.get(id.number());
    return live != null && live.job().id().equals(id) ? Optional.of(live) : Optional.empty();
  }

  Optional<Live> find(long number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  Collection<Live> all() {
    return byNumber.values();
  }

  int size() {
    return byNumber.size();
  }
}
