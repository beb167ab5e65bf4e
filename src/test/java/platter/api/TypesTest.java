package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;
import tools.jackson.databind.JsonNode;

/** {@code /v2|v3/{project_id}/types}, and what a volume's type lets it have. */
class TypesTest {
  private TestServer server =
      TestServer.with(
              Map.of(
                  "zones",
                  "az1,az2",
                  "volume_types",
                  "SAS,SSD,ESSD@az1,GPSSD2,ESSD2",
                  "sold_out_types",
                  "SSD@az2"))
          .run();
  private Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer create(String type, String zone, int size, String more) {
    return alice.post(
        "/v2.1/{project_id}/cloudvolumes",
        "{\"volume\": {\"size\": %d, \"volume_type\": \"%s\", \"availability_zone\": \"%s\"%s}}"
            .formatted(size, type, zone, more));
  }

  private static List<String> names(Answer types) {
    return types
        .is(200)
        .at("volume_types")
        .valueStream()
        .map(type -> type.path("name").asString(""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2", "v3"})
  void theListTellsWhereEachTypeIsOfferedAndWhereItIsSoldOut(String version) {
    var list = alice.get("/" + version + "/{project_id}/types");
    assertThat(names(list)).containsExactly("SAS", "SSD", "ESSD", "GPSSD2", "ESSD2");
    var ssd = list.at("volume_types[1]");
    assertThat(ssd.propertyNames())
        .containsExactly("id", "name", "description", "is_public", "qos_specs_id", "extra_specs");
    list.has("volume_types[1].description", "Ultra-high I/O")
        .has("volume_types[1].is_public", "true")
        .hasNull("volume_types[1].qos_specs_id")
        .has("volume_types[1].extra_specs.RESKEY:availability_zones", "az1,az2")
        .has("volume_types[1].extra_specs.os-vendor-extended:sold_out_availability_zones", "az2")
        .has("volume_types[2].extra_specs.RESKEY:availability_zones", "az1")
        .has("volume_types[2].extra_specs.os-vendor-extended:sold_out_availability_zones", "");
    for (JsonNode type : list.at("volume_types")) {
      var one = alice.get("/" + version + "/{project_id}/types/" + type.path("id").asString(""));
      assertThat(one.is(200).at("volume_type")).isEqualTo(type);
    }
  }

  @Test
  void byDefaultAllSevenAreOfferedEverywhere() {
    server.close();
    server = TestServer.start();
    alice = server.alice();
    assertThat(names(alice.get("/v2/{project_id}/types")))
        .containsExactly("SATA", "SAS", "GPSSD", "SSD", "ESSD", "GPSSD2", "ESSD2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "SSD", "00000000-0000-4000-8000-000000000000"})
  void anIdThatNoOfferedTypeHasIsNotFoundInCindersShape(String id) {
    alice
        .get("/v3/{project_id}/types/" + id)
        .is(404)
        .has("itemNotFound.code", "404")
        .has("itemNotFound.message", "Volume type " + id + " could not be found.");
  }

  @Test
  void theFilterOfTheVolumeListTakesTheId() {
    alice.volume("ssd", 10);
    alice.job(create("SAS", "az1", 10, "").is(202).text("job_id")).ends("SUCCESS");
    var id = alice.get("/v2/{project_id}/types").is(200).text("volume_types[0].id");
    alice
        .get("/v2/{project_id}/cloudvolumes/detail?volume_type_id=" + id)
        .is(200)
        .has("count", "1")
        .has("volumes[0].volume_type", "SAS");
  }

  @Test
  void aTypeThatIsNotOfferedThereIsRefusedByItsOwnCodes() {
    create("NVME", "az1", 10, "").isRefused(400, "EVS.1020");
    create("SATA", "az1", 10, "").isRefused(400, "EVS.2070");
    create("ESSD", "az2", 10, "")
        .isRefused(400, "EVS.2071")
        .has(
            "error.message",
            "Invalid input received: Availability zone [az2] do not have volume type [ESSD]");
    create("SSD", "az2", 10, "")
        .isRefused(400, "EVS.2072")
        .has("error.message", "Volume type [SSD] in availability zone [az2] is sold out !");
    create("SSD", "az3", 10, "").isRefused(400, "EVS.1036");
    create("ESSD", "az2", 1, "").isRefused(400, "EVS.2071"); // before the size
    alice.get("/v2/{project_id}/cloudvolumes/detail").has("count", "0");
  }

  @ParameterizedTest
  @CsvSource({
    "GPSSD2, 10, 3000, 125, true",
    "GPSSD2, 10, 5000, 1000, true",
    "GPSSD2, 10, 5001, 125, false",
    "GPSSD2, 10, 2999, 125, false",
    "GPSSD2, 10, 3000, 124, false",
    "GPSSD2, 10, 3000, 751, false",
    "GPSSD2, 300, 128000, 1000, true",
    "GPSSD2, 300, 128001, 1000, false",
    "GPSSD2, 300, 128000, 1001, false",
    "ESSD2, 10, 100, , true",
    "ESSD2, 10, 10000, , true",
    "ESSD2, 10, 10001, , false",
    "ESSD2, 10, 99, , false",
    "ESSD2, 300, 256000, , true",
    "ESSD2, 300, 256001, , false",
    "ESSD2, 10, 100, 125, false",
    "SSD, 10, 3000, , false",
    "SSD, 10, , 125, false",
    "GPSSD2, 10, , 125, false",
    "GPSSD2, 10, 3000, , false",
    "ESSD2, 10, , , false",
  })
  void iopsAndThroughputAreWithinWhatTheTypeAndTheSizeAllow(
      String type, int size, Integer iops, Integer throughput, boolean allowed) {
    var more =
        (iops == null ? "" : ", \"iops\": " + iops)
            + (throughput == null ? "" : ", \"throughput\": " + throughput);
    var answer = create(type, "az1", size, more);
    if (allowed) {
      alice.job(answer.is(202).text("job_id")).ends("SUCCESS");
      var shown = alice.get("/v2/{project_id}/cloudvolumes/" + answer.text("volume_ids[0]"));
      shown.has("volume.iops.total_val", String.valueOf(iops)).has("volume.iops.frozened", "false");
      assertThat(shown.at("volume.throughput").isMissingNode()).isEqualTo(throughput == null);
    } else {
      answer.isRefused(400, "EVS.1009");
      alice.get("/v2/{project_id}/cloudvolumes/detail").has("count", "0");
    }
  }
}
