package platter.driver;

/** Who may have a storage open at the same time. */
public sealed interface Sharing {
  /** One Platter, for whom the storage is its own; a second one is refused. */
  record Alone() implements Sharing {}

  /**
   * Any number of nodes, on one machine or on several; one that wants it alone is refused.
   *
   * @param incarnation a number that no other opening of this storage is ever given, such as a
   *     random one: what a dead node left must not look like what a living one makes
   */
  record AmongNodes(long incarnation) implements Sharing {}
}
