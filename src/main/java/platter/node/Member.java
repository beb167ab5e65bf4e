package platter.node;

/**
 * A node, as the one that tells of it sees it.
 *
 * @param epoch of its last incarnation; one more when that was taken for dead
 */
public record Member(String name, long epoch, State state) {
  /** What is known of it. */
  public enum State {
    /** It beats, or it is the one that tells. */
    ALIVE("alive"),
    /** It does not beat; if that goes on it is taken for dead. */
    SILENT("silent"),
    /** No beat of it has been seen yet, or the one that tells cannot look now. */
    UNKNOWN("unknown"),
    /** It left by itself, or was taken for dead. */
    STOPPED("stopped");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }
}
