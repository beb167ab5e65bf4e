package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import platter.TestServer;

/**
 * The examples of the cloud's documents: each request is accepted, each answer has the members of
 * its example and their types. Where not, the difference is named with its reason.
 */
class ExamplesTest {
  /** Members of a volume that the table of its fields has, and not every example. */
  private static final Set<String> FIELDS_OF_A_VOLUME =
      Set.of(
          "shareable",
          "source_volid",
          "consistencygroup_id",
          "encrypted",
          "enterprise_project_id",
          "tags",
          "dedicated_storage_id",
          "dedicated_storage_name",
          "iops",
          "throughput",
          "os-volume-replication:extended_status");

  private final TestServer server =
      TestServer.with(Map.of("zones", "az1.dc1,az-dc-1,az-dc-2", "sold_out_types", "SATA@az-dc-2"))
          .run();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  /**
   * One example.
   *
   * @param request its body; empty for none
   * @param response the example of the answer
   * @param path may name {@code {volume_id}}: a new volume of {@code type}
   * @param change what must be another in the request, such as ids
   * @param differences what is allowed to differ: a sentence of {@link Examples}, and the reason
   */
  private record Example(
      String request,
      String response,
      String method,
      String path,
      int status,
      Supplier<String> volume,
      UnaryOperator<String> change,
      Map<String, String> differences) {

    Example differs(String sentence, String reason) {
      var more = new HashMap<>(differences);
      more.put(sentence, reason);
      return new Example(request, response, method, path, status, volume, change, more);
    }

    Example of(Supplier<String> made) {
      return new Example(request, response, method, path, status, made, change, differences);
    }

    Example changed(UnaryOperator<String> how) {
      return new Example(request, response, method, path, status, volume, how, differences);
    }
  }

  private Example example(String request, String response, String method, String path, int status) {
    return new Example(
        request,
        response,
        method,
        path,
        status,
        () -> volume("SATA", ""),
        UnaryOperator.identity(),
        Map.of());
  }

  private Example get(String response, String path) {
    return example("", response + ".response", "GET", path, 200);
  }

  private Example post(String id, String path, int status) {
    return example(id + ".request", id + ".response", "POST", path, status);
  }

