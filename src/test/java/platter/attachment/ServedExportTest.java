package platter.attachment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import platter.driver.Writes;
import platter.nbd.Export;
import platter.nbd.Extent;
import platter.nbd.Limits;

/** A change that is as long as the volume ends when the gate is shut. */
class ServedExportTest {
  private static final long MIB = 1L << 20;

  private record Part(long at, long length) {}

  /** Remembers what is changed, and shuts the gate after so many parts. */
  private static final class Remembering implements Export {
    private final Gate gate;
    private final int until;
    private final List<Part> parts = new ArrayList<>();

    Remembering(Gate gate, int until) {
      this.gate = gate;
      this.until = until;
    }

    private void changed(long at, long length) {
      parts.add(new Part(at, length));
      if (parts.size() == until) {
        assertThat(gate.shut()).isTrue();
      }
    }

    @Override
    public long size() {
      return 1L << 40;
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public boolean shared() {
      return true;
    }

    @Override
    public Limits limits() {
      return Limits.NONE;
    }

    @Override
    public boolean readNow(ByteBuffer into, long at) {
      return false;
    }

    @Override
    public void read(ByteBuffer into, long at) {}

    @Override
    public void write(ByteBuffer from, long at) {
      changed(at, from.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void trim(long at, long length) {
      changed(at, length);
    }

    @Override
    public void zero(long at, long length, boolean mayPunch, boolean fast) {
      changed(at, length);
    }

    @Override
    public boolean cache(long at, long length) {
      return false;
    }

    @Override
    public Extent extentAt(long at, long end) {
      return new Extent(end - at, true);
    }

    @Override
    public void close() {}
  }

  private static Remembering storage(int until) {
    return new Remembering(new Gate(() -> true), until);
  }

  private static ServedExport served(Remembering real) {
    return new ServedExport(real, real.gate, Writes.FREE, () -> Limits.NONE, () -> {});
  }

  @Test
  void aLongOneIsMadeInPartsThatMeet() throws IOException {
    var real = storage(0);
    served(real).zero(5 * MIB, 40 * MIB, true, false);
    served(real).trim(32 * MIB, 16 * MIB);
    served(real).write(ByteBuffer.allocate((int) (20 * MIB)), 5 * MIB);
    assertThat(real.parts)
        .containsExactly(
            new Part(5 * MIB, 11 * MIB),
            new Part(16 * MIB, 16 * MIB),
            new Part(32 * MIB, 13 * MIB),
            new Part(32 * MIB, 16 * MIB),
            new Part(5 * MIB, 20 * MIB));
  }

  @Test
  void nothingIsDoneAfterTheGateIsShut() {
    var zeroing = storage(2);
    assertThatThrownBy(() -> served(zeroing).zero(0, 4096 * MIB, false, false))
        .isInstanceOf(IOException.class);
    assertThat(zeroing.parts).hasSize(2);
    var trimming = storage(1);
    assertThatThrownBy(() -> served(trimming).trim(0, 4096 * MIB)).isInstanceOf(IOException.class);
    assertThat(trimming.parts).hasSize(1);
  }
}
