package platter.libc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** With the JDK alone: no holes are made or seen, and every read may wait. */
final class PlainFile implements RawFile {
  private final FileChannel channel;

  private PlainFile(FileChannel channel) {
    this.channel = channel;
  }

  static PlainFile of(Path path, Access access) throws IOException {
    Set<StandardOpenOption> options =
        switch (access) {
          case READ -> Set.of(StandardOpenOption.READ);
          case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
          case WRITE_THROUGH ->
              Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
        };
    return new PlainFile(FileChannel.open(path, options));
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public boolean readNow(ByteBuffer into, long at) {
    return false;
  }

  @Override
  public void read(ByteBuffer into, long at) throws IOException {
    long place = at;
    while (into.hasRemaining()) {
      int done = channel.read(into, place);
      if (done < 0) {
        throw new IOException("the file ends before " + place);
      }
      place += done;
    }
  }

  @Override
  public void write(ByteBuffer from, long at) throws IOException {
    long place = at;
    while (from.hasRemaining()) {
      place += channel.write(from, place);
    }
  }

  @Override
  public void sync() throws IOException {
    channel.force(false);
  }

  /** Its locks would go with any other handle of this process. */
  @Override
  public boolean tryLock() {
    return false;
  }

  @Override
  public boolean punch(long at, long length) {
    return false;
  }

  @Override
  public boolean zero(long at, long length) {
    return false;
  }

  @Override
  public boolean willNeed(long at, long length) {
    return false; // the JDK has nothing to ask with
  }

  @Override
  public long dataFrom(long at, long end) {
    return Math.min(at, end);
  }

  @Override
  public long holeFrom(long at, long end) {
    return end;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
