package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.Cli;
import platter.TestServer;
import platter.driver.Capacity;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;

/** What volumes take, what the storage has, and what it may promise. */
class SpaceTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;
  private static final String STORAGE = "/platter/v1/storage";
  private static final String VOLUMES = "/v2/{project_id}/cloudvolumes/";

  private final AtomicLong total = new AtomicLong(100 * GIB);
  private final AtomicLong free = new AtomicLong(100 * GIB);
  private TestServer server = server(Map.of());
  private Client alice = server.alice();

  /** A disk of the size that the test wants. */
  private final class Disk extends ForwardingDriver {
    Disk(StorageDriver real) {
      super(real);
    }

    @Override
    public Capacity capacity() {
      return new Capacity(total.get(), free.get());
    }
  }

  private TestServer server(Map<String, String> flags) {
    return TestServer.with(flags).aroundDriver(Disk::new).run();
  }

  private void startAgainWith(Map<String, String> flags) {
    server.close();
    server = server(flags);
    alice = server.alice();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Answer create(Client who, int size, int count) {
    return who.post(
        "/v2.1/{project_id}/cloudvolumes",
        """
        {"volume": {"size": %d, "count": %d, "volume_type": "SSD", "availability_zone": "az1"}}\
        """
            .formatted(size, count));
  }

  private Answer extend(String volume, int size) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
        "{\"os-extend\": {\"new_size\": " + size + "}}");
  }

  private void write(String volume, int bytes) throws IOException {
    var path = server.data().resolve("storage/volumes/" + volume.substring(34));
    try (var file = new RandomAccessFile(path.resolve(volume + ".raw").toFile(), "rw")) {
      var data = new byte[bytes];
      java.util.Arrays.fill(data, (byte) 7);
      file.seek(GIB);
      file.write(data);
      file.getFD().sync();
    }
  }

  private static Answer space(Client who, String... volumes) {
    var query = String.join("&", Stream.of(volumes).map(id -> "volume_id=" + id).toList());
    return who.get("/platter/v1/{project_id}/volumes/space?" + query).is(200);
  }

  private long provisioned() {
    return server.operator().get(STORAGE).is(200).at("storage.provisioned_bytes").longValue() / GIB;
  }

  private void nothingDiffers() {
    var report = server.operator().get("/platter/v1/verify").is(200);
    assertThat(report.at("differences")).as(report.body()).isEmpty();
  }

  private int volumes() {
    return alice.get("/v2/{project_id}/cloudvolumes/detail").is(200).at("count").intValue();
  }

  @Test
  void aVolumeTakesWhatIsWrittenAndItsSnapshotIsCountedApart() throws Exception {
    var volume = alice.volume("v", 10);
    space(alice, volume)
        .hasSize("volumes", 1)
        .has("volumes[0].id", volume)
        .has("volumes[0].bytes", "" + 10 * GIB)
        .has("volumes[0].used_bytes", "0")
        .has("volumes[0].snapshots", "0")
        .has("volumes[0].snapshots_used_bytes", "0");
    write(volume, (int) (8 * MIB));
    var written = space(alice, volume);
    assertThat(written.at("volumes[0].used_bytes").longValue()).isBetween(8 * MIB, 9 * MIB);
    var snapshot =
        alice
            .post(
                "/v2/{project_id}/cloudsnapshots",
                "{\"snapshot\": {\"volume_id\": \"" + volume + "\"}}")
            .is(202);
    alice.job(snapshot.header("X-Platter-Job").orElseThrow()).ends("SUCCESS");
    var both = space(alice, volume).has("volumes[0].snapshots", "1");
    assertThat(both.at("volumes[0].used_bytes").longValue()).isBetween(8 * MIB, 9 * MIB);
    assertThat(both.at("volumes[0].snapshots_used_bytes").longValue()).isBetween(8 * MIB, 9 * MIB);
    var storage =
        server
            .operator()
            .get(STORAGE)
            .is(200)
            .has("storage.total_bytes", "" + 100 * GIB)
            .has("storage.free_bytes", "" + 100 * GIB)
            .has("storage.provisioned_bytes", "" + 10 * GIB)
            .has("storage.volumes", "1")
            .has("storage.snapshots", "1")
            .has("storage.reserved_bytes", "0")
            .hasNull("storage.may_provision_bytes")
            .hasNull("storage.max_over_subscription_ratio");
    assertThat(storage.at("storage.volumes_used_bytes").longValue()).isGreaterThan(8 * MIB - 1);
    assertThat(storage.at("storage.snapshots_used_bytes").longValue()).isGreaterThan(8 * MIB - 1);
  }

  @Test
  void aForeignProjectLearnsNothingOfAVolumeAndOnlyOperatorsOfTheStorage() {
    var volume = alice.volume("v", 10);
    var unknown = UUID.randomUUID().toString();
    space(alice, volume, unknown, volume).hasSize("volumes", 1);
    space(server.bob(), volume).hasSize("volumes", 0);
    space(server.rose(), volume).hasSize("volumes", 1); // who may look
    alice.get("/platter/v1/{project_id}/volumes/space").is(200).hasSize("volumes", 0);
    alice.get("/platter/v1/{project_id}/volumes/space?volume_id=v").isRefused(400, "EVS.1002");
    var many = IntStream.range(0, 101).mapToObj(_ -> "volume_id=" + volume).toList();
    alice
        .get("/platter/v1/{project_id}/volumes/space?" + String.join("&", many))
        .isRefused(400, "EVS.1070");
    alice.get(STORAGE).isRefusedByTheGateway(403, "APIGW.0302");
  }

  @Test
  void withoutALimitAnyNumberIsPromised() {
    create(alice, 1000, 10).is(202);
    assertThat(provisioned()).isEqualTo(10_000);
    nothingDiffers();
  }

  @Test
  void whatWouldPassTheRatioIsRefusedAndChangesNothing() {
    startAgainWith(Map.of("max_over_subscription_ratio", "1.5", "storage_reserved_percent", "20"));
    server
        .operator()
        .get(STORAGE)
        .has("storage.may_provision_bytes", "" + 120 * GIB)
        .has("storage.reserved_bytes", "" + 20 * GIB)
        .has("storage.max_over_subscription_ratio", "1.5")
        .has("storage.storage_reserved_percent", "20");
    create(server.bob(), 50, 1).is(202); // the storage is one for all
    var volume = alice.volume("v", 40);
    var refused = create(alice, 31, 1).isRefused(400, "EVS.2072");
    assertThat(refused.body()).contains("Volume type [SSD] in availability zone [az1] is sold out");
    assertThat(refused.header("X-Platter-Detail"))
        .contains("the storage has no room for 31 GiB more");
    create(alice, 10, 4).isRefused(400, "EVS.2072"); // all of a batch or none
    extend(volume, 71).isRefused(400, "EVS.1014");
    alice
        .post(
            "/v5/{project_id}/volumes/batch-extend",
            """
            {"volumes": [{"id": "%s", "new_size": 71}]}"""
                .formatted(volume))
        .isRefused(400, "EVS.1014");
    assertThat(provisioned()).isEqualTo(90);
    assertThat(volumes()).isOne();
    nothingDiffers();
    alice.job(extend(volume, 70).is(202).text("job_id")).ends("SUCCESS");
    assertThat(provisioned()).isEqualTo(120);
    create(alice, 10, 1).isRefused(400, "EVS.2072");
    alice.job(alice.delete(VOLUMES + volume).is(200).text("job_id")).ends("SUCCESS");
    assertThat(provisioned()).isEqualTo(50);
    create(alice, 70, 1).is(202);
    nothingDiffers();
  }

  @Test
  void callsAtTheSameTimeCannotPassTheLimitTogether() throws Exception {
    startAgainWith(Map.of("max_over_subscription_ratio", "1"));
    var clients = List.of(alice, server.bob());
    try (var threads = Executors.newFixedThreadPool(16)) {
      var calls =
          IntStream.range(0, 64)
              .mapToObj(i -> (Callable<Integer>) () -> create(clients.get(i % 2), 10, 1).status())
              .toList();
      int accepted = 0;
      for (var call : threads.invokeAll(calls)) {
        assertThat(call.get()).isIn(202, 400);
        accepted += call.get() == 202 ? 1 : 0;
      }
      assertThat(accepted).isEqualTo(10);
    }
    assertThat(provisioned()).isEqualTo(100);
    nothingDiffers();
  }

  @Test
  void whileLessThanTheReserveIsFreeNothingNewIsAccepted() {
    startAgainWith(Map.of("storage_reserved_percent", "10"));
    var volume = alice.volume("v", 10);
    free.set(10 * GIB);
    Awaitility.await().untilAsserted(() -> create(alice, 10, 1).isRefused(400, "EVS.2072"));
    extend(volume, 20).isRefused(400, "EVS.1014");
    free.set(11 * GIB);
    Awaitility.await().untilAsserted(() -> extend(volume, 20).is(202));
    nothingDiffers();
  }

  @Test
  void aTransferNeedsNoRoom() {
    startAgainWith(Map.of("max_over_subscription_ratio", "1"));
    var volume = alice.volume("v", 100);
    var offer =
        alice
            .post(
                "/v3/{project_id}/os-volume-transfer",
                "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"t\"}}".formatted(volume))
            .is(202);
    server
        .bob()
        .post(
            "/v3/{project_id}/os-volume-transfer/" + offer.text("transfer.id") + "/accept",
            "{\"accept\": {\"auth_key\": \"%s\"}}".formatted(offer.text("transfer.auth_key")))
        .is(202);
    assertThat(provisioned()).isEqualTo(100);
    create(alice, 10, 1).isRefused(400, "EVS.2072");
    nothingDiffers();
  }

  @Test
  void theClientShowsWhatVolumesTakeAndHowFullTheStorageIs() throws Exception {
    var volume = alice.volume("db", 10);
    write(volume, (int) (8 * MIB));
    var cli = Cli.alice(server);
    var wide = cli.run("volume", "list", "-o", "wide").exits(0).lines();
    assertThat(wide.getFirst())
        .matches("ID +NAME +STATUS +GIB +USED +SNAPSHOTS +THEIRS +TYPE +ZONE");
    assertThat(wide.getLast())
        .matches(volume + " +db +available +10 +8(\\.\\d)? MiB +0 +0 B +SSD +az1");
    assertThat(cli.run("volume", "list").exits(0).lines().getFirst()).doesNotContain("USED");
    assertThat(cli.run("volume", "show", "db").exits(0).out())
        .containsPattern("(?m)^used +8(\\.\\d)? MiB$");
    var operator = Cli.operator(server);
    assertThat(operator.run("storage", "show").exits(0).out())
        .containsPattern("(?m)^total +100 GiB$")
        .containsPattern("(?m)^provisioned +10 GiB$")
        .containsPattern("(?m)^may provision +-$")
        .containsPattern("(?m)^volumes +1$");
    var json = operator.run("storage", "show", "-o", "json").exits(0).json();
    assertThat(json.at("/storage/provisioned_bytes").longValue()).isEqualTo(10 * GIB);
    cli.run("storage", "show").exits(1);
  }
}
