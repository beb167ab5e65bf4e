package platter.db;

/** Where the texts of SQL differ from one database to the other. */
public enum Dialect {
  SQLITE(
      "instr(%s, ?) > 0",
      "exists (select 1 from json_each(%s) m where m.key = ? and m.value = ?)",
      "json_each(%s)",
      "%s ->> '%s'",
      "", // nobody else writes in the meantime
      "",
      ""),
  POSTGRES(
      "strpos(%s, ?) > 0",
      "exists (select 1 from json_each_text(%s::json) m where m.key = ? and m.value = ?)",
      "json_each_text(%s::json)",
      "%s::json ->> '%s'",
      " for update",
      " for key share",
      " for update skip locked");

  private final String contains;
  private final String jsonMember;
  private final String jsonMembers;
  private final String jsonText;
  private final String forUpdate;
  private final String forKeyShare;
  private final String forUpdateSkipLocked;

  Dialect(
      String contains,
      String jsonMember,
      String jsonMembers,
      String jsonText,
      String forUpdate,
      String forKeyShare,
      String forUpdateSkipLocked) {
    this.contains = contains;
    this.jsonMember = jsonMember;
    this.jsonMembers = jsonMembers;
    this.jsonText = jsonText;
    this.forUpdate = forUpdate;
    this.forKeyShare = forKeyShare;
    this.forUpdateSkipLocked = forUpdateSkipLocked;
  }

  /** A condition: the column has the text of the parameter in it, upper and lower case apart. */
  public String contains(String column) {
    return contains.formatted(column);
  }

  /** A condition: the JSON object of strings has this member (two parameters: name, value). */
  public String jsonMember(String column) {
    return jsonMember.formatted(column);
  }

  /** A table of the members of a JSON object of strings, with columns key and value. */
  public String jsonMembers(String column) {
    return jsonMembers.formatted(column);
  }

  /** The text of a member of a JSON object; null when it is absent. */
  public String jsonText(String column, String member) {
    return jsonText.formatted(column, member);
  }

  /** Ends a query: what it found stays as it is until the transaction ends. */
  public String forUpdate() {
    return forUpdate;
  }

  /** Ends a query: what it found stays there, under its key, until the transaction ends. */
  public String forKeyShare() {
    return forKeyShare;
  }

  /**
   * A number which those of all transactions that have written by now are below; they have ended
   * when {@link #oldestTransaction} has reached it.
   */
  public String nextTransaction() {
    return this == POSTGRES
        ? "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        : "select 0";
  }

  /** The number of the oldest transaction that writes and has not ended. */
  public String oldestTransaction() {
    return this == POSTGRES
        ? "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        : "select 0";
  }

  /** Whether rows written together cost less: where each statement is a way over the network. */
  boolean gathersRows() {
    return this == POSTGRES;
  }

  /** As {@link #forUpdate}, and finds nothing where somebody else is at it. */
  public String forUpdateSkipLocked() {
    return forUpdateSkipLocked;
  }
}
