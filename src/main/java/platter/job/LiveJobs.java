package platter.job;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import platter.id.JobId;
import platter.node.Lease;
import platter.node.Owner;

/**
 * The unfinished jobs of this node, as they stand: only this node writes them, as long as it holds
 * its lease, and it changes them here after each commit.
 */
final class LiveJobs {
  private final Lease lease;
  private final ConcurrentHashMap<Long, Live> byNumber = new ConcurrentHashMap<>();
  private final JobMetrics metrics = new JobMetrics(this);

  LiveJobs(Lease lease) {
    this.lease = lease;
  }

  JobMetrics metrics() {
    return metrics;
  }

  void add(Live live) {
    byNumber.put(live.job().id().number(), live);
  }

  /**
   * Adds one that was just committed, with its children.
   *
   * @return whether it is new: not when it was found by its row before this was called, nor when
   *     the commit was heard of so late that its rows may be another incarnation's
   */
  synchronized boolean addNew(Live live) {
    long number = live.job().id().number();
    if (!live.owner().equals(lease.owner()) || isKnown(number, live.owner())) {
      return false;
    }
    byNumber.put(number, live);
    live.children().forEach(this::add);
    return true;
  }

  /** Whether it is here as a job of this incarnation. */
  boolean isKnown(long number, Owner owner) {
    return find(number).filter(one -> one.owner().equals(owner)).isPresent();
  }

  /** All of an incarnation that was taken for dead. */
  synchronized void removeAll(Owner dead) {
    byNumber.values().stream().filter(one -> one.owner().equals(dead)).forEach(this::remove);
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

  /** The job as it is told here, when that is provably what is committed; else ask its row. */
  Optional<Job> current(JobId id) {
    return find(id)
        .flatMap(
            one -> {
              var job = one.job();
              return isCurrent(one) ? Optional.of(job) : Optional.empty();
            });
  }

  /**
   * Whether what was told before this was asked is what was committed then. Nodes alone show nobody
   * a row that differs.
   */
  boolean isCurrent(Live one) {
    return !lease.shared() || (one.isCurrent() && lease.holds(one.owner()));
  }

  /** One that this node may still run. */
  Optional<Live> ours(JobId id) {
    return find(id).filter(one -> lease.holds(one.owner()));
  }

  Collection<Live> all() {
    return byNumber.values();
  }

  int size() {
    return byNumber.size();
  }
}
