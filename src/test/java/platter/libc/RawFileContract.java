package platter.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every kind of file does, or refuses without having done anything. */
abstract class RawFileContract {
  private static final int SIZE = 4 << 20;
  private static final int BLOCK_BYTES = 64 << 10;

  @TempDir Path folder;

  abstract RawFile open(Path path, RawFile.Access access) throws IOException;

  private RawFile open(Path path, boolean readOnly) throws IOException {
    return open(path, readOnly ? RawFile.Access.READ : RawFile.Access.WRITE);
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file"), content);
  }

  private static byte[] random(int length, long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] read(RawFile file, long at, int length) throws IOException {
    var into = ByteBuffer.allocateDirect(length);
    file.read(into, at);
    assertThat(into.hasRemaining()).isFalse();
    var bytes = new byte[length];
    into.flip().get(bytes);
    return bytes;
  }

  /** As the system tells it: a power failure is too much to ask. */
  private static boolean isWrittenThrough(Path path) throws IOException {
    try (var open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (var one : open) {
        if (Files.isSymbolicLink(one) && Files.readSymbolicLink(one).equals(path)) {
          var info = Files.readString(Path.of("/proc/self/fdinfo").resolve(one.getFileName()));
          var flags = info.lines().filter(line -> line.startsWith("flags:")).findFirst();
          return (Long.parseLong(flags.orElseThrow().substring(6).strip(), 8) & 0x1000) != 0;
        }
      }
    }
    throw new AssertionError(path + " is not open");
  }

  @Test
  void whatIsWrittenThroughNeedsNoSync() throws IOException {
    var path = file(random(SIZE, 1)).toRealPath();
    try (var file = open(path, RawFile.Access.WRITE_THROUGH)) {
      assertThat(isWrittenThrough(path)).isTrue();
      file.write(direct(random(4096, 2)), 4096);
      assertThat(read(file, 4096, 4096)).isEqualTo(random(4096, 2));
    }
    try (var _ = open(path, RawFile.Access.WRITE)) {
      assertThat(isWrittenThrough(path)).isFalse();
    }
  }

