package platter.driver.dir;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import platter.driver.Guard;
import platter.driver.Sharing;
import platter.error.BackendException;

/** Opens storages for tests: alone, or as one node of several. */
final class Nodes {
  private static final AtomicLong INCARNATIONS =
      new AtomicLong(ProcessHandle.current().pid() << 32);

  private Nodes() {}

  static DirDriver alone(Path root) throws BackendException {
    return DirDriver.open(root, new Sharing.Alone(), Guard.NONE);
  }

  static DirDriver one(Path root, Guard guard) throws BackendException {
    return DirDriver.open(root, new Sharing.AmongNodes(INCARNATIONS.incrementAndGet()), guard);
  }
}
