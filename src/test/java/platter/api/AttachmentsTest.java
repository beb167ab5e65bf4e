package platter.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import platter.TestServer;
import platter.nbd.Export;

/** Cinder's attachments, and what their tickets open. A test holds a volume open as a host does. */
class AttachmentsTest {
  private static final String ATTACHMENTS = "/v3/{project_id}/attachments";
  private static final String SERVER = "11111111-0000-4000-8000-000000000001";
  private static final String OTHER_SERVER = "22222222-0000-4000-8000-000000000002";
  private static final String UNKNOWN = "99999999-0000-4000-8000-000000000009";

  private final TestServer server = TestServer.start();
  private final Client alice = server.alice();

  @AfterEach
  void stop() {
    server.close();
  }

  private static Answer call(Client client, String method, String path, String body) {
    return client.call(method, path, body, Map.of("OpenStack-API-Version", "volume 3.44"));
  }

  private Answer call(String method, String path, String body) {
    return call(alice, method, path, body);
  }

  private Answer create(String members) {
    return call("POST", ATTACHMENTS, "{\"attachment\": {" + members + "}}");
  }

  private Answer reserve(String volume) {
    return create("\"volume_uuid\": \"%s\", \"instance_uuid\": \"%s\"".formatted(volume, SERVER));
  }

  /** One that is attached to a host of that kind. */
  private Answer attached(String volume, String connector) {
    var made =
        create(
                "\"volume_uuid\": \"%s\", \"connector\": {\"host\": \"h\"%s}"
                    .formatted(volume, connector))
            .is(202)
            .has("attachment.status", "attaching");
    var id = made.text("attachment.id");
    complete(id).is(204);
    return show(id).has("attachment.status", "attached");
  }

  private Answer complete(String id) {
    return call("POST", ATTACHMENTS + "/" + id + "/action", "{\"os-complete\": null}");
  }

  private Answer show(String id) {
    return call("GET", ATTACHMENTS + "/" + id, "").is(200);
  }

  private Answer delete(String id, String query) {
    return call("DELETE", ATTACHMENTS + "/" + id + query, "");
  }

  private String shared(String name) {
    var made =
        alice
            .post(
                "/v2.1/{project_id}/cloudvolumes",
                """
                {"volume": {"name": "%s", "size": 10, "volume_type": "SSD",
                  "availability_zone": "az1", "multiattach": true}}"""
                    .formatted(name))
            .is(202);
    alice.job(made.text("job_id")).ends("SUCCESS");
    return made.text("volume_ids[0]");
  }

  private static String ticket(Answer attachment) {
    var ticket = attachment.text("attachment.connection_info.export");
    assertThat(ticket).matches("[0-9a-f]{40}");
    return ticket;
  }

  private static void refused(Answer answer, int status, String key, String code) {
    answer.is(status);
    assertThat(answer.json().propertyNames()).as(answer.body()).containsExactly(key);
    assertThat(answer.text(key + ".message")).isNotEmpty();
    assertThat(answer.header("X-Platter-Detail")).contains(code);
  }

  private void nothingDiffers() {
    server.operator().get("/platter/v1/verify").is(200).hasSize("differences", 0);
  }

