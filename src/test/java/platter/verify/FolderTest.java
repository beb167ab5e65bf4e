package platter.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import platter.TestServer;

/** A folder that one Platter has alone. */
class FolderTest extends StorageContract {
  FolderTest() {
    super(TestServer.onDisk(Map.of()));
  }

  /** What an attempt of that id is called. */
  static Path attempt(TestServer server, String id, String number) {
    return server
        .data()
        .resolve("storage/tmp/" + id.substring(id.length() - 1) + "/" + id + "." + number);
  }

  @Override
  void leaveHalfMade(String id) throws IOException {
    Files.write(attempt(server(), id, "123456"), new byte[] {1});
  }
}
