package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Module;
import java.io.IOException;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jclouds.ContextBuilder;
import org.jclouds.date.DateService;
import org.jclouds.json.config.GsonModule;
import org.jclouds.openstack.cinder.v1.CinderApi;
import org.jclouds.openstack.cinder.v1.domain.Volume;
import org.jclouds.openstack.cinder.v1.options.CreateVolumeOptions;
import org.jclouds.openstack.keystone.config.KeystoneProperties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import platter.TestServer;

/**
 * Apache jclouds against a real server. One thing is set beside its defaults: the cloud's token
 * says {@code "password_expires_at": ""} of a password that does not expire (page "Obtaining a User
 * Token"), where OpenStack says null, and jclouds stumbles over it.
 */
class JcloudsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static CinderApi login() {
    var settings = new Properties();
    settings.put(KeystoneProperties.KEYSTONE_VERSION, "3");
    settings.put(KeystoneProperties.SCOPE, "projectId:" + TestServer.ALICE_PROJECT);
    settings.put(KeystoneProperties.SERVICE_TYPE, "volumev3"); // by itself it looks for the first
    return ContextBuilder.newBuilder("openstack-cinder")
        .endpoint(server.endpoint() + "/v3")
        .credentials("wonderland:alice", "alice-password")
        .overrides(settings)
        .modules(Set.<Module>of(new Dates()))
        .buildApi(CinderApi.class);
  }

  private static final class Dates extends AbstractModule {
    @Override
    protected void configure() {
      bind(GsonModule.Iso8601DateAdapter.class).to(MaybeDate.class);
    }
  }

  public static final class MaybeDate extends GsonModule.Iso8601DateAdapter {
    @Inject
    MaybeDate(DateService dates) {
      super(dates);
    }

    @Override
    protected @Nullable Date parseDate(String text) {
      return text.isEmpty() ? null : super.parseDate(text);
    }
  }

  @Test
  void aVolumeLivesFromCreateToDelete() throws IOException {
    try (var cloud = login()) {
      assertThat(cloud.getConfiguredRegions()).containsExactly("region-1");
      var volumes = cloud.getVolumeApi("region-1");
      var created =
          volumes.create(
              1,
              CreateVolumeOptions.Builder.name("by jclouds")
                  .description("d")
                  .volumeType("SSD")
                  .metadata(Map.of("k", "v")));
      assertThat(created.getStatus()).isEqualTo(Volume.Status.CREATING);
      var shown =
          Awaitility.await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> volumes.get(created.getId()),
                  volume -> volume.getStatus() == Volume.Status.AVAILABLE);
      assertThat(shown.getSize()).isEqualTo(1);
      assertThat(shown.getZone()).isEqualTo("az1");
      assertThat(shown.getMetadata()).containsEntry("k", "v");
      assertThat(shown.getCreated()).isNotNull();
      // not list(): jclouds wants more of its elements than OpenStack's second version has
      assertThat(volumes.listInDetail().transform(Volume::getVolumeType).toList()).contains("SSD");
      assertThat(cloud.getExtensionApi("region-1").list()).isNotEmpty();
      assertThat(volumes.delete(created.getId())).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> volumes.get(created.getId()) == null);
      assertThat(volumes.delete(created.getId())).isFalse();
    }
  }
}
