package platter.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import platter.TestServer;

/** A folder that nodes share. */
class SharedFolderTest extends StorageContract {
  SharedFolderTest() {
    super(TestServer.onDisk(Map.of()).onPostgres());
  }

  @Override
  void leaveHalfMade(String id) throws IOException {
    Files.write(FolderTest.attempt(server(), id, "00000000deadbeef-7"), new byte[] {1});
  }
}
