package platter.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes by events, and work that seems to happen at the same time. Each piece of work
 * has a stack of its own (a virtual thread), but only one of them runs at any moment: the baton
 * goes to another one only where work pauses or ends. So the order of everything is a function of
 * the seed.
 */
final class Timeline {
  /** No seed takes so long; if one does, something waits for a lock that somebody paused with. */
  private static final long HANGING_SECONDS = 60;

  private final RandomGenerator random;
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private long now;
  private long events;
  private boolean stopped;
  private @Nullable Throwable failure;
  private @Nullable Worker running;

  Timeline(RandomGenerator random) {
    this.random = random;
  }

  /** Work of a process that has died: unwinds its stack. */
  static final class Crashed extends Error {
    Crashed() {
      super("crashed", null, false, false);
    }
  }

  /** What can die and fall asleep as a whole. */
  static final class Program {
    final String name;
    private boolean dead;
    private long asleepUntil;

    Program(String name) {
      this.name = name;
    }

    /** What it is doing never goes on. */
    void die() {
      dead = true;
    }

    boolean isDead() {
      return dead;
    }

    /** It does nothing until then, and does not notice. */
    void sleepUntil(long nanos) {
      asleepUntil = Math.max(asleepUntil, nanos);
    }

    void mustLive() {
      if (dead) {
        throw new Crashed();
      }
    }
  }

  /** Work that begins, or goes on. */
  private record Event(
      long at, long tie, Program process, @Nullable Runnable work, @Nullable Worker paused)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(tie, other.tie);
    }
  }

  /** A stack for work. */
  private final class Worker implements Runnable {
    final Thread thread = Thread.ofVirtual().unstarted(this);
    private volatile boolean baton;
    private @Nullable Event assignment;
    private @Nullable Program process;

    void give(@Nullable Event event) {
      assignment = event;
      running = this;
      baton = true;
      if (thread.getState() == Thread.State.NEW) {
        workers.add(this);
        thread.start();
      } else {
        LockSupport.unpark(thread);
      }
    }

    private void awaitBaton() {
      while (!baton) {
        LockSupport.park(Timeline.this);
      }
      baton = false;
    }

    @Override
    public void run() {
      awaitBaton();
      var next = assignment;
      while (!stopped && next != null) {
        if (next.paused != null) {
          idle.push(this);
          next.paused.give(null);
          awaitBaton();
          next = assignment;
        } else {
          perform(next);
          next = stopped ? null : take();
        }
      }
      unwindNext();
    }

    private void perform(Event event) {
      process = event.process;
      try {
        if (event.work != null) {
          event.work.run();
        }
      } catch (Crashed e) {
        // as if it had never been
      } catch (Throwable e) {
        fail(e);
      } finally {
        process = null;
      }
    }

    void pause(long nanos) {
      var self = process;
      if (self == null) {
        return;
      }
      if (stopped || self.isDead()) {
        throw new Crashed();
      }
      queue.add(new Event(now + nanos, random.nextLong(), self, null, this));
      var next = take();
      if (next != null && next.paused != this) {
        hand(next);
        awaitBaton();
        running = this;
      }
      if (stopped || self.isDead()) {
        throw new Crashed();
      }
    }
  }

  private void hand(Event next) {
    if (next.paused != null) {
      next.paused.give(null);
    } else {
      var worker = idle.poll();
      (worker != null ? worker : new Worker()).give(next);
    }
  }

  private @Nullable Event take() {
    while (true) {
      var next = queue.poll();
      if (next == null) {
        stopped = true;
        return null;
      }
      boolean dead = next.process.isDead();
      if (!dead && next.process.asleepUntil > next.at) {
        queue.add(
            new Event(
                next.process.asleepUntil, random.nextLong(), next.process, next.work, next.paused));
      } else if (!dead || next.paused != null) {
        now = Math.max(now, next.at);
        events++;
        return next;
      }
    }
  }

  /** When all is over every stack is unwound, one after the other. */
  private void unwindNext() {
    stopped = true;
    Event next = queue.poll();
    while (next != null && next.paused == null) {
      next = queue.poll();
    }
    var worker = next != null ? next.paused : idle.poll();
    if (worker != null) {
      worker.give(null);
    } else {
      over.countDown();
    }
  }

  /** In nanoseconds, from 0. */
  long now() {
    return now;
  }

  /** How much has happened. */
  long events() {
    return events;
  }

  /** Does the work when so much time has passed. */
  void after(long nanos, Program process, Runnable work) {
    if (!process.isDead()) {
      queue.add(new Event(now + nanos, random.nextLong(), process, work, null));
    }
  }

  /** Lets so much time pass for the work that calls. Others go on meanwhile. */
  void pause(long nanos) {
    if (running != null) {
      running.pause(nanos);
    }
  }

  /** The first failure ends everything. */
  void fail(Throwable why) {
    if (failure == null) {
      failure = why;
    }
    stopped = true;
  }

  /** No event happens any more. */
  void stop() {
    stopped = true;
  }

  /**
   * Runs until nothing is left to happen, or it is stopped. Throws the failure, if there is one.
   */
  void run() throws Throwable {
    var first = take();
    if (first != null) {
      hand(first);
      if (!over.await(HANGING_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the simulation hangs: " + stacks());
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private String stacks() {
    var text = new StringBuilder();
    for (var worker : workers) {
      text.append("\n\n").append(worker == running ? "running" : "waiting");
      for (var frame : worker.thread.getStackTrace()) {
        text.append("\n  ").append(frame);
      }
    }
    return text.toString();
  }
}
