package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A volume that is a file. Until the NBD server is merged: what the JDK can do with one. */
public final class FileExport implements Export {
  private final FileChannel file;
  private final boolean readOnly;
  private final boolean shared;
  private final Limits limits;

  private FileExport(FileChannel file, boolean readOnly, boolean shared, Limits limits) {
    this.file = file;
    this.readOnly = readOnly;
    this.shared = shared;
    this.limits = limits;
  }

  public static FileExport of(Path path, boolean readOnly, boolean shared, Limits limits)
      throws IOException {
    var options =
        readOnly
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new FileExport(FileChannel.open(path, options), readOnly, shared, limits);
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean shared() {
    return shared;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) {
    return false;
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining() && file.read(into, at + into.position()) >= 0) {}
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    long next = at;
    while (from.hasRemaining()) {
      next += file.write(from, next);
    }
  }

  @Override
  public void flush() throws IOException {
    file.force(false);
  }

  @Override
  public void trim(long at, long length) {}

  @Override
  public void zero(long at, long length, boolean mayPunch, boolean fast) throws IOException {
    write(ByteBuffer.allocate((int) length), at);
  }

  @Override
  public void cache(long at, long length) {}

  @Override
  public Extent extentAt(long at, long end) {
    return new Extent(end - at, false);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
