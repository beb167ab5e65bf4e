package platter.driver.dir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import platter.driver.DriverContract;
import platter.driver.StorageDriver;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * A program that makes snapshots, volumes of them, and reverts, until it is killed: each thing is
 * full of one byte, 1 or 2. It says {@code did SNAPSHOT .} when one was made, {@code gone SNAPSHOT
 * .} before it goes.
 */
final class KilledCopier {
  static final VolumeId VOLUME = DriverContract.id(0x51);
  static final long BYTES = 16L << 20;

  private KilledCopier() {}

  public static void main(String[] args) throws Exception {
    var root = Path.of(args[0]);
    var random = new Random(Long.parseLong(args[1]));
    var driver = Nodes.alone(root);
    driver.ensure(VOLUME, BYTES);
    var ones = made(driver, root, random, 1);
    var twos = made(driver, root, random, 2);
    while (true) {
      driver.revert(VOLUME, random.nextBoolean() ? ones : twos);
      var snapshot = id(random);
      driver.snapshot(VOLUME, snapshot, BYTES);
      System.out.println("did " + snapshot + " .");
      driver.ensure(VolumeId.of(UUID.randomUUID()), BYTES, snapshot);
      if (random.nextInt(3) > 0) {
        System.out.println("gone " + snapshot + " .");
        driver.retire(snapshot);
      }
    }
  }

  private static SnapshotId made(StorageDriver driver, Path root, Random random, int fill)
      throws Exception {
    fill(new Layout(root).file(VOLUME), fill);
    var snapshot = id(random);
    driver.snapshot(VOLUME, snapshot, BYTES);
    System.out.println("did " + snapshot + " .");
    return snapshot;
  }

  private static void fill(Path path, int fill) throws IOException {
    var chunk = new byte[1 << 20];
    Arrays.fill(chunk, (byte) fill);
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      for (long at = 0; at < BYTES; at += chunk.length) {
        file.write(chunk);
      }
    }
  }

  private static SnapshotId id(Random random) {
    return SnapshotId.of(new UUID(random.nextLong(), random.nextLong()));
  }
}
