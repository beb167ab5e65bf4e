package platter;

import java.util.List;
import java.util.Map;
import java.util.Set;
import platter.driver.rbd.TestCeph;

/** The same on a real Ceph cluster, for what differs there, at every other instant. */
class RbdCrashTest extends CrashTest {
  private static final Set<String> OPERATIONS =
      Set.of(
          "createVolume",
          "extendVolume",
          "deleteVolume",
          "createSnapshot",
          "rollbackSnapshot",
          "deleteSnapshot",
          "createVolume of a snapshot",
          "deleteVolume with its snapshot");

  private String place = "";

  @Override
  boolean takes(String operation) {
    return OPERATIONS.contains(operation);
  }

  @Override
  boolean everyInstant() {
    return Boolean.getBoolean("platter.crashes"); // -Dplatter.crashes=true takes all
  }

  @Override
  Map<String, String> settings() {
    place = TestCeph.newPlace();
    return Map.of("storage", "rbd:" + place);
  }

  @Override
  void write(TestServer server, String volume, byte[] bytes) {
    TestCeph.write(place, volume, bytes);
  }

  @Override
  List<String> volumes(TestServer server) {
    return TestCeph.begins(place, name -> !name.startsWith("snapshot."));
  }

  @Override
  List<String> snapshots(TestServer server) {
    return TestCeph.begins(place, name -> name.startsWith("snapshot."));
  }
}
