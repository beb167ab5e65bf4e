package platter.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import platter.error.BackendException;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.JobState.Succeeded;
import platter.job.JobType;
import platter.type.VolumeType;

/** A detach that was begun before the job goes on while it runs. */
class StatusAfterJobTest {
  private static final JobId JOB = JobId.parse("343f6d00c38000041bfba72d925ed6d7").orElseThrow();

  private final VolumeId id = VolumeJobs.newId();
  private VolumeJobs world;

  @BeforeEach
  void open(@TempDir Path folder) throws BackendException {
    world = new VolumeJobs(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void volume(VolumeStatus status, String attachment) {
    world.db.inTx(
        tx -> {
          tx.update(
              "insert into volume (id, project, name, size_gib, quota_gib, volume_type, zone,"
                  + " status, multiattach, metadata, tags, enterprise_project, user_id, job,"
                  + " created_at) values (?, ?, 'v', 10, 10, 'ESSD2', 'az1', ?, 0, '{}', '{}',"
                  + " '0', 'u', 'j', 1)",
              id.text(),
              "0".repeat(32),
              status.wireName());
          return attachment.isEmpty()
              ? 0
              : tx.update(
                  "insert into attachment (id, volume, server, host_name, device, mode,"
                      + " attached_at, status, ticket, client) values ('a', ?, '', '', '/dev/vdb',"
                      + " 'rw', 1, ?, 't', 'other')",
                  id.text(),
                  attachment);
        });
  }

  private <P extends Record> String after(JobType<P> type, P params) {
    world.db.inTx(
        tx -> {
          type.ended(tx, JOB, params, new Succeeded());
          return true;
        });
    return world.db.lookUp(
        tx -> tx.find("select status from volume", row -> row.getString(1)).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"'', available", "detaching, detaching", "attached, in-use"})
  void limitsWereSet(String attachment, String status) {
    volume(VolumeStatus.RETYPING, attachment);
    var type = new ModifyQos(world.db, world.store, world.jobs, world.driver, Served.NOWHERE);
    var params =
        new ModifyQos.Params(
            id, VolumeType.ESSD2, OptionalInt.of(3000), OptionalInt.empty(), VolumeStatus.IN_USE);
    assertThat(after(type, params)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"'', available", "detaching, detaching", "attached, in-use"})
  void itWasExtended(String attachment, String status) {
    volume(VolumeStatus.EXTENDING, attachment);
    var type =
        new ExtendVolume(
            world.db, world.store, world.jobs, world.quotas, world.driver, Served.NOWHERE);
    assertThat(after(type, new ExtendVolume.Params(id, 10, 20, VolumeStatus.IN_USE)))
        .isEqualTo(status);
  }
}
