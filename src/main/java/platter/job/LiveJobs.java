package platter.job;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import platter.id.JobId;
import platter.node.Lease;

/**
 * The unfinished jobs of this node, as they stand. Only this node writes them, and it changes them
 * here after each commit; where others read the rows, see {@link #findCurrent}.
 */
final class LiveJobs {
  private final ConcurrentHashMap<Long, Live> byNumber = new ConcurrentHashMap<>();
  private final Lease lease;

  LiveJobs(Lease lease) {
    this.lease = lease;
  }

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

  /**
   * As {@link #find}, if what stands here may be told. Among nodes it may be less than what another
   * one has told already: while a commit is on its way or its outcome is unknown, and when this
   * node may have been taken for dead. Then the row is to be asked.
   */
  Optional<Live> findCurrent(JobId id) {
    return find(id).filter(one -> !lease.shared() || (one.isSure() && lease.holds(one.owner())));
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
