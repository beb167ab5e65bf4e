package platter.driver;

/**
 * What everybody passes who changes the bytes of a volume where they are, see {@link
 * StorageDriver#locate}: a copy of one instant that is being made of it takes first what it still
 * lacks. From any thread.
 */
public interface Writes {
  /** Of a storage whose copies are of one instant by themselves. */
  Writes FREE =
      new Writes() {
        @Override
        public void begin(long at, long length) {}

        @Override
        public void end() {}
      };

  /**
   * Before a change of a range; {@link #end} follows when it has been made or has failed. Waits for
   * as much of a copy as the range is long, and a moment for an instant to be taken. Never refuses:
   * a copy that cannot go on fails, not who writes.
   */
  void begin(long at, long length);

  void end();
}
