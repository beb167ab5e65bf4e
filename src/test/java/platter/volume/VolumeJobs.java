package platter.volume;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import platter.db.SqliteDatabase;
import platter.driver.Drivers;
import platter.driver.Found;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.JobIds;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.job.ThreadCrew;
import platter.node.Alone;
import platter.quota.Quotas;
import platter.snapshot.SnapshotOrigins;
import platter.type.Types;

/** The job types of volumes on a real database and a real folder, without a server. */
final class VolumeJobs implements AutoCloseable {
  final StorageDriver driver;
  final SqliteDatabase db;
  final VolumeStore store;
  final Jobs jobs;
  final Quotas quotas = new Quotas(Quotas.Limits.NONE);
  final Origins origins;

  VolumeJobs(Path folder) throws BackendException {
    driver = Drivers.open("dir:", folder.resolve("storage"));
    db = SqliteDatabase.open(folder.resolve("platter.db"));
    var clock = InstantSource.system();
    store = new VolumeStore(clock);
    origins = new SnapshotOrigins(quotas, driver, clock);
    jobs =
        new Jobs(
            db,
            new JobIds(clock, new SecureRandom()::nextLong, 0),
            clock,
            Alone.join(db, "node-1"),
            new ThreadCrew(4, 4),
            Jobs.Limits.DEFAULT);
  }

  static VolumeId newId() {
    return VolumeId.of(UUID.randomUUID());
  }

  /** All of them, everywhere. */
  static Types types() {
    return new Types(Types.inZones("SAS,SSD,GPSSD2,ESSD2", List.of("az1")), Map.of());
  }

  /** The volumes and snapshots on the storage and their sizes. */
  Object world() throws BackendException {
    var world = new ArrayList<Object>();
    for (var found : driver.list()) {
      switch (found) {
        case Found.OfVolume(var fact) -> world.add(List.of(fact.id(), fact.bytes()));
        case Found.OfSnapshot(var fact) -> world.add(List.of(fact.id(), fact.bytes()));
        case Found.DraftOfVolume(var id, _) -> world.add(List.of("draft", id));
        case Found.DraftOfSnapshot(var id, _) -> world.add(List.of("draft", id));
        case Found.Retired _, Found.RetiredSnapshot _, Found.HalfMade _, Found.Foreign _ -> {}
      }
    }
    return world;
  }

  @Override
  public void close() {
    jobs.close();
    db.close();
    try {
      driver.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
