package platter.node;

import java.time.Duration;
import java.util.List;
import platter.db.Database;
import platter.db.Tx;
import platter.node.Member.State;

/** A service of one node, whose data folder is locked: nobody else can hold its jobs. */
public final class Alone implements Lease {
  private final Owner owner;

  private Alone(Owner owner) {
    this.owner = owner;
  }

  /** For looking at a service without being one of its nodes. */
  public static Alone asOnlooker(String node) {
    return new Alone(new Owner(node, 0));
  }

  /** This start's name: what an earlier one wrote under its own does not count any more. */
  public static Alone join(Database db, String node) {
    return new Alone(
        db.inTx(
            tx ->
                new Owner(
                    node,
                    tx.find(
                            """
                            insert into node (name, epoch, unfinished_from) values (?, 1, null)
                            on conflict (name) do update set epoch = node.epoch + 1
                            returning epoch\
                            """,
                            row -> row.getLong(1),
                            node)
                        .orElseThrow())));
  }

  @Override
  public Owner owner() {
    return owner;
  }

  @Override
  public boolean holds(Owner incarnation) {
    return incarnation.equals(owner);
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Duration length() {
    return Duration.ZERO;
  }

  @Override
  public boolean lives(Tx tx, Owner incarnation) {
    return incarnation.equals(owner);
  }

  /** Under any other name nobody works: the data folder is locked. */
  @Override
  public List<Member> members(Tx tx) {
    return tx.list(
        "select name, epoch from node order by name",
        row -> {
          var name = row.getString(1);
          return new Member(
              name, row.getLong(2), name.equals(owner.node()) ? State.ALIVE : State.STOPPED);
        });
  }
}
