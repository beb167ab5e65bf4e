package platter.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import platter.json.Json;
import platter.node.Owner;

/**
 * One unfinished job of this node. A batch has children; a child has a parent. What is told of it
 * is {@link #job}; what a runner is doing with it stands in the fields of the runner, which has it
 * for itself between {@link #begin} and {@link #rest}.
 */
final class Live {
  /** Who has it. */
  private enum Phase {
    /** Waits for a hand, and no step of it has begun, here or elsewhere. */
    QUEUED,
    /** A runner has it. */
    BUSY,
    /** Waits for its next attempt, or for its end to be written; or was found unfinished. */
    RESTING,
    /** Somebody is about to cancel it. */
    HELD,
    /** Ended, or not ours any more. */
    GONE
  }

  private final @Nullable Live parent;
  private final Owner owner;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private volatile List<Live> children = List.of();
  private volatile Job job;
  private volatile @Nullable String cancelledBy;

  private final AtomicInteger undecided = new AtomicInteger();

  /** Whether a step of it may have begun. Changed by who has it for himself. */
  private boolean mayHaveBegun;

  /** The runner's: where the job really stands, which is told when it is committed. */
  JobState doing;

  /** As they were accepted here; null: only its row has them. */
  private volatile @Nullable Record params;

  /** What its end is written as; null: that has not been tried yet. */
  private volatile @Nullable Job ending;

  /** The runner's: when the first step began here, and the step under way; {@link Crew#nanos}. */
  long jobNanos;

  long stepNanos;
  boolean begun;

  /** When the first step began, milliseconds since 1970; 0: not yet. The runner sets it. */
  volatile long startedMillis;

  /** How far the step under way says it is, in percent; -1: not yet, here. The runner sets it. */
  volatile int percent = -1;

  /** The runner's: since when it waits for a hand for what is slow; {@link Crew#nanos}. */
  long queuedNanos;

  /** The runner's: how far the step under way has ever been, in its own units. */
  long farthest;

  /** The runner's: what was last kept of that, and when; {@link Crew#nanos}. */
  long kept;

  long keptNanos;

  /** The runner's: what is to be written down with the next write. */
  final List<JobEvents.Note> notes = new ArrayList<>();

  Live(Job job, @Nullable Live parent, Owner owner) {
    this.job = job;
    this.parent = parent;
    this.owner = owner;
    this.doing = job.state();
  }

  Job job() {
    return job;
  }

  @Nullable Live parent() {
    return parent;
  }

  /** The incarnation under whose name it is written. */
  Owner owner() {
    return owner;
  }

  List<Live> children() {
    return children;
  }

  void children(List<Live> all) {
    children = List.copyOf(all);
  }

  /** It was accepted here with these, so that nobody has to read its text. */
  void params(Record accepted) {
    params = accepted;
  }

  /** What its steps need. */
  <P extends Record> P params(Class<P> type) {
    var accepted = params;
    return type.isInstance(accepted)
        ? type.cast(accepted)
        : Json.mapper().readValue(job.params(), type);
  }

  /**
   * What its end is to be written as: the same each time it is tried, because one that was not
   * heard of may have gone through.
   */
  Job ending(JobState.Ended how, long atMillis) {
    var before = ending;
    if (before != null && before.state().equals(how)) {
      return before;
    }
    var ends = job.ended(how, atMillis);
    ending = ends;
    return ends;
  }

  /** As its row has it, for somebody who knows that it has ended there. */
  Job ended() {
    var told = job;
    return told.state() instanceof JobState.Ended
        ? told
        : Objects.requireNonNull(ending, "it has not ended");
  }

  /** What is told from now on. */
  void show(Job next) {
    job = next;
  }

  /** A transaction begins that changes what is told: until it is decided the row may be newer. */
  void changing() {
    undecided.incrementAndGet();
  }

  /** That transaction is decided, and told. One whose outcome is unknown is not. */
  void changed() {
    undecided.decrementAndGet();
  }

  /** Whether what is told is what is committed, as long as this node holds its lease. */
  boolean isCurrent() {
    return undecided.get() == 0 && children.stream().allMatch(Live::isCurrent);
  }

  @Nullable String cancelledBy() {
    return cancelledBy;
  }

  void cancelledBy(String who) {
    cancelledBy = who;
  }

  /** Whether the caller is its runner now. */
  boolean begin() {
    return phase.compareAndSet(Phase.QUEUED, Phase.BUSY)
        || phase.compareAndSet(Phase.RESTING, Phase.BUSY);
  }

  /** The runner is about to begin a step. */
  void begins() {
    mayHaveBegun = true;
  }

  /** It was found unfinished: nobody has it yet, and somebody may have begun it. */
  void found() {
    mayHaveBegun = true;
    phase.compareAndSet(Phase.QUEUED, Phase.RESTING);
  }

  /** The runner lets go until the next attempt. */
  void rest() {
    phase.compareAndSet(Phase.BUSY, mayHaveBegun ? Phase.RESTING : Phase.QUEUED);
  }

  /** No runner shall have it any more. */
  void gone() {
    phase.set(Phase.GONE);
  }

  /** Keeps runners away until {@link #release}, if no step of it has begun. */
  boolean hold() {
    return phase.compareAndSet(Phase.QUEUED, Phase.HELD);
  }

  void release() {
    phase.compareAndSet(Phase.HELD, Phase.QUEUED);
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
