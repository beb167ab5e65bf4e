package platter.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import platter.db.Database;
import platter.driver.Fact;
import platter.driver.SnapshotFact;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Request;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.snapshot.Snapshots;
import platter.volume.Volume;
import platter.volume.Volumes;

/**
 * The JSON of {@code /platter/v1/{project_id}/volumes/space}: what the volumes that are named take.
 */
final class VolumeSpace {
  static final String VOLUME_ID = "volume_id";

  /** Each has to be looked at. */
  static final int MAX_IDS = 100;

  private final Database db;
  private final StorageDriver driver;
  private final Volumes volumes;
  private final Snapshots snapshots;

  VolumeSpace(Database db, StorageDriver driver, Volumes volumes, Snapshots snapshots) {
    this.db = db;
    this.driver = driver;
    this.volumes = volumes;
    this.snapshots = snapshots;
  }

  /** A volume and its snapshots, as the rows say. */
  private record Named(Volume volume, List<SnapshotId> snapshots) {}

  /**
   * What one takes.
   *
   * @param usedBytes empty when it has no storage: it is being made, or was lost
   */
  private record Taken(
      Named named, Optional<Long> usedBytes, long snapshotsUsedBytes, int snapshots) {}

  /** Of those that the project has; others are passed over, as if they were not there. */
  Answer show(Request request) throws BackendException {
    var ids = ids(request.all(VOLUME_ID));
    var named =
        db.<List<Named>>read(
            tx ->
                ids.stream()
                    .flatMap(id -> volumes.find(tx, request.project(), id).stream())
                    .map(volume -> new Named(volume, snapshots.of(tx, volume.id())))
                    .toList());
    var taken = new ArrayList<Taken>();
    for (var one : named) {
      taken.add(taken(one));
    }
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("volumes");
          for (var one : taken) {
            g.writeStartObject();
            g.writeStringProperty("id", one.named.volume.id().text());
            g.writeNumberProperty("bytes", one.named.volume.bytes());
            g.writeName("used_bytes");
            one.usedBytes.ifPresentOrElse(bytes -> g.writeNumber(bytes), g::writeNull);
            g.writeNumberProperty("snapshots", one.snapshots);
            g.writeNumberProperty("snapshots_used_bytes", one.snapshotsUsedBytes);
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private static List<VolumeId> ids(List<String> texts) {
    if (texts.size() > MAX_IDS) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "up to " + MAX_IDS + " volumes can be asked for");
    }
    return texts.stream()
        .map(
            text ->
                VolumeId.parse(text)
                    .orElseThrow(
                        () ->
                            new ApiException(
                                ErrorCode.INVALID_VOLUME_ID,
                                "volume_id must be the id of a volume")))
        .distinct()
        .toList();
  }

  private Taken taken(Named named) throws BackendException {
    var used = driver.inspect(named.volume.id()).map(Fact::usedBytes);
    int there = 0;
    long snapshotBytes = 0;
    for (var id : named.snapshots) {
      var fact = driver.inspect(id);
      there += fact.isPresent() ? 1 : 0;
      snapshotBytes += fact.map(SnapshotFact::usedBytes).orElse(0L);
    }
    return new Taken(named, used, snapshotBytes, there);
  }
}
