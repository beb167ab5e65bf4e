package platter.attachment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import platter.driver.Writes;
import platter.nbd.Export;
import platter.nbd.Extent;
import platter.nbd.Limits;

/**
 * A volume as one connection of an attachment has it open: through a {@link Gate}, and what changes
 * it in step with the copies that are made of it.
 */
final class ServedExport implements Export {
  /** At once of what may be as long as the volume; several objects of a cluster. */
  private static final long PART_BYTES = 16L << 20;

  private final Export real;
  private final Supplier<Limits> limits;
  private final Writes writes;
  private final Runnable closed;
  private final Gate gate;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /**
   * @param limits those of now
   * @param closed told once, when the connection has let go of it
   */
  ServedExport(Export real, Gate gate, Writes writes, Supplier<Limits> limits, Runnable closed) {
    this.real = real;
    this.gate = gate;
    this.writes = writes;
    this.limits = limits;
    this.closed = closed;
  }

  Gate gate() {
    return gate;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public boolean readOnly() {
    return real.readOnly();
  }

  @Override
  public boolean shared() {
    return real.shared();
  }

  @Override
  public Limits limits() {
    return limits.get();
  }

  /** Something that is asked of the bytes. */
  private interface Asking<T> {
    T run() throws IOException;
  }

  private <T> T ask(Asking<T> asking) throws IOException {
    gate.enter();
    try {
      return asking.run();
    } finally {
      gate.leave();
    }
  }

  /** Something that is done with them. */
  private interface Doing {
    void run() throws IOException;
  }

  private void pass(Doing doing) throws IOException {
    gate.enter();
    try {
      doing.run();
    } finally {
      gate.leave();
    }
  }

  /** Something that is done with a part of them. */
  private interface Changing {
    void run(long at, long length) throws IOException;
  }

  /**
   * In parts where it may be long: it must not go on when the node may be taken for dead.
   *
   * @param most bytes that are changed at once
   */
  private void change(long at, long length, long most, Changing changing) throws IOException {
    pass(
        () -> {
          writes.begin(at, length);
          try {
            long end = at + length;
            for (long from = at; from < end; ) {
              gate.mustBeOpen(); // it, or the part before, may have taken its time
              long to = Math.min(end, (from / most + 1) * most);
              changing.run(from, to - from);
              from = to;
            }
          } finally {
            writes.end();
          }
        });
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) throws IOException {
    return ask(() -> real.readNow(into, at));
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    pass(() -> real.read(into, at));
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    change(at, from.remaining(), Long.MAX_VALUE, (_, _) -> real.write(from, at));
  }

  @Override
  public void flush() throws IOException {
    pass(() -> real.flush());
  }

  @Override
  public void trim(long at, long length) throws IOException {
    change(at, length, PART_BYTES, real::trim);
  }

  @Override
  public void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException {
    change(at, length, PART_BYTES, (from, bytes) -> real.zero(from, bytes, mayPunch, fast));
  }

  @Override
  public boolean cache(long at, long length) throws IOException {
    return ask(() -> real.cache(at, length));
  }

  @Override
  public Extent extentAt(long at, long end) throws IOException {
    return ask(() -> real.extentAt(at, end));
  }

  /** What was not flushed is not lost: the system writes it. */
  @Override
  public void close() throws IOException {
    if (open.compareAndSet(true, false)) {
      boolean _ = gate.shut();
      try {
        real.close();
      } finally {
        closed.run();
      }
    }
  }
}
