package platter.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import platter.job.Crew;

/** The hands and the watch of one simulated node. */
final class SimCrew implements Crew {
  private static final long STOP_NANOS = Duration.ofSeconds(2).toNanos();

  private final Timeline timeline;
  private final Timeline.Program process;
  private final RandomGenerator random;
  private final int hands;
  private final SimNode.Clock clock;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int busy;
  private int aside;
  private boolean closed;

  SimCrew(
      Timeline timeline,
      Timeline.Program process,
      RandomGenerator random,
      int hands,
      SimNode.Clock clock) {
    this.timeline = timeline;
    this.process = process;
    this.random = random;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public void run(Runnable work) {
    if (closed) {
      return;
    }
    waiting.add(work);
    next();
  }

  private void next() {
    timeline.after(random.nextLong(200_000), process, this::takeOne);
  }

  private void takeOne() {
    if (busy == hands || waiting.isEmpty()) {
      return;
    }
    busy++;
    try {
      waiting.remove().run();
    } finally {
      busy--;
      next();
    }
  }

  @Override
  public void runLater(Duration wait, Runnable work) {
    timeline.after(wait.toNanos(), process, () -> run(work));
  }

  @Override
  public void aside(Duration wait, Runnable work) {
    timeline.after(
        wait.toNanos(),
        process,
        () -> {
          if (closed) {
            return;
          }
          aside++;
          try {
            work.run();
          } finally {
            aside--;
          }
        });
  }

  /** Waits for what is done aside, which may have a lock that closing needs. */
  void awaitAside() {
    while (aside > 0) {
      timeline.pause(10_000_000);
    }
  }

  @Override
  public long nanos() {
    return clock.nanos();
  }

  @Override
  public void close() {
    closed = true;
    waiting.clear();
    long until = timeline.now() + STOP_NANOS;
    while (busy > 0 && timeline.now() < until) {
      timeline.pause(10_000_000);
    }
  }
}
