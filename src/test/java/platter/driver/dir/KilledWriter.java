package platter.driver.dir;

import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * A program that creates, grows and deletes volumes until it is killed, on several threads. It says
 * {@code try ID BYTES .} before each change and {@code did ID BYTES .} after it; 0 bytes mean
 * deleted. The dot tells a whole line from a torn one.
 */
public final class KilledWriter {
  static final int THREADS = 4;
  private static final long GIB = 1L << 30;

  private KilledWriter() {}

  public static void main(String[] args) throws Exception {
    start(Nodes.alone(Path.of(args[0])), Long.parseLong(args[1]));
  }

  /** Begins, on a driver of whatever kind. */
  public static void start(StorageDriver driver, long seed) {
    var seeds = new Random(seed);
    for (int i = 0; i < THREADS; i++) {
      var random = new Random(seeds.nextLong());
      Thread.ofPlatform().start(() -> work(driver, random));
    }
  }

  private static void work(StorageDriver driver, Random random) {
    try {
      while (true) {
        var id = VolumeId.of(new UUID(random.nextLong(), random.nextLong()));
        long bytes = (1 + random.nextInt(100)) * GIB;
        say("try", id, bytes);
        driver.ensure(id, bytes);
        say("did", id, bytes);
        if (random.nextBoolean()) {
          say("try", id, bytes + GIB);
          driver.grow(id, bytes + GIB);
          say("did", id, bytes + GIB);
        }
        if (random.nextInt(3) > 0) {
          say("try", id, 0);
          driver.retire(id);
          say("did", id, 0);
        }
      }
    } catch (BackendException e) {
      System.out.println("failed " + e.getMessage());
    }
  }

  private static void say(String what, VolumeId id, long bytes) {
    System.out.println(what + " " + id + " " + bytes + " .");
  }
}
