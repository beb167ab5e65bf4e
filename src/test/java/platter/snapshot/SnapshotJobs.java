package platter.snapshot;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import platter.db.SqliteDatabase;
import platter.driver.Drivers;
import platter.driver.Found;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.JobIds;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Jobs;
import platter.job.ThreadCrew;
import platter.node.Alone;
import platter.quota.Quotas;
import platter.type.Types;
import platter.volume.Served;
import platter.volume.Volumes;
import platter.zone.Zones;

/** The job types of snapshots on a real database and a real folder, without a server. */
final class SnapshotJobs implements AutoCloseable {
  private static final int COMPARED_BYTES = 16;

  final StorageDriver driver;
  final SqliteDatabase db;
  final SnapshotStore store;
  final Jobs jobs;
  final Quotas quotas = new Quotas(Quotas.Limits.NONE);
  final Volumes volumes;
  private final Path storage;

  SnapshotJobs(Path folder) throws BackendException {
    storage = folder.resolve("storage");
    driver = Drivers.open("dir:", storage);
    db = SqliteDatabase.open(folder.resolve("platter.db"));
    var clock = InstantSource.system();
    store = new SnapshotStore(clock);
    jobs =
        new Jobs(
            db,
            new JobIds(clock, new SecureRandom()::nextLong, 0),
            clock,
            Alone.join(db, "node-1"),
            new ThreadCrew(4, 4),
            Jobs.Limits.DEFAULT);
    volumes =
        new Volumes(
            db,
            jobs,
            quotas,
            new Zones(List.of("az1")),
            new Types(Types.inZones("SSD", List.of("az1")), Map.of()),
            new SnapshotOrigins(quotas, driver, clock),
            driver,
            Served.NOWHERE,
            () -> VolumeId.of(UUID.randomUUID()),
            clock,
            false);
  }

  static SnapshotId newId() {
    return SnapshotId.of(UUID.randomUUID());
  }

  /** A volume of one GiB that begins with these bytes. */
  VolumeId volume(byte... bytes) throws BackendException {
    var id = VolumeId.of(UUID.randomUUID());
    driver.ensure(id, 1L << 30);
    write(id, bytes);
    return id;
  }

  void write(VolumeId id, byte... bytes) {
    try (var file = new RandomAccessFile(file("volumes", id.text()).toFile(), "rw")) {
      file.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path file(String folder, String id) {
    return storage.resolve(folder).resolve(id.substring(34)).resolve(id + ".raw");
  }

  /** Volumes and snapshots on the storage, their sizes and how they begin. */
  Object world() throws BackendException {
    var world = new ArrayList<Object>();
    for (var found : driver.list()) {
      switch (found) {
        case Found.OfVolume(var fact) ->
            world.add(List.of(fact.id(), fact.bytes(), begin("volumes", fact.id().text())));
        case Found.OfSnapshot(var fact) ->
            world.add(List.of(fact.id(), fact.bytes(), begin("snapshots/kept", fact.id().text())));
        case Found.DraftOfVolume(var id, _) -> world.add(List.of("draft", id));
        case Found.DraftOfSnapshot(var id, _) -> world.add(List.of("draft", id));
        case Found.Retired _, Found.RetiredSnapshot _, Found.HalfMade _, Found.Foreign _ -> {}
      }
    }
    return world;
  }

  private String begin(String folder, String id) {
    var bytes = new byte[COMPARED_BYTES];
    try (var file = new RandomAccessFile(file(folder, id).toFile(), "r")) {
      file.readFully(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return HexFormat.of().formatHex(bytes);
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