  private String volume(String type, String more) {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "v", "size": 40, "volume_type": "%s", "availability_zone": "az-dc-1", "tags": {"key1": "value1"}%s}}\
                """
                    .formatted(type, more))
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    return answer.text("volume_ids[0]");
  }

  private String twoVolumes() {
    volume("SSD", "");
    return volume("SSD", "");
  }

  private String gpssd2() {
    return volume("GPSSD2", ", \"iops\": 3000, \"throughput\": 125");
  }

  /** Platter has no encryption: the one thing of these two requests that it refuses. */
  private static String unencrypted(String request) {
    return request.replaceAll("(?s)\"metadata\": \\{.*?}", "\"metadata\": {}");
  }

  private String typeId() {
    return alice.get("/v2/{project_id}/types").is(200).text("volume_types[0].id");
  }

  private String job(String more) {
    var answer =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"%s}}\
                """
                    .formatted(more))
            .is(202);
    alice.job(answer.text("job_id")).ends("SUCCESS");
    return answer.text("job_id");
  }

  private List<Example> examples() {
    var v2 = "/v2/{project_id}/cloudvolumes";
    var one = v2 + "/{volume_id}";
    var vendor = "/{project_id}/os-vendor-volumes";
    var noOrders = "there are no orders: everything is pay-per-use";
    var sdk = "a boolean makes the Java SDK refuse the whole body (reference: \"Java SDK\")";
    var noReason = "the example's job was not done, or told the volume's id alone";
    return List.of(
        post("createVolume", "/v2.1/{project_id}/cloudvolumes", 202),
        post("createVolumeV2", v2, 200).changed(ExamplesTest::unencrypted),
        post("createVolumeV3", "/v3/{project_id}/cloudvolumes", 200)
            .changed(ExamplesTest::unencrypted),
        example("", "deleteVolume.response", "DELETE", one, 200),
        post("resizeVolume", "/v2.1/{project_id}/cloudvolumes/{volume_id}/action", 202),
        post("resizeVolumeV2", one + "/action", 200),
        example(
            "retypeVolume.otc.request",
            "retypeVolume.response",
            "POST",
            "/v2/{project_id}/volumes/{volume_id}/retype",
            202),
        post("batchResizeVolumes", "/v5/{project_id}/volumes/batch-extend", 202)
            .changed(
                text ->
                    text.replace("\"111\"", "\"" + volume("SSD", "") + "\"")
                        .replace("\"222\"", "\"" + volume("SAS", "") + "\""))
            .differs("order_id is missing", noOrders),
        example(
                "modifyVolumeQoS.request",
                "modifyVolumeQoS.response",
                "PUT",
                "/v5/{project_id}/cloudvolumes/{volume_id}/qos",
                202)
            .of(this::gpssd2),
        post("unsubscribePostpaidVolume", v2 + "/unsubscribe", 202)
            .differs(" is ARRAY, not OBJECT", "the schema and the Java SDK have a list"),
        get("showVolume", one),
        get("vendorShowVolumeV2", "/v2" + vendor + "/{volume_id}"),
        get("vendorShowVolumeV3", "/v3" + vendor + "/{volume_id}"),
        get("vendorShowVolumeInternalInfoV3", "/v3" + vendor + "/{volume_id}/internal-info"),
        get("listVolumes", v2 + "/detail?limit=1&x={volume_id}").of(this::twoVolumes),
        get("listVolumes.otc", v2 + "/detail?limit=1"),
        get("vendorListVolumesDetailV2", "/v2" + vendor + "/detail?limit=1"),
        get("vendorListVolumesDetailV3", "/v3" + vendor + "/detail?limit=1"),
        get("listVolumesBriefV2", v2),
        example("updateVolume.request", "updateVolume.response", "PUT", one, 200)
            .differs("shareable is STRING, not BOOLEAN", sdk),
        example("updateVolume.request", "updateVolume.otc.response", "PUT", one, 200)
            .differs("shareable is STRING, not BOOLEAN", sdk),
        get("cinderListVolumeTypes", "/v2/{project_id}/types")
            .differs(
                "volume_types[].extra_specs.os-vendor-exte nded:sold_out_availability_zones is"
                    + " missing",
                "a slip of the example: a stray space")
            .differs(
                "volume_types[].extra_specs.availability-zone is more",
                "the other operator's examples have it"),
        types(get("cinderListVolumeTypes.otc", "/v2/{project_id}/types"), "volume_types[]"),
        types(get("cinderV3ListTypes", "/v3/{project_id}/types"), "volume_types[]"),
        types(
            get("cinderV2ShowType", "/v2/{project_id}/types/{volume_id}").of(this::typeId),
            "volume_type"),
        types(
            get("cinderV3ShowType", "/v3/{project_id}/types/{volume_id}").of(this::typeId),
            "volume_type"),
        get("showJob.createVolume.success.fixture", "/v1/{project_id}/jobs/{volume_id}")
            .of(() -> job("")),
        get("showJob", "/v1/{project_id}/jobs/{volume_id}")
            .of(() -> job(""))
            .differs("entities.name is more", noReason)
            .differs("entities.size is more", noReason)
            .differs("entities.volume_type is more", noReason),
        get("showJob.otc", "/v1/{project_id}/jobs/{volume_id}")
            .of(() -> job(", \"count\": 2"))
            .differs("entities.sub_jobs[].entities.name is more", noReason)
            .differs("entities.sub_jobs[].entities.size is more", noReason)
            .differs("entities.sub_jobs[].entities.volume_type is more", noReason),
        refused("showJob.unknownJob", "/v1/{project_id}/jobs/4010a32d535527910153552b492c0002"),
        refused("showJob.emptyJobId", "/v1/{project_id}/jobs"),
        refused(
            "showJob.foreignProject",
            "/v1/" + TestServer.BOB_PROJECT + "/jobs/4010a32d535527910153552b492c0002"));
  }

  /** The other operator's types have no list of zones. */
  private static Example types(Example example, String at) {
    var reason = "the vendor's own example has it";
    return example
        .differs(at + ".extra_specs.RESKEY:availability_zones is more", reason)
        .differs(
            at + ".extra_specs.os-vendor-extended:sold_out_availability_zones is more", reason);
  }

  private Example refused(String response, String path) {
    return example("", response + ".error.response", "GET", path, 400);
  }

  @TestFactory
  Stream<DynamicTest> anExampleIsAnsweredAsItsDocumentShows() {
    return examples().stream()
        .map(example -> DynamicTest.dynamicTest(example.response, () -> check(example)));
  }

  private void check(Example example) {
    var path =
        example.path.contains("{volume_id}")
            ? example.path.replace("{volume_id}", example.volume.get())
            : example.path;
    var body = example.request.isEmpty() ? "" : Examples.text(example.request);
    var answer =
        alice.call(example.method, path, example.change.apply(body), Map.of()).is(example.status);
    var differences = new TreeSet<String>();
    for (var sentence :
        Examples.differences(answer.json(), Examples.json(example.response), Examples.MAPS)) {
      var member = sentence.substring(sentence.lastIndexOf('.', sentence.indexOf(" is ")) + 1);
      boolean documented =
          member.endsWith(" is more")
              && FIELDS_OF_A_VOLUME.contains(member.substring(0, member.indexOf(" is ")));
      if (!documented) {
        differences.add(sentence);
      }
    }
    assertThat(differences)
        .as(answer.body())
        .isEqualTo(new TreeSet<>(example.differences.keySet()));
    if (example.status < 300 && !answer.json().path("job_id").isMissingNode()) {
      var status = alice.job(answer.text("job_id")).now().text("status");
      assertThat(new ArrayList<>(List.of("INIT", "RUNNING", "SUCCESS"))).contains(status);
    }
  }

  /** Its key is a slip of one document; every client and every other document has os-retype. */
  @TestFactory
  Stream<DynamicTest> anExampleThatIsASlipIsRefused() {
    return Stream.of(
        DynamicTest.dynamicTest(
            "retypeVolume.request",
            () ->
                alice
                    .post(
                        "/v2/{project_id}/volumes/" + volume("SSD", "") + "/retype",
                        Examples.text("retypeVolume.request"))
                    .isRefused(400, "EVS.1070")));
  }
}
