package platter.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import platter.auth.Action;
import platter.db.Database;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.quota.Quotas;

/** What clients ask Cinder about itself: which extensions it has, how much a project may have. */
final class CinderServiceApi {
  /** As the published answer describes it; only what is offered here. */
  private record Extension(String alias, String name, String updated, String description) {}

  private static final List<Extension> EXTENSIONS =
      List.of(
          new Extension(
              "os-vol-tenant-attr",
              "VolumeTenantAttribute",
              "2011-11-03T00:00:00+00:00",
              "Expose the internal project_id as an attribute of a volume."),
          new Extension(
              "os-vol-host-attr",
              "VolumeHostAttribute",
              "2011-11-03T00:00:00+00:00",
              "Expose host as an attribute of a volume."),
          new Extension(
              "os-vol-mig-status-attr",
              "VolumeMigStatusAttribute",
              "2013-08-08T00:00:00+00:00",
              "Expose migration_status as an attribute of a volume."),
          new Extension(
              "os-vol-image-meta",
              "VolumeImageMetadata",
              "2012-12-07T00:00:00+00:00",
              "Show image metadata associated with the volume."),
          new Extension(
              "os-extended-snapshot-attributes",
              "ExtendedSnapshotAttributes",
              "2012-06-19T00:00:00+00:00",
              "Extended SnapshotAttributes support."),
          new Extension(
              "os-volume-actions",
              "VolumeActions",
              "2012-05-31T00:00:00+00:00",
              "Enable volume actions "),
          new Extension(
              "os-quota-sets", "Quotas", "2011-08-08T00:00:00+00:00", "Quota management support."),
          new Extension(
              "os-availability-zone",
              "AvailabilityZones",
              "2013-06-27T00:00:00+00:00",
              "Describe Availability Zones."),
          new Extension(
              "os-volume-transfer",
              "VolumeTransfer",
              "2013-05-29T00:00:00+00:00",
              "Volume transfer management support."),
          new Extension(
              "os-used-limits",
              "UsedLimits",
              "2013-10-03T00:00:00+00:00",
              "Provide data on limited resources that are being used."));

  private final Database db;
  private final Quotas quotas;

  CinderServiceApi(Database db, Quotas quotas) {
    this.db = db;
    this.quotas = quotas;
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : CinderVolumeJson.Version.values()) {
      var project = "/" + version.segment() + "/{project_id}";
      routes.add(
          new Route("GET", project + "/extensions", Face.CINDER, Action.ANY, this::extensions));
      routes.add(new Route("GET", project + "/limits", Face.CINDER, Action.ANY, this::limits));
    }
    return routes;
  }

  private Answer extensions(Request request) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("extensions");
          for (var extension : EXTENSIONS) {
            g.writeStartObject();
            g.writeStringProperty("updated", extension.updated());
            g.writeStringProperty("name", extension.name());
            g.writeArrayPropertyStart("links");
            g.writeEndArray();
            g.writeStringProperty("alias", extension.alias());
            g.writeStringProperty("description", extension.description());
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  /** There are no backups, so none are allowed and none are used. */
  private Answer limits(Request request) {
    var all = db.read(tx -> quotas.of(tx, request.project()));
    var volumes = Objects.requireNonNull(all.get("volumes"));
    var gigabytes = Objects.requireNonNull(all.get("gigabytes"));
    var snapshots = Objects.requireNonNull(all.get("snapshots"));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("limits");
          g.writeArrayPropertyStart("rate");
          g.writeEndArray();
          g.writeObjectPropertyStart("absolute");
          g.writeNumberProperty("maxTotalVolumes", volumes.limit());
          g.writeNumberProperty("maxTotalVolumeGigabytes", gigabytes.limit());
          g.writeNumberProperty("maxTotalSnapshots", snapshots.limit());
          g.writeNumberProperty("maxTotalBackups", 0);
          g.writeNumberProperty("maxTotalBackupGigabytes", 0);
          g.writeNumberProperty("totalVolumesUsed", volumes.inUse());
          g.writeNumberProperty("totalGigabytesUsed", gigabytes.inUse());
          g.writeNumberProperty("totalSnapshotsUsed", snapshots.inUse());
          g.writeNumberProperty("totalBackupsUsed", 0);
          g.writeNumberProperty("totalBackupGigabytesUsed", 0);
          g.writeEndObject();
          g.writeEndObject();
          g.writeEndObject();
        });
  }
}