  private static void write(Export export, String text) throws IOException {
    var bytes = text.getBytes(UTF_8);
    export.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 0);
    export.flush();
  }

  // the life of an attachment

  @Test
  void aVolumeIsReservedThenConnectedThenInUseThenAvailable() {
    var volume = alice.volume("v", 10);
    var made = reserve(volume).is(202);
    var id = made.text("attachment.id");
    made.has("attachment.status", "reserved")
        .has("attachment.volume_id", volume)
        .has("attachment.instance", SERVER)
        .has("attachment.attached_at", "")
        .has("attachment.detached_at", "")
        .hasNull("attachment.attach_mode");
    assertThat(made.at("attachment.connection_info").isEmpty()).isTrue();
    assertThat(alice.statusOf(volume)).isEqualTo("reserved");
    complete(id).is(400); // it has no connection yet

    var connected =
        call(
                "PUT",
                ATTACHMENTS + "/" + id,
                "{\"attachment\": {\"connector\": {\"host\": \"h1\", \"mountpoint\": \"/dev/vdb\"}}}")
            .is(200)
            .has("attachment.status", "attaching")
            .has("attachment.attach_mode", "rw")
            .has("attachment.connection_info.driver_volume_type", "nbd")
            .has("attachment.connection_info.host", "127.0.0.1")
            .has("attachment.connection_info.access_mode", "rw")
            .has("attachment.connection_info.volume_id", volume)
            .has("attachment.connection_info.attachment_id", id);
    assertThat(connected.text("attachment.connection_info.uri"))
        .matches("nbd://127\\.0\\.0\\.1:\\d+/" + ticket(connected));
    assertThat(alice.statusOf(volume)).isEqualTo("attaching");
    alice
        .get("/v2/{project_id}/cloudvolumes/" + volume)
        .hasSize("volume.attachments", 0); // as Cinder: not yet

    complete(id).is(204);
    complete(id).is(204);
    assertThat(ticket(show(id))).isEqualTo(ticket(connected));
    for (var face : List.of("/v2/{project_id}/cloudvolumes/", "/v3/{project_id}/volumes/")) {
      alice
          .get(face + volume)
          .has("volume.status", "in-use")
          .hasSize("volume.attachments", 1)
          .has("volume.attachments[0].attachment_id", id)
          .has("volume.attachments[0].server_id", SERVER)
          .has("volume.attachments[0].host_name", "h1")
          .has("volume.attachments[0].device", "/dev/vdb")
          .has("volume.metadata.attached_mode", "rw");
    }
    nothingDiffers();

    delete(id, "").is(200).hasSize("attachments", 0);
    refused(delete(id, ""), 404, "itemNotFound", "EVS.5404");
    alice
        .get("/v2/{project_id}/cloudvolumes/" + volume)
        .has("volume.status", "available")
        .hasSize("volume.attachments", 0);
    nothingDiffers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserved", "attaching", "in-use"})
  void aVolumeWithAnAttachmentIsNotDeletedNotRolledBackAndNotGivenAway(String status) {
    var volume = alice.volume("v", 10);
    switch (status) {
      case "reserved" -> reserve(volume).is(202);
      case "attaching" ->
          create("\"volume_uuid\": \"" + volume + "\", \"connector\": {\"host\": \"h\"}").is(202);
      default -> attached(volume, "");
    }
    assertThat(alice.statusOf(volume)).isEqualTo(status);
    alice.delete("/v2/{project_id}/cloudvolumes/" + volume).isRefused(400, "EVS.1046");
    alice
        .post(
            "/v3/{project_id}/os-volume-transfer",
            "{\"transfer\": {\"volume_id\": \"" + volume + "\"}}")
        .is(400);
    assertThat(alice.statusOf(volume)).isEqualTo(status);
  }

  @Test
  void aVolumeIsAttachedOnceAndASharedOneToMany() {
    var volume = alice.volume("v", 10);
    attached(volume, "");
    refused(reserve(volume), 400, "badRequest", "EVS.5400");
    alice
        .post(
            "/v3/{project_id}/volumes/" + volume + "/action",
            "{\"os-attach\": {\"instance_uuid\": \"%s\", \"mountpoint\": \"/dev/vdb\"}}"
                .formatted(OTHER_SERVER))
        .is(400);

    var both = shared("s");
    var first = reserve(both).is(202).text("attachment.id");
    refused(reserve(both), 400, "badRequest", "EVS.5400"); // that server has it
    var second = attached(both, "").text("attachment.id");
    assertThat(alice.statusOf(both)).isEqualTo("in-use");
    delete(second, "").is(200).has("attachments[0].id", first);
    assertThat(alice.statusOf(both)).isEqualTo("reserved");
    delete(first, "").is(200);
    assertThat(alice.statusOf(both)).isEqualTo("available");
    nothingDiffers();
  }

  @Test
  void whileAHostIsAttachingNobodyElseIsAttachedByAnotherCall() {
    var volume = alice.volume("v", 10);
    create("\"volume_uuid\": \"" + volume + "\", \"connector\": {\"host\": \"h\"}").is(202);
    alice
        .post(
            "/v3/{project_id}/volumes/" + volume + "/action",
            "{\"os-attach\": {\"instance_uuid\": \"%s\", \"mountpoint\": \"/dev/vdb\"}}"
                .formatted(SERVER))
        .is(400);
    alice.post("/v3/{project_id}/volumes/" + volume + "/action", "{\"os-unreserve\": {}}").is(400);
    assertThat(alice.statusOf(volume)).isEqualTo("attaching");
    nothingDiffers();
  }

  // what a ticket opens

  @Test
  void aTicketOpensTheVolumeUntilItIsDetached() throws IOException {
    var volume = alice.volume("v", 10);
    var attachment = attached(volume, "");
    var ticket = ticket(attachment);
    assertThat(server.open(ticket.replace(ticket.charAt(0), 'x'))).isEmpty();
    assertThat(server.open(volume)).as("a name that all know").isEmpty();
    var export = server.open(ticket).orElseThrow();
    assertThat(export.size()).isEqualTo(10L << 30);
    assertThat(export.readOnly()).isFalse();
    write(export, "written by a host");
    assertThat(server.bytes(volume, 17)).isEqualTo("written by a host".getBytes(UTF_8));

    delete(attachment.text("attachment.id"), "").is(200);
    assertThat(server.open(ticket)).isEmpty();
    assertThatThrownBy(() -> write(export, "too late")).isInstanceOf(IOException.class);
    assertThat(server.bytes(volume, 17)).isEqualTo("written by a host".getBytes(UTF_8));
    export.close();

    assertThat(ticket(attached(volume, ""))).as("a new right").isNotEqualTo(ticket);
  }

  @Test
  void aReadOnlyAttachmentIsServedReadOnlyAndAReadOnlyVolumeInNoOtherWay() throws IOException {
    var volume = alice.volume("v", 10);
    var attachment = attached(volume, ", \"mode\": \"ro\"").has("attachment.attach_mode", "ro");
    try (var export = server.open(ticket(attachment)).orElseThrow()) {
      assertThat(export.readOnly()).isTrue();
    }
    delete(attachment.text("attachment.id"), "").is(200);
    alice
        .post(
            "/v3/{project_id}/volumes/" + volume + "/action",
            "{\"os-update_readonly_flag\": {\"readonly\": true}}")
        .is(202);
    refused(
        create("\"volume_uuid\": \"" + volume + "\", \"connector\": {\"host\": \"h\"}"),
        400,
        "badRequest",
        "EVS.1070");
    assertThat(alice.statusOf(volume)).as("nothing has changed").isEqualTo("available");
    attached(volume, ", \"mode\": \"ro\"");
  }

  @Test
  void theTicketOutlivesARestart() throws IOException {
    var volume = alice.volume("v", 10);
    var ticket = ticket(attached(volume, ""));
    server.stop();
    server.run();
    try (var export = server.open(ticket).orElseThrow()) {
      assertThat(export.size()).isEqualTo(10L << 30);
    }
  }

  @Test
  void aDetachThatWaitsIsRefusedWhileTheClientStaysAndDoneWhenItHasGone() throws IOException {
    var volume = alice.volume("v", 10);
    var attachment = attached(volume, "");
    var id = attachment.text("attachment.id");
    var export = server.open(ticket(attachment)).orElseThrow();
    refused(delete(id, "?connections=wait&timeout=0"), 409, "conflictingRequest", "PLATTER.0004");
    show(id).has("attachment.status", "attached");
    assertThat(alice.statusOf(volume)).isEqualTo("in-use");
    write(export, "still here");
    export.close();
    delete(id, "?connections=wait&timeout=0").is(200);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
  }

  @Test
  void theOlderDetachCutsTheClientTooAndWhatHasNoTicketIsGoneAtOnce() throws IOException {
    var volume = alice.volume("v", 10);
    var ticket = ticket(attached(volume, ""));
    var export = server.open(ticket).orElseThrow();
    var action = "/v3/{project_id}/volumes/" + volume + "/action";
    alice.post(action, "{\"os-detach\": {}}").is(202);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    assertThatThrownBy(() -> write(export, "too late")).isInstanceOf(IOException.class);
    export.close();

    alice
        .post(
            action,
            "{\"os-attach\": {\"instance_uuid\": \"%s\", \"mountpoint\": \"/dev/vdb\"}}"
                .formatted(SERVER))
        .is(202);
    var told = call("GET", ATTACHMENTS + "/detail?volume_id=" + volume, "").is(200);
    told.has("attachments[0].status", "attached").has("attachments[0].instance", SERVER);
    assertThat(told.at("attachments[0].connection_info").isEmpty()).isTrue();
    delete(told.text("attachments[0].id"), "").is(200);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
  }

  @Test
  void anExtensionEndsWhenItsHostsCanReachTheNewEnd() throws IOException {
    var volume = alice.volume("v", 10);
    var attachment = attached(volume, ", \"client\": \"qemu\"");
    assertThat(attachment.text("attachment.connection_info.after_extend")).contains("block_resize");
    try (var export = server.open(ticket(attachment)).orElseThrow()) {
      var job =
          alice
              .post(
                  "/v2.1/{project_id}/cloudvolumes/" + volume + "/action",
                  "{\"os-extend\": {\"new_size\": 20}}")
              .is(202)
              .text("job_id");
      alice.job(job).ends("SUCCESS");
      assertThat(export.size()).isEqualTo(20L << 30);
      export.write(ByteBuffer.allocateDirect(1).put((byte) 7).flip(), (20L << 30) - 1);
    }
    assertThat(alice.statusOf(volume)).isEqualTo("in-use");
    nothingDiffers();
  }

  // who may

  @Test
  void aForeignProjectLearnsNothingAndWhoMayOnlyLookIsNotToldTheTicket() {
    var volume = alice.volume("v", 10);
    var id = attached(volume, "").text("attachment.id");
    var bob = server.bob();
    var members = "{\"attachment\": {\"connector\": {\"host\": \"b\"}}}";
    for (var answer :
        List.of(
            call(bob, "GET", ATTACHMENTS + "/" + id, ""),
            call(bob, "PUT", ATTACHMENTS + "/" + id, members),
            call(bob, "DELETE", ATTACHMENTS + "/" + id, ""),
            call(bob, "POST", ATTACHMENTS + "/" + id + "/action", "{\"os-complete\": null}"),
            call(
                bob,
                "POST",
                ATTACHMENTS,
                "{\"attachment\": {\"volume_uuid\": \"" + volume + "\"}}"))) {
      refused(answer, 404, "itemNotFound", "EVS.5404");
    }
    call(bob, "GET", ATTACHMENTS + "/detail", "").is(200).hasSize("attachments", 0);
    refused(call(bob, "GET", ATTACHMENTS + "?marker=" + id, ""), 404, "itemNotFound", "EVS.5404");

    var rose = server.rose();
    var seen = call(rose, "GET", ATTACHMENTS + "/" + id, "").is(200);
    assertThat(seen.at("attachment.connection_info").propertyNames())
        .contains("host")
        .doesNotContain("export", "uri", "socket_uri");
    call(rose, "DELETE", ATTACHMENTS + "/" + id, "").is(403);
    show(id).has("attachment.status", "attached");
  }

  @Test
  void olderVersionsOfTheApiHaveNoSuchCall() {
    var volume = alice.volume("v", 10);
    var id = attached(volume, "").text("attachment.id");
    refused(alice.get(ATTACHMENTS), 404, "itemNotFound", "EVS.5404");
    refused(
        alice.call(
            "POST",
            ATTACHMENTS + "/" + id + "/action",
            "{\"os-complete\": null}",
            Map.of("OpenStack-API-Version", "volume 3.43")),
        404,
        "itemNotFound",
        "EVS.5404");
    alice
        .call("GET", ATTACHMENTS, "", Map.of("OpenStack-API-Version", "volume 3.27"))
        .is(200)
        .hasSize("attachments", 1);
  }

  // lists

  @Test
  void theListIsFilteredAndInPages() {
    var one = alice.volume("one", 10);
    var two = alice.volume("two", 10);
    var first = reserve(one).is(202).text("attachment.id");
    var second = attached(two, "").text("attachment.id");
    call("GET", ATTACHMENTS, "")
        .is(200)
        .hasSize("attachments", 2)
        .has("attachments[0].id", second)
        .has("attachments[1].id", first);
    ids("?volume_id=" + one, first);
    ids("?status=attached", second);
    ids("?attach_status=reserved", first);
    ids("?status=nonsense");
    ids("?instance_id=" + SERVER, first);
    ids("?volume_id=x");
    ids("?limit=1", second);
    ids("?limit=1&marker=" + second, first);
    ids("?offset=1", first);
    ids("?limit=0");
    refused(call("GET", ATTACHMENTS + "?limit=x", ""), 400, "badRequest", "EVS.1070");
    refused(call("GET", ATTACHMENTS + "?marker=" + UNKNOWN, ""), 404, "itemNotFound", "EVS.5404");
  }

  private void ids(String query, String... wanted) {
    assertThat(
            call("GET", ATTACHMENTS + query, "")
                .is(200)
                .at("attachments")
                .valueStream()
                .map(one -> one.path("id").asString("")))
        .as(query)
        .containsExactly(wanted);
  }

  // what is no request

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 400",
        "{} | 400",
        "[] | 400",
        "{\"attachment\": {}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"x\"}} | 400",
        "{\"attachment\": {\"volume_uuid\": 1}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"99999999-0000-4000-8000-000000000009\"}} | 404",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"instance_uuid\": \"x\"}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"mode\": \"rw\"}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\"}, \"x\": 1} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": {}}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": \"h\"}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": {\"mode\": \"w\"}}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": {\"mode\": 1}}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": {\"client\": \"x\"}}} | 400",
        "{\"attachment\": {\"volume_uuid\": \"V\", \"connector\": {\"host\": \"a\\u0000b\"}}} | 400"
      })
  void aBadRequestChangesNothing(String body, int status) {
    var volume = alice.volume("v", 10);
    var answer = call("POST", ATTACHMENTS, body.replace("\"V\"", '"' + volume + '"'));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(alice.statusOf(volume)).isEqualTo("available");
    call("GET", ATTACHMENTS, "").is(200).hasSize("attachments", 0);
  }

  @Test
  void aBadDetachOrActionChangesNothing() {
    var id = attached(alice.volume("v", 10), "").text("attachment.id");
    for (var query : List.of("?connections=x", "?connections=wait&timeout=301")) {
      refused(delete(id, query), 400, "badRequest", "EVS.1070");
    }
    refused(delete(UNKNOWN, ""), 404, "itemNotFound", "EVS.5404");
    refused(delete("x", ""), 404, "itemNotFound", "EVS.5404");
    for (var body : List.of("{}", "{\"os-x\": null}", "{\"os-complete\": null, \"x\": 1}")) {
      call("POST", ATTACHMENTS + "/" + id + "/action", body).is(400);
    }
    call("PUT", ATTACHMENTS + "/" + id, "{\"attachment\": {}}").is(400);
    refused(
        call(
            "PUT",
            ATTACHMENTS + "/" + id,
            "{\"attachment\": {\"connector\": {\"host\": \"h\", \"mode\": \"ro\"}}}"),
        400,
        "badRequest",
        "EVS.5400");
    show(id).has("attachment.status", "attached").has("attachment.attach_mode", "rw");
  }

  @Test
  void aServerThatServesNoVolumesReservesOnly() {
    try (var silent = TestServer.with(Map.of("nbd_listen", "off")).run()) {
      var volume = silent.alice().volume("v", 10);
      var members = "{\"attachment\": {\"volume_uuid\": \"" + volume + "\"%s}}";
      refused(
          call(
              silent.alice(),
              "POST",
              ATTACHMENTS,
              members.formatted(", \"connector\": {\"host\": \"h\"}")),
          400,
          "badRequest",
          "EVS.1070");
      assertThat(silent.alice().statusOf(volume)).isEqualTo("available");
      call(silent.alice(), "POST", ATTACHMENTS, members.formatted("")).is(202);
      assertThat(Optional.of(silent.alice().statusOf(volume))).contains("reserved");
    }
  }
}