  @Test
  void whatIsWrittenIsReadAtItsPlaceAndNowhereElse() throws IOException {
    var model = random(SIZE, 1);
    var path = file(model);
    try (var file = open(path, false)) {
      assertThat(file.size()).isEqualTo(SIZE);
      for (int length : new int[] {1, 511, 4096, 1_000_001}) {
        var data = random(length, length);
        var from = direct(data);
        file.write(from, 4095);
        assertThat(from.hasRemaining()).isFalse();
        System.arraycopy(data, 0, model, 4095, length);
        assertThat(read(file, 4095, length)).isEqualTo(data);
      }
      file.sync();
      boolean _ = file.willNeed(0, SIZE);
      assertThat(read(file, 0, SIZE)).isEqualTo(model);
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(model);
  }

  @Test
  void aPartOfABufferIsReadAndWritten() throws IOException {
    try (var file = open(file(new byte[SIZE]), false)) {
      file.write(direct(new byte[] {1, 2, 3, 4}).position(1).limit(3), 10);
      assertThat(read(file, 9, 4)).containsExactly(0, 2, 3, 0);
      var into = ByteBuffer.allocateDirect(4).position(1).limit(3);
      file.read(into, 10);
      var bytes = new byte[4];
      into.clear().get(bytes);
      assertThat(bytes).containsExactly(0, 2, 3, 0);
    }
  }

  @Test
  void behindTheEndNothingIsReadAndAGrownFileIsReadToItsNewEnd() throws IOException {
    var path = file(new byte[100]);
    try (var file = open(path, false)) {
      assertThatThrownBy(() -> read(file, 99, 2)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> read(file, 1000, 1)).isInstanceOf(IOException.class);
      try (var other = open(path, false)) {
        other.write(direct(new byte[] {5}), 199);
      }
      assertThat(file.size()).isEqualTo(200);
      assertThat(read(file, 198, 2)).containsExactly(0, 5);
    }
  }

  @Test
  void whatIsReadAtOnceIsAllOfItOrNothing() throws IOException {
    var content = random(SIZE, 2);
    try (var file = open(file(content), true)) {
      for (int length : new int[] {1, 4096, 300_000}) {
        var into = ByteBuffer.allocateDirect(length + 10).position(10);
        if (file.readNow(into, 77)) {
          assertThat(into.hasRemaining()).isFalse();
          var bytes = new byte[length];
          into.position(10).get(bytes);
          assertThat(bytes).isEqualTo(Arrays.copyOfRange(content, 77, 77 + length));
        } else {
          assertThat(into.position()).isEqualTo(10);
        }
      }
      var beyond = ByteBuffer.allocateDirect(10);
      assertThat(file.readNow(beyond, SIZE - 5)).isFalse();
      assertThat(beyond.position()).isZero();
    }
  }

  @Test
  void zerosAreMadeWhereTheyWereAskedForOrNotAtAll() throws IOException {
    var model = random(SIZE, 3);
    try (var file = open(file(model), false)) {
      if (file.punch(BLOCK_BYTES + 1, BLOCK_BYTES)) {
        Arrays.fill(model, BLOCK_BYTES + 1, 2 * BLOCK_BYTES + 1, (byte) 0);
      }
      if (file.zero(4L * BLOCK_BYTES - 1, BLOCK_BYTES)) {
        Arrays.fill(model, 4 * BLOCK_BYTES - 1, 5 * BLOCK_BYTES - 1, (byte) 0);
      }
      assertThat(file.size()).isEqualTo(SIZE);
      assertThat(read(file, 0, SIZE)).isEqualTo(model);
    }
  }

  @Test
  void noByteOtherThanZeroIsToldAsAHole() throws IOException {
    var path = file(new byte[0]);
    var model = new byte[SIZE];
    try (var file = open(path, false)) {
      for (int at : new int[] {1 << 20, (1 << 20) + BLOCK_BYTES, 3 << 20, SIZE - 1}) {
        file.write(direct(new byte[] {1}), at);
        model[at] = 1;
      }
      long told = 0;
      for (long at = 0; at < SIZE; at = told) {
        long data = file.dataFrom(at, SIZE);
        assertThat(data).isBetween(at, (long) SIZE);
        assertThat(Arrays.copyOfRange(model, (int) at, (int) data))
            .isEqualTo(new byte[(int) (data - at)]);
        told = file.holeFrom(data, SIZE);
        assertThat(told).isBetween(Math.min(data + 1, SIZE), (long) SIZE);
      }
      assertThat(file.dataFrom(SIZE, SIZE)).isEqualTo(SIZE);
      assertThat(file.dataFrom(1 << 20, (1 << 20) + 5)).isEqualTo(1 << 20);
      assertThat(file.holeFrom(1 << 20, (1 << 20) + 5)).isEqualTo((1 << 20) + 5);
    }
  }

  @Test
  void aFileThatIsNotThereIsNotMade() {
    for (boolean readOnly : new boolean[] {true, false}) {
      assertThatThrownBy(() -> open(folder.resolve("nothing"), readOnly))
          .isInstanceOf(NoSuchFileException.class);
    }
    assertThat(folder.resolve("nothing")).doesNotExist();
  }

  @Test
  void whatIsOpenToBeReadIsNotWritten() throws IOException {
    var path = file(new byte[] {1, 2, 3});
    try (var file = open(path, true)) {
      assertThatThrownBy(() -> file.write(direct(new byte[] {9}), 0)).isNotNull();
      assertThat(read(file, 0, 3)).containsExactly(1, 2, 3);
    }
    assertThat(Files.readAllBytes(path)).containsExactly(1, 2, 3);
  }

  @Test
  void whatIsClosedFailsAndIsClosedOnce() throws IOException {
    var path = file(new byte[100]);
    var file = open(path, false);
    file.close();
    file.close();
    assertThatThrownBy(() -> read(file, 0, 1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> file.write(direct(new byte[1]), 0)).isInstanceOf(IOException.class);
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    assertThatThrownBy(file::size).isInstanceOf(IOException.class);
  }

  @Test
  void manyThreadsUseItAtOnce() throws Exception {
    var right = new AtomicInteger();
    var path = file(new byte[SIZE]);
    try (var file = open(path, false)) {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < SIZE / BLOCK_BYTES; i++) {
        var data = random(BLOCK_BYTES, i);
        long at = (long) i * BLOCK_BYTES;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        file.write(direct(data), at);
                        if (Arrays.equals(read(file, at, BLOCK_BYTES), data)) {
                          right.incrementAndGet();
                        }
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
    }
    assertThat(right).hasValue(SIZE / BLOCK_BYTES);
  }
}
