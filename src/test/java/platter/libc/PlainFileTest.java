package platter.libc;

import java.io.IOException;
import java.nio.file.Path;

class PlainFileTest extends RawFileContract {
  @Override
  RawFile open(Path path, boolean readOnly) throws IOException {
    return PlainFile.of(path, readOnly);
  }
}
