package platter.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import platter.db.Tx;

/** This node's right to work: under which name it writes, and whether it still may. */
public interface Lease {
  /**
   * The incarnation that new jobs are accepted under. Changes when this node was taken for dead.
   */
  Owner owner();

  /**
   * Whether that incarnation may begin something now. False for good when it was taken for dead,
   * false for a while when the lease could not be renewed.
   */
  boolean holds(Owner incarnation);

  /** Whether other nodes answer for the same jobs: what is told must be what is committed. */
  boolean shared();

  /** How long a node that says nothing is taken for alive. */
  Duration length();

  /** All nodes that ever were, as this one sees them, in the order of their names. */
  List<Member> members(Tx tx);

  /**
   * Whether an incarnation is a member; it stays one until the transaction ends, so that whoever
   * takes over from it finds what the transaction wrote under its name.
   */
  boolean lives(Tx tx, Owner incarnation);

  /** Whether an incarnation may still write to the storage, as far as this node has seen. */
  default boolean mayWrite(Tx tx, Owner incarnation) {
    return members(tx).stream()
        .anyMatch(
            member ->
                member.name().equals(incarnation.node())
                    && member.epoch() == incarnation.epoch()
                    && member.state() != Member.State.STOPPED);
  }

  /** Why the storage was not changed: another node is the one that can do it. */
  final class Elsewhere extends Exception {
    private final transient Owner owner;

    public Elsewhere(Owner owner) {
      super("node " + owner.node() + " has to do it", null, false, false);
      this.owner = owner;
    }

    public Owner owner() {
      return owner;
    }
  }

  /** Why the storage was not changed: this node may be late. It says nothing of the storage. */
  final class NotHeld extends Exception {
    public NotHeld(Owner node) {
      super("the lease of node " + node.node() + " has run out");
    }
  }

  /** The incarnation on whose behalf the present thread calls the storage. */
  ScopedValue<Owner> ACTING = ScopedValue.newInstance();

  /** Calls the storage on behalf of an incarnation, for {@link #mayAct}. */
  static <T> T acting(Owner incarnation, Callable<T> call) throws Exception {
    return ScopedValue.where(ACTING, incarnation).call(call::call);
  }

  /**
   * Whether the incarnation that the present thread acts for may still change the storage; of one
   * that acts for none, whether this node may.
   */
  default boolean mayAct() {
    return holds(ACTING.isBound() ? ACTING.get() : owner());
  }
}
