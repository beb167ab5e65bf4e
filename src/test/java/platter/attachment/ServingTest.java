package platter.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import platter.db.SqliteDatabase;
import platter.db.Tx;
import platter.driver.Blocks;
import platter.driver.Drivers;
import platter.driver.ForwardingDriver;
import platter.driver.Guard;
import platter.driver.Location;
import platter.driver.StorageDriver;
import platter.error.BackendException;
import platter.id.VolumeId;
import platter.nbd.Export;
import platter.node.Lease;
import platter.node.Member;
import platter.node.Owner;

/** Who may have the bytes of a volume open, when leases run out and ends race with beginnings. */
class ServingTest {
  private static final String ATTACHMENT = "11111111-0000-4000-8000-000000000001";
  private static final VolumeId VOLUME = new VolumeId("22222222-0000-4000-8000-000000000002");
  private static final Owner THIS = new Owner("this", 1);
  private static final Owner OTHER = new Owner("other", 1);
  private static final int BOUND_SECONDS = 60;

  private final FakeLease lease = new FakeLease();
  private final String ticket = new Tickets(new byte[32]).of(ATTACHMENT);
  private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final SqliteDatabase db;
  private final StorageDriver driver;

  /** A lease as the test wants it. */
  private static final class FakeLease implements Lease {
    private volatile boolean held = true;
    private volatile boolean shared = true;
    private volatile Member.State other = Member.State.ALIVE;

    @Override
    public Owner owner() {
      return THIS;
    }

    @Override
    public boolean holds(Owner incarnation) {
      return held && incarnation.equals(THIS);
    }

    @Override
    public boolean shared() {
      return shared;
    }

    @Override
    public boolean lives(Tx tx, Owner incarnation) {
      return incarnation.equals(THIS) || other != Member.State.STOPPED;
    }

    @Override
    public Duration length() {
      return Duration.ofMillis(100);
    }

    @Override
    public List<Member> members(Tx tx) {
      return List.of(new Member("this", 1, Member.State.ALIVE), new Member("other", 1, other));
    }
  }

  ServingTest(@TempDir Path folder) throws BackendException {
    db = SqliteDatabase.open(folder.resolve("platter.db"));
    driver = Drivers.open("dir:", folder.resolve("storage"));
    driver.ensure(VOLUME, 1L << 30);
    change(
        "insert into volume (id, project, name, size_gib, quota_gib, volume_type, zone, status,"
            + " multiattach, metadata, tags, enterprise_project, user_id, job, created_at)"
            + " values (?, ?, 'v', 1, 1, 'SSD', 'az1', 'in-use', 0, '{}', '{}', '0', 'u', 'j', 1)",
        VOLUME.text(),
        "0".repeat(32));
    change(
        "insert into attachment (id, volume, server, host_name, device, mode, attached_at, status,"
            + " ticket, client) values (?, ?, '', '', '/dev/vdb', 'rw', 1, 'attached', ?, 'other')",
        ATTACHMENT,
        VOLUME.text(),
        Tickets.digest(ticket));
  }

  @AfterEach
  void stop() {
    db.close();
  }

  private void change(String sql, Object... args) {
    assertThat(db.<Integer>inTx(tx -> tx.update(sql, args))).isEqualTo(1);
  }

  private Serving serving(StorageDriver on) {
    return new Serving(db, on, lease, System::nanoTime);
  }

  private static void write(Export export) throws IOException {
    export.write(ByteBuffer.allocateDirect(5).put("bytes".getBytes(UTF_8)).flip(), 0);
  }

  @Test
  void whatIsOpenIsShutWhenTheLeaseHasRunOut() throws Exception {
    try (var serving = serving(driver)) {
      serving.start((_, _, attachment) -> ended.add(attachment));
      var open = serving.find(ticket).orElseThrow();
      write(open);
      lease.held = false;
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
      boolean shut = false;
      while (!shut && System.nanoTime() < until) {
        try {
          write(open);
        } catch (IOException e) {
          shut = true;
        }
      }
      assertThat(shut).isTrue();
      assertThatThrownBy(() -> serving.find(ticket)).isInstanceOf(IOException.class);
      assertThat(ended).isEmpty();
    }
  }

