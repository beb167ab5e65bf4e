package platter.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import platter.json.Json;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code platter volume create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Create one volume or many, and wait until they are there.",
    footer = {
      "",
      "With -o json: {\"job\": the job at its end, \"volumes\": [the volumes]};",
      "with --no-wait the server's answer, {\"job_id\", \"volume_ids\"}.",
      "When it fails, platter job explain tells what happened and what to do.",
      "",
      "Examples:",
      "  platter volume create --name db-1 --size 40",
      "  platter volume create --name worker --size 10 --count 20 --type SAS",
      "  platter volume create --name x --size 10 --tag team=db --metadata purpose=test"
    })
final class CreateVolumeCommand implements Callable<Integer> {
  private static final String WISH = "the volume was not created";
  private static final String DEFAULT_ZONE = "az1";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--name",
      order = 1,
      paramLabel = "NAME",
      description = "Several volumes are called NAME-0001, NAME-0002, …")
  private @Nullable String name;

  @Option(
      names = "--size",
      order = 2,
      required = true,
      paramLabel = "GIB",
      description = "Space in GiB, 10 or more.")
  private int size;

  @Option(
      names = "--type",
      order = 3,
      paramLabel = "TYPE",
      description = "SATA, SAS, GPSSD, SSD, ESSD, GPSSD2 or ESSD2. Default: SSD")
  private String type = "SSD";

  @Option(
      names = "--zone",
      order = 4,
      paramLabel = "ZONE",
      description = "Availability zone. Default: the first of the server, or az1")
  private @Nullable String zone;

  @Option(
      names = "--count",
      order = 5,
      paramLabel = "N",
      description = "How many, up to 100. Default: 1")
  private int count = 1;

  @Option(names = "--description", order = 6, paramLabel = "TEXT", description = "Free text.")
  private @Nullable String description;

  @Option(
      names = "--metadata",
      order = 7,
      paramLabel = "KEY=VALUE",
      description = "Free metadata; may be given several times.")
  private Map<String, String> metadata = new LinkedHashMap<>();

  @Option(
      names = "--tag",
      order = 8,
      paramLabel = "KEY=VALUE",
      description = "May be given several times.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(
      names = "--multiattach",
      order = 9,
      description = "Several servers may attach it at the same time.")
  private boolean multiattach;

  @Option(
      names = "--iops",
      order = 10,
      paramLabel = "N",
      description = "I/O operations a second, of GPSSD2 and ESSD2.")
  private @Nullable Integer iops;

  @Option(names = "--throughput", order = 11, paramLabel = "N", description = "MiB/s, of GPSSD2.")
  private @Nullable Integer throughput;

  @Option(
      names = "--snapshot",
      order = 12,
      paramLabel = "SNAPSHOT",
      description = "Made of this snapshot: its id, or its name if no other has it.")
  private @Nullable String snapshot;

  @Option(names = "--no-wait", order = 13, description = "Return when the service has accepted it.")
  private boolean noWait;

  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private final ServerOptions server;

  CreateVolumeCommand(ServerOptions server) {
    this.server = server;
  }

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var err = spec.commandLine().getErr();
    var api = server.api();
    var source = Optional.ofNullable(snapshot).map(named -> new Snapshots(api).idOf(WISH, named));
    var body =
        Json.write(g -> write(g, Optional.ofNullable(zone).orElseGet(() -> zoneOf(api)), source));
    var reply = api.postOnce(WISH, "/v2.1/{project_id}/cloudvolumes", body);
    var accepted = reply.json();
    var jobId = accepted.path("job_id").asString("");
    if (noWait) {
      if (output.json()) {
        out.println(reply.text());
      } else {
        volumeIds(accepted).forEach(out::println);
        err.println("Job " + jobId + " accepted. To wait for it:  platter job wait " + jobId);
      }
      return 0;
    }
    err.println("Job " + jobId + " accepted.");
    err.flush();
    var watch = new JobWatch(api, err);
    var job = new JobView(watch.toEnd(jobId, Optional.empty()).json());
    watch.tellEnd(job);
    print(out, job, volumes(api, volumeIds(accepted)));
    JobWatch.requireSuccess(count > 1 ? "not all volumes were created" : WISH, job);
    return 0;
  }

  private void write(JsonGenerator g, String inZone, Optional<String> source) {
    g.writeStartObject();
    g.writeObjectPropertyStart("volume");
    if (name != null) {
      g.writeStringProperty("name", name);
    }
    g.writeNumberProperty("size", size);
    g.writeStringProperty("volume_type", type);
    g.writeStringProperty("availability_zone", inZone);
    if (count != 1) {
      g.writeNumberProperty("count", count);
    }
    if (description != null) {
      g.writeStringProperty("description", description);
    }
    source.ifPresent(id -> g.writeStringProperty("snapshot_id", id));
    strings(g, "metadata", metadata);
    strings(g, "tags", tags);
    if (multiattach) {
      g.writeBooleanProperty("multiattach", true);
    }
    if (iops != null) {
      g.writeNumberProperty("iops", iops);
    }
    if (throughput != null) {
      g.writeNumberProperty("throughput", throughput);
    }
    g.writeEndObject();
    g.writeEndObject();
  }

  private static void strings(JsonGenerator g, String member, Map<String, String> strings) {
    if (!strings.isEmpty()) {
      g.writeObjectPropertyStart(member);
      strings.forEach(g::writeStringProperty);
      g.writeEndObject();
    }
  }

  /** The first zone that the server names. */
  private static String zoneOf(Api api) {
    try {
      var zones = api.get(WISH, "/v3/{project_id}/os-availability-zone").json();
      return zones.at("/availabilityZoneInfo/0/zoneName").asString(DEFAULT_ZONE);
    } catch (CliException.Refused e) {
      return DEFAULT_ZONE; // a server that does not tell its zones
    }
  }

  private static List<String> volumeIds(JsonNode accepted) {
    return accepted.path("volume_ids").valueStream().map(id -> id.asString("")).toList();
  }

  /** Those that are there: one may be gone again, by another hand. */
  private static List<JsonNode> volumes(Api api, List<String> ids) {
    var volumes = new ArrayList<JsonNode>(ids.size());
    for (var id : ids) {
      try {
        var reply = api.get("cannot show volume " + id, Volumes.PATH + "/" + Api.encoded(id));
        volumes.add(reply.json().path("volume"));
      } catch (CliException.Refused e) {
        if (e.status() != 404) {
          throw e;
        }
      }
    }
    return volumes;
  }

  private void print(PrintWriter out, JobView job, List<JsonNode> volumes) {
    if (!output.json()) {
      Volumes.table(volumes).print(out);
      return;
    }
    var both =
        Json.write(
            g -> {
              g.writeStartObject();
              g.writeName("job");
              g.writeTree(job.json());
              g.writeArrayPropertyStart("volumes");
              volumes.forEach(g::writeTree);
              g.writeEndArray();
              g.writeEndObject();
            });
    out.println(new String(both, StandardCharsets.UTF_8));
  }
}
