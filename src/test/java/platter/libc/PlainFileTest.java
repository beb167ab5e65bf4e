package platter.libc;

import java.io.IOException;
import java.nio.file.Path;

class PlainFileTest extends RawFileContract {
  @Override
  RawFile open(Path path, RawFile.Access access) throws IOException {
    return PlainFile.of(path, access);
  }
}
