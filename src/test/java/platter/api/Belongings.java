package platter.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import platter.TestServer;

/** What a project has, made and looked at by its owner. */
final class Belongings {
  private static final Map<String, String> NEWEST = Map.of("OpenStack-API-Version", "volume 3.50");

  private static final List<String> LISTS =
      List.of(
          "/v2/{project_id}/cloudvolumes/detail",
          "/v5/{project_id}/snapshots/detail",
          "/v3/{project_id}/os-volume-transfer/detail",
          "/v3/{project_id}/attachments/detail",
          "/v3/{project_id}/recycle-bin-volumes/policy",
          "/v3/{project_id}/recycle-bin-volumes/detail",
          "/v3/{project_id}/os-quota-sets/{project_id}?usage=True",
          "/platter/v1/{project_id}/jobs");

  private static final List<String> ACCOUNTS =
      List.of(
          "/platter/v1/domains", "/platter/v1/projects", "/platter/v1/users", "/platter/v1/keys");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Belongings() {}

  /**
   * A volume, a snapshot of it, a volume on offer, and the job that made one. Returns their ids.
   */
  static List<String> make(Client owner, String name) {
    var volume = owner.volume(name, 10);
    var offered = owner.volume(name + "-offered", 10);
    var snapshot =
        owner
            .post(
                "/v5/{project_id}/snapshots",
                "{\"snapshot\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}".formatted(volume, name))
            .is(202);
    owner.job(snapshot.text("job_id")).ends("SUCCESS");
    owner
        .post(
            "/v2/{project_id}/cloudvolumes/" + volume + "/tags/action",
            "{\"action\": \"create\", \"tags\": [{\"key\": \"k\", \"value\": \"%s\"}]}"
                .formatted(name))
        .is(204);
    owner
        .post(
            "/v3/{project_id}/volumes/" + volume + "/metadata",
            "{\"metadata\": {\"key\": \"%s\"}}".formatted(name))
        .is(200);
    var transfer =
        owner
            .post(
                "/v3/{project_id}/os-volume-transfer",
                "{\"transfer\": {\"volume_id\": \"%s\", \"name\": \"%s\"}}"
                    .formatted(offered, name))
            .is(202);
    return List.of(
        volume,
        offered,
        snapshot.text("snapshot_id"),
        snapshot.text("job_id"),
        transfer.text("transfer.id"),
        owner.project());
  }

  /** All that the owner sees. */
  static String of(Client owner) {
    return all(owner, LISTS);
  }

  /** Who there is. */
  static String accounts(Client operator) {
    return all(operator, ACCOUNTS);
  }

  private static String all(Client client, List<String> paths) {
    return paths.stream()
        .map(path -> path + " " + client.call("GET", path, "", NEWEST).is(200).body())
        .collect(Collectors.joining("\n"));
  }

  /** The files of volumes and snapshots, and how large they are. */
  static String files(TestServer server) {
    var storage = server.data().resolve("storage");
    return Stream.of(storage.resolve("volumes"), storage.resolve("snapshots/kept"))
        .filter(Files::exists)
        .flatMap(Belongings::files)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static Stream<String> files(Path folder) {
    try (var all = Files.walk(folder)) {
      return all
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName() + " " + file.toFile().length())
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until none of the owner's jobs is unfinished. */
  static void settle(Client owner) {
    if (isBusy(owner)) {
      Awaitility.await("the jobs end")
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> !isBusy(owner));
    }
  }

  private static boolean isBusy(Client owner) {
    return Stream.of("INIT", "RUNNING")
        .anyMatch(
            status ->
                !owner
                    .get("/platter/v1/{project_id}/jobs?status=" + status)
                    .is(200)
                    .at("jobs")
                    .isEmpty());
  }
}
