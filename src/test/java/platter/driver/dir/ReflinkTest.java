package platter.driver.dir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.driver.DriverContract;
import platter.driver.Location;
import platter.driver.Watch;
import platter.driver.WrittenInOrder;
import platter.id.VolumeId;

/** On a file system that has them, which few machines that run tests have at hand. */
class ReflinkTest {
  private static final int SNAPSHOTS = 20;

  @Test
  void aSnapshotIsOfOneInstantWhoeverWrites(@TempDir Path folder) throws Exception {
    try (var disk = Xfs.mount(folder);
        var driver = Nodes.alone(disk.path())) {
      assertThat(driver.snapshotsAreInstant()).isTrue();
      var id = DriverContract.id(1);
      driver.ensure(id, WrittenInOrder.BYTES);
      var layout = new Layout(disk.path());
      try (var file = new RandomAccessFile(layout.file(id).toFile(), "rw")) {
        file.write(WrittenInOrder.before());
      }
      try (var served = new Bypassing(driver, id);
          var writer = new WrittenInOrder(served::write)) {
        for (int i = 0; i < SNAPSHOTS; i++) {
          writer.goOnFor(50);
          var snapshot = DriverContract.newSnapshotId();
          long least = writer.acknowledged();
          driver.snapshot(id, snapshot, WrittenInOrder.BYTES, Watch.NONE);
          long most = writer.begun();
          var copy = layout.snapshots().file(new VolumeId(snapshot.text()));
          try (var read = new RandomAccessFile(copy.toFile(), "r")) {
            WrittenInOrder.check(
                (at, length) -> {
                  var bytes = new byte[length];
                  read.seek(at);
                  read.readFully(bytes);
                  return bytes;
                },
                least,
                most);
          }
        }
      }
    }
  }

  /** Writes to the file and tells nobody. */
  private static final class Bypassing implements AutoCloseable {
    private final RandomAccessFile file;

    Bypassing(DirDriver driver, VolumeId id) throws Exception {
      file =
          switch (driver.locate(id)) {
            case Location.InFile(var path, _, _) -> new RandomAccessFile(path.toFile(), "rw");
            case Location.InBlocks _ -> throw new AssertionError("a folder has files");
          };
    }

    void write(long at, ByteBuffer block) throws IOException {
      assertThat(file.getChannel().write(block, at)).isEqualTo(WrittenInOrder.BLOCK_BYTES);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
