package platter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.huawei.openstack4j.api.Builders;
import com.huawei.openstack4j.api.OSClient.OSClientV3;
import com.huawei.openstack4j.api.exceptions.ClientResponseException;
import com.huawei.openstack4j.api.types.ServiceType;
import com.huawei.openstack4j.core.transport.Config;
import com.huawei.openstack4j.model.common.Identifier;
import com.huawei.openstack4j.openstack.OSFactory;
import com.huawei.openstack4j.openstack.ecs.v1.contants.VolumeType;
import com.huawei.openstack4j.openstack.evs.v2.domain.CloudVolumeResponse;
import com.huawei.openstack4j.openstack.evs.v2.domain.CloudVolumeSnapshot;
import com.huawei.openstack4j.openstack.evs.v2.domain.CloudVolumes;
import com.huawei.openstack4j.openstack.evs.v2.domain.Extend;
import com.huawei.openstack4j.openstack.evs.v2.domain.Job;
import com.huawei.openstack4j.openstack.evs.v2.domain.OSExtend;
import com.huawei.openstack4j.openstack.evs.v2.domain.Rollback;
import com.huawei.openstack4j.openstack.evs.v2_1.domain.Volumes;
import com.huawei.openstack4j.openstack.identity.internal.OverridableEndpointURLResolver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/**
 * Huawei's earlier SDK ({@code com.huawei:openstack4j}), unmodified, against a real server. Its
 * services are looked for under names that no catalog of EVS has, so their endpoints are set, as
 * its users do; for deleting it has Cinder's calls only.
 */
class HuaweiOpenstack4jTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A session belongs to the thread that made it. */
  private static OSClientV3 login() {
    var endpoints = new OverridableEndpointURLResolver();
    var root = server.endpoint().toString();
    endpoints.addOverrideEndpoint(ServiceType.EVS, root + "/v2/%(project_id)s");
    endpoints.addOverrideEndpoint(ServiceType.EVS2_1, root + "/v2.1/%(project_id)s");
    endpoints.addOverrideEndpoint(ServiceType.BLOCK_STORAGE, root + "/v2/%(project_id)s");
    return OSFactory.builderV3()
        .withConfig(Config.newConfig().withEndpointURLResolver(endpoints))
        .endpoint(root + "/v3")
        .credentials("alice", "alice-password", Identifier.byName("wonderland"))
        .scopeToProject(Identifier.byId(TestServer.ALICE_PROJECT))
        .authenticate();
  }

  private static CloudVolumes.CloudVolumesBuilder wanted(String name) {
    return CloudVolumes.builder()
        .name(name)
        .size(10)
        .volumeType(VolumeType.SSD)
        .availabilityZone("az1");
  }

  private static Job ends(OSClientV3 cloud, String id) {
    var ended =
        Awaitility.await(id)
            .pollInSameThread()
            .atMost(Duration.ofSeconds(60))
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> cloud.evs().jobs().get(id), job -> !job.getEndTime().isEmpty());
    assertThat(ended.getStatus()).as(ended.toString()).isEqualTo("SUCCESS");
    return ended;
  }

  private static List<CloudVolumeResponse> named(OSClientV3 cloud, String name) {
    return cloud.evs().volumes().list(Map.of("name", name)).getVolumeList();
  }

  private static void becomes(OSClientV3 cloud, String snapshot, String status) {
    Awaitility.await(snapshot)
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(() -> statusOf(cloud, snapshot), status::equals);
  }

  /** The status of that one, or that it is gone. */
  private static String statusOf(OSClientV3 cloud, String id) {
    return cloud.evs().snapshots().list().getSnapshotList().stream()
        .filter(snapshot -> snapshot.getId().equals(id))
        .map(CloudVolumeSnapshot::getStatus)
        .findFirst()
        .orElse("gone");
  }

  @Test
  void aVolumeLivesFromCreateToDelete() {
    var cloud = login();
    assertThat(cloud.getToken().getId()).isNotEmpty();
    var created = ends(cloud, cloud.evs().volumes().create(wanted("old-1").count(1).build()));
    assertThat(created.getJobType()).isEqualTo("createVolume");
    var id = created.getEntities().getVolumeId();
    assertThat(named(cloud, "old-1"))
        .singleElement()
        .satisfies(
            volume -> {
              assertThat(volume.getId()).isEqualTo(id);
              assertThat(volume.getStatus()).isEqualTo("available");
              assertThat(volume.getSize()).isEqualTo(10);
              assertThat(volume.getVolumeType()).isEqualTo("SSD");
              assertThat(volume.getBootable()).isEqualTo("false");
              assertThat(volume.getWwn()).isNotEmpty();
            });

    var twenty = Extend.builder().osExtend(OSExtend.builder().newSize(20).build()).build();
    ends(cloud, cloud.evs().volumes().extend(twenty, id));
    assertThat(named(cloud, "old-1").getFirst().getSize()).isEqualTo(20);
    assertThatThrownBy(() -> cloud.evs().volumes().extend(twenty, id))
        .isInstanceOfSatisfying(
            ClientResponseException.class, e -> assertThat(e.getStatus()).isEqualTo(400));

    var shown = cloud.blockStorage().volumes().get(id);
    assertThat(shown.getName()).isEqualTo("old-1");
    assertThat(cloud.blockStorage().volumes().delete(id).isSuccess()).isTrue();
    Awaitility.await(id)
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(() -> named(cloud, "old-1").isEmpty());
  }

  @Test
  void severalAreOneJobWithSubJobs() {
    var cloud = login();
    var volumes = Volumes.builder().cloudVolumes(wanted("many").count(2).build()).build();
    var accepted = cloud.evsV2_1().volumes().create(volumes);
    var ended = ends(cloud, accepted.getJobId());
    assertThat(ended.getEntities().getSubJobs())
        .extracting(Job::getStatus, Job::getJobType)
        .containsExactly(tuple("SUCCESS", "createVolume"), tuple("SUCCESS", "createVolume"));
    assertThat(named(cloud, "many"))
        .extracting(CloudVolumeResponse::getName)
        .containsExactlyInAnyOrder("many-0001", "many-0002");
  }

  @Test
  void aSnapshotIsMadeRolledBackAndDeleted() {
    var cloud = login();
    var created = ends(cloud, cloud.evs().volumes().create(wanted("kept").count(1).build()));
    var volume = created.getEntities().getVolumeId();
    var id =
        cloud
            .blockStorage()
            .snapshots()
            .create(Builders.volumeSnapshot().volume(volume).name("before").build())
            .getId();
    becomes(cloud, id, "available");
    var back = cloud.evs().snapshots().rollback(id, Rollback.builder().volumeId(volume).build());
    assertThat(back.getVolumeId()).isEqualTo(volume);
    Awaitility.await(volume)
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(() -> named(cloud, "kept").getFirst().getStatus(), "available"::equals);
    becomes(cloud, id, "available");
    assertThat(cloud.blockStorage().snapshots().delete(id).isSuccess()).isTrue();
    becomes(cloud, id, "gone");
  }

  @Test
  void typesAndVersionsAreRead() {
    var cloud = login();
    assertThat(cloud.blockStorage().volumes().listVolumeTypes())
        .extracting(com.huawei.openstack4j.model.storage.block.VolumeType::getName)
        .contains("SATA", "SAS", "SSD");
    assertThat(cloud.evs().versions().list()).isNotEmpty();
  }
}
