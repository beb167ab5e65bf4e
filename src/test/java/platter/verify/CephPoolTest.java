package platter.verify;

import java.util.Map;
import platter.TestServer;
import platter.driver.rbd.TestCeph;

/** A pool of a Ceph cluster, where that is asked for. */
class CephPoolTest extends StorageContract {
  private static final String RBD = "rbd:";

  CephPoolTest() {
    super(TestServer.with(Map.of("storage", RBD + TestCeph.newPlace())));
  }

  @Override
  void leaveHalfMade(String id) {
    TestCeph.leaveHalfMade(server().setting("storage").substring(RBD.length()), id);
  }
}
