package platter.driver.dir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import platter.driver.Guard;
import platter.error.BackendException;

/**
 * A {@link KilledWriter} that is one node of several: its lease is renewed as long as nobody has
 * taken over. Who takes over makes a file and waits for a lease to pass.
 */
final class LeasedWriter implements Guard {
  private final Path taken;
  private final long leaseNanos;
  private volatile long until = System.nanoTime();

  private LeasedWriter(Path taken, long leaseMillis) {
    this.taken = taken;
    this.leaseNanos = TimeUnit.MILLISECONDS.toNanos(leaseMillis);
  }

  public static void main(String[] args) throws Exception {
    var lease = new LeasedWriter(Path.of(args[2]), Long.parseLong(args[3]));
    KilledWriter.start(Nodes.one(Path.of(args[0]), lease), Long.parseLong(args[1]));
  }

  @Override
  public void check() throws BackendException {
    if (System.nanoTime() - until >= 0 && !renewed()) {
      throw new BackendException.Busy("the lease has run out");
    }
  }

  /** The lease counts from before the look: whoever took over afterwards waits until it ends. */
  private boolean renewed() {
    long now = System.nanoTime();
    if (Files.exists(taken)) {
      return false;
    }
    until = now + leaseNanos;
    return true;
  }
}
