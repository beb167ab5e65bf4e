package platter.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.error.BackendException;

class DriversTest {
  @Test
  void aBareDirIsTheDefaultFolderAndAPathIsAnother(@TempDir Path tmp) throws BackendException {
    try (var one = Drivers.open("dir:", tmp.resolve("one"));
        var two = Drivers.open("dir:" + tmp.resolve("two/deep"), tmp.resolve("one"))) {
      assertThat(one.list()).isEmpty();
      assertThat(two.list()).isEmpty();
    }
    assertThat(tmp.resolve("one/volumes")).isDirectory();
    assertThat(tmp.resolve("two/deep/volumes")).isDirectory();
  }

  @Test
  void anUnknownKindOfStorageIsToldWithThoseThatExist(@TempDir Path tmp) {
    assertThatThrownBy(() -> Drivers.open("s3:bucket", tmp))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("s3:bucket", "dir:", "dir:/some/path");
  }
}
