package platter.job;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import platter.db.Tx;
import platter.node.Owner;

/**
 * The SQL of which node has which unfinished jobs. No index knows the unfinished ones, for then the
 * end of each job would have to change it. Instead each node has a number, {@code unfinished_from},
 * below which none of its jobs is unfinished: it follows the oldest one ({@link Floor}), and who
 * looks for unfinished jobs reads those from there on.
 *
 * @see <a href="../../../../../docs/decisions/0027-unfinished-jobs-from-a-number-on.md">0027</a>
 */
final class OwnedJobs {
  /** A condition: it may be unfinished, with the number of its node or those of all. */
  static final String NOT_LONG_AGO = "number >= (select min(unfinished_from) from node)";

  private static final String OF_NODE =
      "number >= (select unfinished_from from node where name = ?)";

  /** Before its first job: from here on this incarnation's may be unfinished. */
  void lower(Tx tx, String node, long number) {
    tx.update(
        """
        update node set unfinished_from = ?
        where name = ? and (unfinished_from is null or unfinished_from > ?)\
        """,
        number,
        node,
        number);
  }

  /** Makes all unfinished jobs ours: on one node, at its start. */
  void claimAll(Tx tx, Owner owner) {
    tx.update(
        "update job set owner = ?, epoch = ? where " + NOT_LONG_AGO + " and end_time is null",
        owner.node(),
        owner.epoch());
    tx.find(
            """
            select unfinished_from from node where unfinished_from is not null
            order by unfinished_from limit 1\
            """,
            row -> row.getLong(1))
        .ifPresent(number -> lower(tx, owner.node(), number));
    tx.update("update node set unfinished_from = null where name <> ?", owner.node());
  }

  /**
   * Makes the unfinished jobs of a node ours, those of its incarnations up to this one; there is no
   * later one.
   */
  int claim(Tx tx, Owner dead, Owner owner) {
    int claimed =
        tx.update(
            "update job set owner = ?, epoch = ? where "
                + OF_NODE
                + " and end_time is null and owner = ? and epoch <= ?",
            owner.node(),
            owner.epoch(),
            dead.node(),
            dead.node(),
            dead.epoch());
    if (!dead.node().equals(owner.node())) {
      if (claimed > 0) {
        came(tx, owner.node(), from(tx, dead.node()).orElseThrow().number());
      }
      tx.update("update node set unfinished_from = null where name = ?", dead.node());
    }
    return claimed;
  }

  /** Jobs from this number on were another node's. */
  private void came(Tx tx, String to, long number) {
    tx.update("update node set claims = claims + 1 where name = ?", to);
    lower(tx, to, number);
  }

  /** Makes a job another node's, which has to be alive until the transaction ends. */
  boolean give(Tx tx, Live live, Owner to) {
    long number = live.job().id().number();
    boolean given =
        tx.update(
                """
                update job set owner = ?, epoch = ?
                where number = ? and end_time is null and owner = ? and epoch = ?\
                """,
                to.node(),
                to.epoch(),
                number,
                live.owner().node(),
                live.owner().epoch())
            == 1;
    if (given) {
      came(tx, to.node(), number);
    }
    return given;
  }

  /** The numbers of unfinished jobs and batches, without sub-jobs, in their order. */
  List<Long> numbers(Tx tx, Owner owner) {
    return tx.list(
        "select number from job where "
            + OF_NODE
            + " and end_time is null and owner = ? and epoch = ? and parent is null"
            + " order by number",
        row -> row.getLong(1),
        owner.node(),
        owner.node(),
        owner.epoch());
  }

  /** The unfinished jobs and batches, without sub-jobs, with these numbers and those between. */
  List<Job> between(Tx tx, Owner owner, long first, long last) {
    return tx.list(
        "select "
            + JobStore.COLUMNS
            + " from job where number between ? and ? and end_time is null"
            + " and owner = ? and epoch = ? and parent is null order by number",
        JobStore::read,
        first,
        last,
        owner.node(),
        owner.epoch());
  }

  /** How many unfinished jobs and sub-jobs each node has; none has no entry. */
  Map<String, Long> byNode(Tx tx) {
    return tx
        .list(
            "select owner, count(*) from job where "
                + NOT_LONG_AGO
                + " and end_time is null group by owner",
            row -> Map.entry(row.getString(1), row.getLong(2)))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The unfinished jobs of ours that somebody has cancelled, with who did. */
  Map<Long, String> cancelled(Tx tx, Owner owner) {
    var found = new HashMap<Long, String>();
    tx.list(
            "select number, cancelled_by from job where cancelled_by is not null and "
                + OF_NODE
                + " and end_time is null and owner = ? and epoch = ?",
            row -> Map.entry(row.getLong(1), row.getString(2)),
            owner.node(),
            owner.node(),
            owner.epoch())
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  /**
   * From which number on a node's jobs may be unfinished, and how often jobs of others came to it.
   */
  record From(long number, long claims) {}

  /** What is known of a node; empty when nothing is unfinished. */
  Optional<From> from(Tx tx, String node) {
    return tx.find(
        """
        select unfinished_from, claims from node
        where name = ? and unfinished_from is not null\
        """,
        row -> new From(row.getLong(1), row.getLong(2)),
        node);
  }

  /** The oldest unfinished job of a node from one number to before another; else that one. */
  long oldest(Tx tx, String node, long from, long before) {
    return tx.find(
            """
            select number from job
            where number >= ? and number < ? and end_time is null and owner = ?
            order by number limit 1\
            """,
            row -> row.getLong(1),
            from,
            before,
            node)
        .orElse(before);
  }

  /** Says that nothing below this number is unfinished, unless something came since. */
  void raise(Tx tx, Owner owner, From known, long number) {
    tx.update(
        """
        update node set unfinished_from = ?
        where name = ? and epoch = ? and unfinished_from = ? and claims = ?\
        """,
        number,
        owner.node(),
        owner.epoch(),
        known.number(),
        known.claims());
  }
}
