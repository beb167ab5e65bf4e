package platter.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import platter.db.Database;
import platter.db.DirectDatabase;
import platter.db.Guard;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.node.Alone;

class CopyHoldsTest {
  private static final VolumeId VOLUME = new VolumeId("5ef0b5ee-9d4f-4f4c-8c52-0c3a4e0a9a11");
  private static final SnapshotId COPY = new SnapshotId("7f5c9f0e-1c5e-4f7a-9b1d-2d5a6f7b8c99");

  /** A real one, in which something else may happen right before a transaction. */
  private static final class Interrupted implements Database {
    private final Database real = new DirectDatabase();
    private final Queue<Runnable> before = new ArrayDeque<>();

    @Override
    public <T> T inTx(Work<T> work) {
      var first = before.poll();
      if (first != null) {
        first.run();
      }
      return real.inTx(work);
    }

    @Override
    public <T> T inTxUnguarded(Work<T> work) {
      return real.inTxUnguarded(work);
    }

    @Override
    public void guardedBy(Guard guard) {
      real.guardedBy(guard);
    }

    @Override
    public <T> T read(Work<T> work) {
      return real.read(work);
    }

    @Override
    public <T> T lookUp(Work<T> work) {
      return real.lookUp(work);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private final Interrupted db = new Interrupted();
  private final CopyHolds holds = new CopyHolds(db, Alone.join(db, "node-1"));

  @AfterEach
  void close() {
    db.close();
  }

  private void take() {
    try {
      var _ = holds.take(VOLUME, COPY);
    } catch (BackendException e) {
      throw new AssertionError(e);
    }
  }

  private long rows() {
    return db.lookUp(tx -> tx.number("select count(*) from copying"));
  }

  private void leaveOne() {
    db.inTx(
        tx ->
            tx.update(
                "insert into copying (snapshot, volume, node, node_epoch) values (?, ?, ?, ?)",
                COPY.text(),
                VOLUME.text(),
                "node-1",
                0));
  }

  @Test
  void whatAnEarlierLifeLeftIsLetGo() {
    leaveOne();
    holds.letGoOfTheRest();
    assertThat(rows()).isZero();
  }

  @Test
  void aCopyThatBeginsMeanwhileKeepsItsHold() {
    leaveOne();
    db.before.add(this::take);
    holds.letGoOfTheRest();
    assertThat(rows()).isEqualTo(1);
  }
}
