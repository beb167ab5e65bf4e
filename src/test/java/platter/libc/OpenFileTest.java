package platter.libc;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OpenFileTest extends RawFileContract {
  @Override
  RawFile open(Path path, RawFile.Access access) throws IOException {
    return OpenFile.of(path, access);
  }
}
