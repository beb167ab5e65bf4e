package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.evs.v2.EvsClient;
import com.huaweicloud.sdk.evs.v2.model.BatchCreateVolumeTagsRequest;
import com.huaweicloud.sdk.evs.v2.model.BatchCreateVolumeTagsRequestBody;
import com.huaweicloud.sdk.evs.v2.model.BatchDeleteVolumeTagsRequest;
import com.huaweicloud.sdk.evs.v2.model.BatchDeleteVolumeTagsRequestBody;
import com.huaweicloud.sdk.evs.v2.model.CinderAcceptVolumeTransferOption;
import com.huaweicloud.sdk.evs.v2.model.CinderAcceptVolumeTransferRequest;
import com.huaweicloud.sdk.evs.v2.model.CinderAcceptVolumeTransferRequestBody;
import com.huaweicloud.sdk.evs.v2.model.CinderCreateVolumeTransferRequest;
import com.huaweicloud.sdk.evs.v2.model.CinderCreateVolumeTransferRequestBody;
import com.huaweicloud.sdk.evs.v2.model.CinderListAvailabilityZonesRequest;
import com.huaweicloud.sdk.evs.v2.model.CinderListQuotasRequest;
import com.huaweicloud.sdk.evs.v2.model.CinderListVolumeTransfersRequest;
import com.huaweicloud.sdk.evs.v2.model.CreateVolumeTransferOption;
import com.huaweicloud.sdk.evs.v2.model.DeleteTagsOption;
import com.huaweicloud.sdk.evs.v2.model.ListVolumeTagsRequest;
import com.huaweicloud.sdk.evs.v2.model.ListVolumesByTagsRequest;
import com.huaweicloud.sdk.evs.v2.model.ListVolumesByTagsRequestBody;
import com.huaweicloud.sdk.evs.v2.model.ShowVolumeTagsRequest;
import com.huaweicloud.sdk.evs.v2.model.Tag;
import com.huaweicloud.sdk.evs.v2.model.TagsForListVolumes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/** The unmodified Java SDK and tags, quotas, availability zones, transfers. */
class SdkExtrasTest {
  private final TestServer server = TestServer.start();
  private final Client client = server.alice();
  private final EvsClient alice = sdk(TestServer.ALICE_PROJECT, "ALICEKEY", "alice-secret");
  private final EvsClient bob = sdk(TestServer.BOB_PROJECT, "BOBKEY", "bob-secret");

  @AfterEach
  void stop() {
    server.close();
  }

  private EvsClient sdk(String project, String access, String secret) {
    return EvsClient.newBuilder()
        .withCredential(new BasicCredentials().withAk(access).withSk(secret).withProjectId(project))
        .withEndpoint(server.endpoint().toString())
        .build();
  }

  @Test
  void tagsComeAndGoAndFindVolumes() {
    var id = client.volume("tagged", 10);
    var created =
        alice.batchCreateVolumeTags(
            new BatchCreateVolumeTagsRequest()
                .withVolumeId(id)
                .withBody(
                    new BatchCreateVolumeTagsRequestBody()
                        .withAction(BatchCreateVolumeTagsRequestBody.ActionEnum.CREATE)
                        .withTags(List.of(new Tag().withKey("键").withValue("v")))));
    assertThat(created.getHttpStatusCode()).isEqualTo(204);
    var shown = alice.showVolumeTags(new ShowVolumeTagsRequest().withVolumeId(id)).getTags();
    assertThat(shown).hasSize(1);
    assertThat(shown.getFirst().getKey()).isEqualTo("键");
    assertThat(alice.listVolumeTags(new ListVolumeTagsRequest()).getTags())
        .containsEntry("键", List.of("v"));
    var found =
        alice.listVolumesByTags(
            new ListVolumesByTagsRequest()
                .withBody(
                    new ListVolumesByTagsRequestBody()
                        .withAction(ListVolumesByTagsRequestBody.ActionEnum.FILTER)
                        .withTags(
                            List.of(
                                new TagsForListVolumes().withKey("键").withValues(List.of("v"))))));
    assertThat(found.getTotalCount()).isEqualTo(1);
    assertThat(found.getResources().getFirst().getResourceDetail().getSize()).isEqualTo(10);
    alice.batchDeleteVolumeTags(
        new BatchDeleteVolumeTagsRequest()
            .withVolumeId(id)
            .withBody(
                new BatchDeleteVolumeTagsRequestBody()
                    .withAction(BatchDeleteVolumeTagsRequestBody.ActionEnum.DELETE)
                    .withTags(List.of(new DeleteTagsOption().withKey("键")))));
    assertThat(alice.showVolumeTags(new ShowVolumeTagsRequest().withVolumeId(id)).getTags())
        .isEmpty();
  }

  @Test
  void quotasAndZonesAreRead() {
    client.volume("a", 10);
    var quotas =
        alice
            .cinderListQuotas(
                new CinderListQuotasRequest()
                    .withTargetProjectId(TestServer.ALICE_PROJECT)
                    .withUsage(CinderListQuotasRequest.UsageEnum.TRUE))
            .getQuotaSet();
    assertThat(quotas.getGigabytes().getInUse()).isEqualTo(10);
    assertThat(quotas.getGigabytes().getLimit()).isEqualTo(-1);
    var zones =
        alice
            .cinderListAvailabilityZones(new CinderListAvailabilityZonesRequest())
            .getAvailabilityZoneInfo();
    assertThat(zones.getFirst().getZoneName()).isEqualTo("az1");
    assertThat(zones.getFirst().getZoneState().getAvailable()).isTrue();
  }

  @Test
  void aVolumeIsHandedOver() {
    var volume = client.volume("gift", 10);
    var offered =
        alice
            .cinderCreateVolumeTransfer(
                new CinderCreateVolumeTransferRequest()
                    .withBody(
                        new CinderCreateVolumeTransferRequestBody()
                            .withTransfer(
                                new CreateVolumeTransferOption()
                                    .withName("to bob")
                                    .withVolumeId(volume))))
            .getTransfer();
    assertThat(
            alice.cinderListVolumeTransfers(new CinderListVolumeTransfersRequest()).getTransfers())
        .hasSize(1);
    var taken =
        bob.cinderAcceptVolumeTransfer(
            new CinderAcceptVolumeTransferRequest()
                .withTransferId(offered.getId())
                .withBody(
                    new CinderAcceptVolumeTransferRequestBody()
                        .withAccept(
                            new CinderAcceptVolumeTransferOption()
                                .withAuthKey(offered.getAuthKey()))));
    assertThat(taken.getTransfer().getVolumeId()).isEqualTo(volume);
    assertThat(server.bob().statusOf(volume)).isEqualTo("available");
  }
}
