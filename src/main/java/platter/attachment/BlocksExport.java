package platter.attachment;

import java.io.IOException;
import java.nio.ByteBuffer;
import platter.driver.Blocks;
import platter.nbd.Errno;
import platter.nbd.Export;
import platter.nbd.Extent;
import platter.nbd.Limits;
import platter.nbd.RefusedException;

/** A volume that is read and written through the library of its storage. */
final class BlocksExport implements Export {
  private final Blocks blocks;
  private final boolean readOnly;
  private final Limits limits;

  BlocksExport(Blocks blocks, boolean readOnly, Limits limits) {
    this.blocks = blocks;
    this.readOnly = readOnly;
    this.limits = limits;
  }

  @Override
  public long size() throws IOException {
    return blocks.size();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  /** The storage is always waited for. */
  @Override
  public boolean readNow(ByteBuffer into, long at) {
    return false;
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    blocks.read(into, at);
  }

  /** Something that may find the storage full. */
  private interface Change {
    void run() throws IOException;
  }

  private static void change(Change change) throws IOException {
    try {
      change.run();
    } catch (Blocks.FullException e) {
      throw new RefusedException(Errno.ENOSPC, e);
    }
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    change(() -> blocks.write(from, at));
  }

  @Override
  public void flush() throws IOException {
    change(blocks::flush);
  }

  @Override
  public void trim(long at, long length) throws IOException {
    change(() -> blocks.discard(at, length));
  }

  /** Never slower than writing them, whether or not their space may be given back. */
  @Override
  public void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException {
    change(() -> blocks.zero(at, length));
  }

  /** The cluster has memory of its own. */
  @Override
  public boolean cache(long at, long length) {
    return false;
  }

  @Override
  public Extent extentAt(long at, long end) throws IOException {
    var run = blocks.runAt(at, end);
    return new Extent(run.length(), run.hole());
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