  /** Blocks that are as large as the volume; nobody reads them. */
  private static final class NoBlocks implements Blocks {
    @Override
    public long size() {
      return 1L << 30;
    }

    @Override
    public void read(ByteBuffer into, long at) {}

    @Override
    public void write(ByteBuffer from, long at) {}

    @Override
    public void flush() {}

    @Override
    public void discard(long at, long length) {}

    @Override
    public void zero(long at, long length) {}

    @Override
    public Run runAt(long at, long end) {
      return new Run(end - at, true);
    }

    @Override
    public void close() {}
  }

  /** What it did not hear of may have reached the storage, and another node may serve by now. */
  @Test
  void theStorageIsNotAskedAgainByWhoDoesNotServeAnyMore() throws Exception {
    var asked = new AtomicReference<Guard>();
    var behindALibrary =
        new ForwardingDriver(driver) {
          @Override
          public Location locate(VolumeId id) {
            return new Location.InBlocks(
                served -> {
                  asked.set(served);
                  return new NoBlocks();
                });
          }
        };
    try (var serving = serving(behindALibrary)) {
      var open = serving.find(ticket).orElseThrow();
      asked.get().check();
      lease.held = false;
      assertThatThrownBy(() -> asked.get().check())
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("does not serve");
      lease.held = true; // the fence has not looked meanwhile
      asked.get().check();
      open.close();
      assertThatThrownBy(() -> asked.get().check()).isInstanceOf(BackendException.class);
    }
  }

  @Test
  void whatStoodStillForLongerThanALeaseWritesNothingMore() throws Exception {
    try (var serving = serving(driver)) { // not started: nobody fences
      var open = serving.find(ticket).orElseThrow();
      write(open);
      lease.held = false;
      assertThatThrownBy(() -> write(open))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("lease");
    }
  }

  @Test
  void anOpenThatRacesADetachIsRefused() throws Exception {
    lease.shared = false;
    var racing =
        new ForwardingDriver(driver) {
          @Override
          public Location locate(VolumeId id) throws BackendException {
            change("update attachment set status = 'detaching' where id = ?", ATTACHMENT);
            return super.locate(id);
          }
        };
    try (var serving = serving(racing)) {
      assertThat(serving.find(ticket)).isEmpty();
      assertThat(serving.connected(ATTACHMENT)).isZero();
    }
  }

  @Test
  void whatACrashLeftDetachingIsEndedAtTheStart() {
    lease.shared = false;
    change("update attachment set status = 'detaching' where id = ?", ATTACHMENT);
    try (var serving = serving(driver)) {
      serving.start((_, _, attachment) -> ended.add(attachment));
      assertThat(ended).containsExactly(ATTACHMENT);
    }
  }

  @Test
  void amongNodesWhatIsDetachingIsEndedWhileTheyRun() throws Exception {
    try (var serving = serving(driver)) {
      var open = serving.find(ticket).orElseThrow();
      change("update attachment set status = 'detaching' where id = ?", ATTACHMENT);
      serving.start((_, _, attachment) -> ended.add(attachment));
      assertThat(ended.poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo(ATTACHMENT);
      assertThatThrownBy(() -> write(open)).isInstanceOf(IOException.class);
      assertThat(serving.find(ticket)).isEmpty();
    }
  }

  @Test
  void whatALivingNodeServesIsServedByNoOther() throws Exception {
    change(
        "update attachment set node = ?, node_epoch = ?, served_gib = 1 where id = ?",
        OTHER.node(),
        OTHER.epoch(),
        ATTACHMENT);
    try (var serving = serving(driver)) {
      assertThatThrownBy(() -> serving.find(ticket))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("node other serves");
      lease.other = Member.State.SILENT; // it may still write
      assertThatThrownBy(() -> serving.find(ticket)).isInstanceOf(IOException.class);
      lease.other = Member.State.STOPPED;
      write(serving.find(ticket).orElseThrow());
    }
  }
}
