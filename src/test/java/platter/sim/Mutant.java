package platter.sim;

/**
 * Something that the engine must do, and in one run of the simulation does not. What is looked at
 * twice is not among them: the owner in the write of an end, behind the guard; the status in the
 * move of a volume whose row was read to be changed.
 */
enum Mutant {
  /** The engine as it is. */
  NONE,

  /** Writes without asking whether this node may. */
  UNGUARDED(70),

  /** Calls the storage without asking whether this node may. */
  STORAGE_UNGUARDED(26),

  /** What follows a commit comes before what follows an earlier one. */
  OUT_OF_ORDER(110),

  SUCCEEDS_THOUGH_CANCELLED("set state = 'succeeded'", " and cancelled_by is null", ""),

  BATCH_NEVER_ENDS("set open_children", "open_children - 1", "open_children"),

  BATCH_ENDS_EARLY("set open_children", "open_children - 1", "open_children - 2"),

  QUOTA_NOT_GIVEN_BACK("into quota_usage", "+ excluded.in_use", "+ max(excluded.in_use, 0)"),

  QUOTA_NOT_TAKEN("into quota_usage", "+ excluded.in_use", "+ min(excluded.in_use, 0)"),

  KEY_NOT_KEPT("into idempotency", "values (?, ?,", "values (?, ? || random(),"),

  COLLECTED_WITHOUT_TRACE(
      "into tombstone", "number = ? or parent = ?", "(number = ? or parent = ?) and 0"),

  STUCK_IS_COLLECTED(
      95, "from job where parent is null", "and state in ('succeeded', 'failed')", ""),

  RUNNING_IS_FORGOTTEN_AT_THE_START(
      "select number from job", "parent is null", "parent is null and state = 'init'"),

  DEAD_NODE_KEEPS_ITS_JOBS("epoch <= ?", "epoch <= ?", "epoch < ? - 1"),

  ITS_OWN_JOBS_ARE_NOT_CLAIMED(
      "(select min(unfinished_from) from node) and end_time is null", "is null", "is null and 0"),

  OLDEST_IS_NOT_SAID("set unfinished_from = ?", "unfinished_from is null or", "0 and"),

  UNFINISHED_IS_PASSED_OVER("order by number limit 1", "end_time is null", "0"),

  CANCEL_IS_NOT_NOTICED("select number, cancelled_by", "is not null", "is not null and 0");

  private final int seed;
  private final String of;
  private final String text;
  private final String instead;

  Mutant() {
    this(1);
  }

  Mutant(int seed) {
    this(seed, "", "", "");
  }

  Mutant(String of, String text, String instead) {
    this(1, of, text, instead);
  }

  /**
   * @param seed the first to look at: near the one that found it last, if that was far away
   * @param of part of the statements that it concerns
   * @param text part of them
   * @param instead what they say in its place
   */
  Mutant(int seed, String of, String text, String instead) {
    this.seed = seed;
    this.of = of;
    this.text = text;
    this.instead = instead;
  }

  int seed() {
    return seed;
  }

  /** What it makes of a statement of the engine. */
  String sql(String engines) {
    return text.isEmpty() || !engines.contains(of) ? engines : engines.replace(text, instead);
  }
}
