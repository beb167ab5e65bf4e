package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openstack4j.api.Builders;
import org.openstack4j.api.OSClient.OSClientV3;
import org.openstack4j.model.common.Identifier;
import org.openstack4j.model.storage.block.Volume;
import org.openstack4j.openstack.OSFactory;
import platter.TestServer;

/** The unmodified openstack4j against a real server. */
class Openstack4jTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OSClientV3 login() {
    return OSFactory.builderV3()
        .endpoint(server.endpoint() + "/v3")
        .credentials("alice", "alice-password", Identifier.byName("wonderland"))
        .scopeToProject(Identifier.byId(TestServer.ALICE_PROJECT))
        .authenticate();
  }

  private static Volume becomes(OSClientV3 cloud, String id, Volume.Status status) {
    return Awaitility.await(id)
        .pollInSameThread() // a session belongs to its thread
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> cloud.blockStorage().volumes().get(id), volume -> volume.getStatus() == status);
  }

  @Test
  void aVolumeLivesFromCreateToDelete() {
    var cloud = login();
    var volumes = cloud.blockStorage().volumes();
    var created =
        volumes.create(
            Builders.volume()
                .name("by openstack4j")
                .description("d")
                .size(1)
                .volumeType("SSD")
                .metadata(Map.of("k", "v"))
                .build());
    assertThat(created.getStatus()).isEqualTo(Volume.Status.CREATING);
    var id = created.getId();
    var shown = becomes(cloud, id, Volume.Status.AVAILABLE);
    assertThat(shown.getName()).isEqualTo("by openstack4j");
    assertThat(shown.getSize()).isEqualTo(1);
    assertThat(shown.getMetaData()).containsEntry("k", "v");
    assertThat(shown.getZone()).isEqualTo("az1");
    assertThat(volumes.list()).extracting(Volume::getId).contains(id);
    assertThat(volumes.list(Map.of("name", "no such"))).isEmpty();

    assertThat(volumes.extend(id, 2).isSuccess()).isTrue();
    assertThat(becomes(cloud, id, Volume.Status.AVAILABLE).getSize()).isEqualTo(2);
    assertThat(volumes.update(id, "renamed", "e").isSuccess()).isTrue();
    assertThat(volumes.bootable(id, true).isSuccess()).isTrue();
    assertThat(volumes.readOnlyModeUpdate(id, true).isSuccess()).isTrue();
    assertThat(volumes.readOnlyModeUpdate(id, false).isSuccess()).isTrue();
    var changed = volumes.get(id);
    assertThat(changed.getName()).isEqualTo("renamed");
    assertThat(changed.bootable()).isTrue();
    assertThat(cloud.blockStorage().getLimits().getAbsolute().getTotalGigabytesUsed()).isEqualTo(2);

    assertThat(volumes.attach(id, "11111111-0000-4000-8000-000000000001", "/dev/vdb", "host"))
        .satisfies(answer -> assertThat(answer.isSuccess()).isTrue());
    var attachment = becomes(cloud, id, Volume.Status.IN_USE).getAttachments().getFirst();
    assertThat(attachment.getDevice()).isEqualTo("/dev/vdb");
    assertThat(volumes.delete(id).isSuccess()).isFalse();
    assertThat(volumes.detach(id, attachment.getAttachmentId()).isSuccess()).isTrue();

    assertThat(volumes.delete(id).isSuccess()).isTrue();
    Awaitility.await(id)
        .pollInSameThread() // a session belongs to its thread
        .atMost(Duration.ofSeconds(60))
        .until(() -> volumes.get(id) == null);
  }
}
