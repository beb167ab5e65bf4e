package platter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @Test
  void oneServerHoldsIt(@TempDir Path root) throws Exception {
    try (var _ = DataFolder.open(root)) {
      assertThatThrownBy(() -> DataFolder.open(root))
          .isInstanceOf(DataFolder.NotUsable.class)
          .hasMessageStartingWith("another Platter holds the data folder");
    }
    DataFolder.open(root).close();
  }

  @Test
  void sharedItIsHeldOnceByEachNode(@TempDir Path root) throws Exception {
    try (var one = DataFolder.openShared(root, "one");
        var two = DataFolder.openShared(root, "two")) {
      assertThat(one.id()).isEqualTo(two.id());
      assertThatThrownBy(() -> DataFolder.openShared(root, "one"))
          .isInstanceOf(DataFolder.NotUsable.class)
          .hasMessageStartingWith("another node named one works on the data folder");
    }
  }

  @Test
  void itsIdStaysAndIsItsOwnAndPrivate(@TempDir Path root) throws Exception {
    String id;
    try (var folder = DataFolder.open(root.resolve("a"))) {
      id = folder.id();
      assertThat(id).matches("[0-9a-f]{32}");
    }
    try (var again = DataFolder.open(root.resolve("a"));
        var other = DataFolder.open(root.resolve("b"))) {
      assertThat(again.id()).isEqualTo(id);
      assertThat(other.id()).isNotEqualTo(id);
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root.resolve("a/folder-id"))))
        .isEqualTo("rw-------");
  }

  @Test
  void anIdThatACrashLeftUnfinishedIsMadeAnew(@TempDir Path root) throws Exception {
    Files.writeString(root.resolve("folder-id"), "0123");
    try (var folder = DataFolder.open(root)) {
      assertThat(folder.id()).matches("[0-9a-f]{32}");
    }
  }

  @Test
  void theEndpointOfAnotherNodeStays(@TempDir Path root) throws Exception {
    var endpoint = root.resolve("endpoint");
    var one = DataFolder.openShared(root, "one");
    var two = DataFolder.openShared(root, "two");
    one.publishEndpoint("http://127.0.0.1:1");
    two.publishEndpoint("http://127.0.0.1:2");
    one.close();
    assertThat(endpoint).hasContent("http://127.0.0.1:2");
    two.close();
    assertThat(endpoint).doesNotExist();
  }
}
