package platter.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.huaweicloud.sdk.core.auth.AbstractCredentials;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.evs.v2.EvsClient;
import com.huaweicloud.sdk.evs.v2.model.BatchResizeVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.BatchResizeVolumesRequest;
import com.huaweicloud.sdk.evs.v2.model.BssParamForRetypeVolume;
import com.huaweicloud.sdk.evs.v2.model.CinderListVolumeTypesRequest;
import com.huaweicloud.sdk.evs.v2.model.CreateVolumeOption;
import com.huaweicloud.sdk.evs.v2.model.CreateVolumeOption.VolumeTypeEnum;
import com.huaweicloud.sdk.evs.v2.model.CreateVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.CreateVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.DeleteVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.ListVersionsRequest;
import com.huaweicloud.sdk.evs.v2.model.ListVolumesRequest;
import com.huaweicloud.sdk.evs.v2.model.ModifyVolumeQoSOption;
import com.huaweicloud.sdk.evs.v2.model.ModifyVolumeQoSRequest;
import com.huaweicloud.sdk.evs.v2.model.ModifyVolumeQoSRequestBody;
import com.huaweicloud.sdk.evs.v2.model.OsExtend;
import com.huaweicloud.sdk.evs.v2.model.ResizeVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.ResizeVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.RetypeVolume;
import com.huaweicloud.sdk.evs.v2.model.RetypeVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.RetypeVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.evs.v2.model.ShowJobResponse;
import com.huaweicloud.sdk.evs.v2.model.ShowJobResponse.StatusEnum;
import com.huaweicloud.sdk.evs.v2.model.ShowVersionRequest;
import com.huaweicloud.sdk.evs.v2.model.ShowVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.SubJob;
import com.huaweicloud.sdk.evs.v2.model.UnsubscribePostpaidVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.UnsubscribeVolume;
import com.huaweicloud.sdk.evs.v2.model.UnsubscribeVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.UpdateVolumeOption;
import com.huaweicloud.sdk.evs.v2.model.UpdateVolumeRequest;
import com.huaweicloud.sdk.evs.v2.model.UpdateVolumeRequestBody;
import com.huaweicloud.sdk.evs.v2.model.Versions;
import com.huaweicloud.sdk.evs.v2.model.VolumeDetail;
import com.huaweicloud.sdk.evs.v2.model.VolumeType;
import com.huaweicloud.sdk.evs.v2.model.VolumesForBatchResizeVolume;
import com.huaweicloud.sdk.iam.v3.IamClient;
import com.huaweicloud.sdk.iam.v3.model.KeystoneListAuthDomainsRequest;
import com.huaweicloud.sdk.iam.v3.model.KeystoneListAuthProjectsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** The unmodified Huawei Cloud Java SDK against a real server: nothing of ours stands between. */
class SdkTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String endpoint() {
    return server.endpoint().toString();
  }

  private static BasicCredentials credentials() {
    return new BasicCredentials().withAk("ALICEKEY").withSk("alice-secret");
  }

  /** With the project given. */
  private static EvsClient client() {
    return EvsClient.newBuilder()
        .withCredential(credentials().withProjectId(TestServer.ALICE_PROJECT))
        .withEndpoint(endpoint())
        .build();
  }

  private static CreateVolumeOption wanted(String name) {
    return new CreateVolumeOption()
        .withName(name)
        .withSize(10)
        .withVolumeType(VolumeTypeEnum.SSD)
        .withAvailabilityZone("az1");
  }

  private static CreateVolumeRequest create(CreateVolumeOption option) {
    return new CreateVolumeRequest().withBody(new CreateVolumeRequestBody().withVolume(option));
  }

  private static ShowJobResponse ended(EvsClient evs, String job) {
    return Awaitility.await("job " + job)
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> evs.showJob(new ShowJobRequest().withJobId(job)),
            answer -> !answer.getEndTime().isEmpty());
  }

  private static String made(EvsClient evs, String name) {
    var created = evs.createVolume(create(wanted(name)));
    assertThat(ended(evs, created.getJobId()).getStatus()).isEqualTo(StatusEnum.SUCCESS);
    return created.getVolumeIds().getFirst();
  }

  @Test
  void aVolumeLivesFromCreateToDelete() {
    livesFromCreateToDelete(client());
  }

  @Test
  void theProjectIsFoundThroughIam() {
    var evs =
        EvsClient.newBuilder()
            .withCredential(credentials().withIamEndpoint(endpoint()))
            .withRegion(new Region("region-1", endpoint()))
            .build();
    livesFromCreateToDelete(evs);
  }

  private static void livesFromCreateToDelete(EvsClient evs) {
    var created =
        evs.createVolume(
            create(
                    wanted("sdk-1")
                        .withDescription("d")
                        .withMultiattach(false)
                        .withMetadata(Map.of("create_for_volume_id", "true", "owner", "me"))
                        .withTags(Map.of("key1", "value1")))
                .withXClientToken(UUID.randomUUID().toString()));
    assertThat(created.getHttpStatusCode()).isEqualTo(202);
    var id = created.getVolumeIds().getFirst();
    var job = ended(evs, created.getJobId());
    assertThat(job.getStatus()).isEqualTo(StatusEnum.SUCCESS);
    assertThat(job.getJobType()).isEqualTo("createVolume");
    assertThat(job.getEntities().getVolumeId()).isEqualTo(id);
    assertThat(job.getEntities().getName()).isEqualTo("sdk-1");
    assertThat(job.getEntities().getSize()).isEqualTo(10);
    assertThat(job.getEntities().getVolumeType()).isEqualTo("SSD");
    assertThat(job.getErrorCode()).isNull();
    assertThat(job.getFailReason()).isNull();

    var volume = evs.showVolume(new ShowVolumeRequest().withVolumeId(id)).getVolume();
    assertThat(volume.getStatus()).isEqualTo("available");
    assertThat(volume.getSize()).isEqualTo(10);
    assertThat(volume.getDescription()).isEqualTo("d");
    assertThat(volume.getTags()).containsExactly(Map.entry("key1", "value1"));
    assertThat(volume.getMetadata()).containsExactly(Map.entry("owner", "me"));
    assertThat(volume.getBootable()).isEqualTo("false");
    assertThat(volume.getShareable()).isEqualTo("false");
    assertThat(volume.getOsVolTenantAttrTenantId()).isEqualTo(TestServer.ALICE_PROJECT);

    var page = evs.listVolumes(new ListVolumesRequest().withIds("['" + id + "']").withLimit(5));
    assertThat(page.getCount()).isEqualTo(1);
    assertThat(page.getVolumes()).extracting(VolumeDetail::getId).containsExactly(id);

    var resized = evs.resizeVolume(resize(id, 20));
    assertThat(resized.getHttpStatusCode()).isEqualTo(202);
    assertThat(ended(evs, resized.getJobId()).getStatus()).isEqualTo(StatusEnum.SUCCESS);

    var updated =
        evs.updateVolume(
            new UpdateVolumeRequest()
                .withVolumeId(id)
                .withBody(
                    new UpdateVolumeRequestBody()
                        .withVolume(new UpdateVolumeOption().withName("é-2"))));
    assertThat(updated.getName()).isEqualTo("é-2");
    assertThat(updated.getSize()).isEqualTo(20);
    assertThat(updated.getDescription()).isEqualTo("d");

    var deleted = evs.deleteVolume(new DeleteVolumeRequest().withVolumeId(id));
    assertThat(ended(evs, deleted.getJobId()).getStatus()).isEqualTo(StatusEnum.SUCCESS);
    var gone = refused(() -> evs.showVolume(new ShowVolumeRequest().withVolumeId(id)));
    assertThat(gone.getHttpStatusCode()).isEqualTo(404);
    assertThat(gone.getErrorCode()).isEqualTo("EVS.5404");
  }

  @Test
  void typeAndQosOfAVolumeChange() {
    var evs = client();
    var id = made(evs, "retyped");
    var retyped =
        evs.retypeVolume(
            new RetypeVolumeRequest()
                .withVolumeId(id)
                .withBody(
                    new RetypeVolumeRequestBody()
                        .withBssParam(
                            new BssParamForRetypeVolume()
                                .withIsAutoPay(BssParamForRetypeVolume.IsAutoPayEnum.TRUE))
                        .withOsRetype(
                            new RetypeVolume()
                                .withNewType("GPSSD2")
                                .withIops(3000)
                                .withThroughput(125))));
    var job = ended(evs, retyped.getJobId());
    assertThat(job.getStatus()).isEqualTo(StatusEnum.SUCCESS);
    assertThat(job.getJobType()).isEqualTo("retypeVolume");
    var modified =
        evs.modifyVolumeQoS(
            new ModifyVolumeQoSRequest()
                .withVolumeId(id)
                .withBody(
                    new ModifyVolumeQoSRequestBody()
                        .withQosModify(
                            new ModifyVolumeQoSOption().withIops(5000).withThroughput(300))));
    assertThat(modified.getHttpStatusCode()).isEqualTo(202);
    assertThat(ended(evs, modified.getJobId()).getStatus()).isEqualTo(StatusEnum.SUCCESS);
    var volume = evs.showVolume(new ShowVolumeRequest().withVolumeId(id)).getVolume();
    assertThat(volume.getVolumeType()).isEqualTo("GPSSD2");
    assertThat(volume.getIops().getTotalVal()).isEqualTo(5000);
    assertThat(volume.getThroughput().getTotalVal()).isEqualTo(300);
    var same =
        refused(
            () ->
                evs.retypeVolume(
                    new RetypeVolumeRequest()
                        .withVolumeId(id)
                        .withBody(
                            new RetypeVolumeRequestBody()
                                .withOsRetype(new RetypeVolume().withNewType("SAS")))));
    assertThat(same.getErrorCode()).isEqualTo("EVS.2087");
  }

  @Test
  void manyVolumesGrowAtOnce() {
    var evs = client();
    var ids = List.of(made(evs, "grow-1"), made(evs, "grow-2"));
    var resized =
        evs.batchResizeVolumes(
            new BatchResizeVolumesRequest()
                .withBody(
                    new BatchResizeVolumeRequestBody()
                        .withVolumes(
                            ids.stream()
                                .map(
                                    id ->
                                        new VolumesForBatchResizeVolume()
                                            .withId(id)
                                            .withNewSize(20))
                                .toList())));
    var job = ended(evs, resized.getJobId());
    assertThat(job.getStatus()).isEqualTo(StatusEnum.SUCCESS);
    assertThat(job.getEntities().getSubJobs())
        .extracting(child -> child.getEntities().getVolumeId())
        .containsExactlyElementsOf(ids);
  }

  @Test
  void theTypesAreListed() {
    var types = client().cinderListVolumeTypes(new CinderListVolumeTypesRequest());
    assertThat(types.getVolumeTypes())
        .extracting(VolumeType::getName)
        .containsExactly("SATA", "SAS", "GPSSD", "SSD", "ESSD", "GPSSD2", "ESSD2");
    assertThat(types.getVolumeTypes().getFirst().getExtraSpecs().getReSKEYAvailabilityZones())
        .isEqualTo("az1");
  }

  @Test
  void anUnsubscriptionIsAnswered() {
    var evs = client();
    var answer =
        evs.unsubscribePostpaidVolume(
            new UnsubscribePostpaidVolumeRequest()
                .withBody(
                    new UnsubscribeVolumeRequestBody()
                        .withVolumeIds(List.of(made(evs, "never subscribed")))));
    assertThat(answer.getHttpStatusCode()).isEqualTo(202);
    assertThat(answer.getBody().getFirst().getResults())
        .extracting(UnsubscribeVolume::getResult)
        .containsExactly("FAIL");
  }

  private static ResizeVolumeRequest resize(String id, int size) {
    return new ResizeVolumeRequest()
        .withVolumeId(id)
        .withBody(new ResizeVolumeRequestBody().withOsExtend(new OsExtend().withNewSize(size)));
  }

  private static ClientRequestException refused(Runnable call) {
    var refusal = catchThrowableOfType(ClientRequestException.class, call::run);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getRequestId()).isNotEmpty();
    return refusal;
  }

  @Test
  void aBatchHasASubJobForEachVolume() {
    var evs = client();
    var created = evs.createVolume(create(wanted("many").withCount(3)));
    assertThat(created.getVolumeIds()).hasSize(3);
    var job = ended(evs, created.getJobId());
    assertThat(job.getStatus()).isEqualTo(StatusEnum.SUCCESS);
    assertThat(job.getJobType()).isEqualTo("batchCreateVolume");
    assertThat(job.getEntities().getSubJobs())
        .extracting(SubJob::getStatus)
        .containsOnly(SubJob.StatusEnum.SUCCESS);
    assertThat(job.getEntities().getSubJobs())
        .extracting(child -> child.getEntities().getName())
        .containsExactly("many-0001", "many-0002", "many-0003");
    assertThat(
            evs.listVolumes(new ListVolumesRequest().withName("many-").withSortDir("asc"))
                .getVolumes())
        .extracting(VolumeDetail::getId)
        .isEqualTo(created.getVolumeIds());
  }

  @Test
  void anErrorHasItsCodeItsMessageAndTheRequestId() {
    var evs = client();
    var noJob =
        refused(
            () -> evs.showJob(new ShowJobRequest().withJobId("4010a32d535527910153552b492c0002")));
    assertThat(noJob.getHttpStatusCode()).isEqualTo(400);
    assertThat(noJob.getErrorCode()).isEqualTo("Common.0011");
    assertThat(noJob.getErrorMsg()).isEqualTo("query job fail.");

    var tooLarge = refused(() -> evs.createVolume(create(wanted("x").withSize(40_000))));
    assertThat(tooLarge.getErrorCode()).isEqualTo("EVS.1010");
    assertThat(tooLarge.getErrorMsg()).isEqualTo("invalid volume size!");

    var id = made(evs, "small");
    var smaller = refused(() -> evs.resizeVolume(resize(id, 5)));
    assertThat(smaller.getErrorCode()).isEqualTo("EVS.1015");
    assertThat(smaller.getErrorMsg()).isEqualTo("new volume Size must be greater than old Size!");
  }

  @Test
  void aWrongSecretIsTheGatewaysError() {
    var evs =
        EvsClient.newBuilder()
            .withCredential(
                new BasicCredentials()
                    .withAk("ALICEKEY")
                    .withSk("wrong")
                    .withProjectId(TestServer.ALICE_PROJECT))
            .withEndpoint(endpoint())
            .build();
    var refusal = refused(() -> evs.listVolumes(new ListVolumesRequest()));
    assertThat(refusal.getHttpStatusCode()).isEqualTo(401);
    assertThat(refusal.getErrorCode()).isEqualTo("APIGW.0301");
    assertThat(refusal.getErrorMsg())
        .startsWith("Incorrect IAM authentication information: verify aksk signature fail");
  }

  @Test
  void aRequestSignedWithADerivedKeyIsAnswered() {
    var evs =
        EvsClient.newBuilder()
            .withCredential(
                credentials()
                    .withProjectId(TestServer.ALICE_PROJECT)
                    .withDerivedPredicate(AbstractCredentials.DEFAULT_DERIVED_PREDICATE))
            .withRegion(new Region("region-1", endpoint()))
            .withDerivedAuthServiceName("evs")
            .build();
    var always =
        EvsClient.newBuilder()
            .withCredential(
                credentials()
                    .withProjectId(TestServer.ALICE_PROJECT)
                    .withDerivedPredicate(_ -> true))
            .withRegion(new Region("region-1", endpoint()))
            .withDerivedAuthServiceName("evs")
            .build();
    for (var client : List.of(evs, always)) {
      assertThat(client.listVolumes(new ListVolumesRequest()).getHttpStatusCode()).isEqualTo(200);
      assertThat(client.createVolume(create(wanted("derived"))).getJobId()).isNotEmpty();
    }
  }

  @Test
  void theVersionListIsReadThoughItsStatusIs300() {
    var evs = client();
    var versions = evs.listVersions(new ListVersionsRequest());
    assertThat(versions.getHttpStatusCode()).isEqualTo(300);
    assertThat(versions.getVersions())
        .extracting(Versions::getId)
        .containsExactly("v1.0", "v2.0", "v3.0");
    assertThat(
            evs.showVersion(new ShowVersionRequest().withVersion(ShowVersionRequest.VersionEnum.V3))
                .getVersions())
        .extracting(Versions::getId)
        .containsExactly("v3.0");
  }

  @Test
  void theIamClientOfTheSdkFindsProjectsAndTheDomain() {
    var iam =
        IamClient.newBuilder()
            .withCredential(credentials().withProjectId(TestServer.ALICE_PROJECT))
            .withEndpoint(endpoint())
            .build();
    assertThat(iam.keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()).getProjects())
        .singleElement()
        .satisfies(project -> assertThat(project.getId()).isEqualTo(TestServer.ALICE_PROJECT));
    assertThat(iam.keystoneListAuthDomains(new KeystoneListAuthDomainsRequest()).getDomains())
        .singleElement()
        .satisfies(domain -> assertThat(domain.getName()).isEqualTo("wonderland"));
  }
}
