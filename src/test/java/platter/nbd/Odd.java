package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A volume that does as the test says. */
class Odd implements Export {
  static final int SIZE_BYTES = 8 << 20;

  @Override
  public long size() {
    return SIZE_BYTES;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Limits limits() {
    return Limits.NONE;
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) throws IOException {
    return false;
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      into.put((byte) 9);
    }
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    throw new RefusedException(Errno.ENOSPC, "full");
  }

  @Override
  public void flush() throws IOException {
    throw new IOException("a broken disk");
  }

  @Override
  public void trim(long at, long length) {
    throw new IllegalStateException("a mistake");
  }

  @Override
  public void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException {
    throw new RefusedException(Errno.ENOTSUP, "slow");
  }

  @Override
  public boolean cache(long at, long length) {
    return false;
  }

  @Override
  public Extent extentAt(long at, long end) {
    return new Extent(1, false);
  }

  @Override
  public void close() {}

  /** Waits as a disk may. */
  static void pass(CountDownLatch gate) throws IOException {
    try {
      assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
