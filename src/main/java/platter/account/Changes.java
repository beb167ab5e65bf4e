package platter.account;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.util.Optional;
import java.util.function.Function;
import platter.auth.Accounts;
import platter.auth.Caller;
import platter.db.Database;
import platter.db.Tx;
import platter.error.DatabaseException;

/**
 * The frame of every change of accounts: one at a time over all nodes, in force on this node when
 * it returns, and told in the log with who asked for it.
 */
final class Changes {
  private static final System.Logger LOG = System.getLogger(Changes.class.getName());

  private final Database db;
  private final AccountStore store;
  private final Accounts configured;
  private final Function<StoredKey, Optional<String>> secret;
  private final Runnable load;

  /**
   * @param secret see {@link Merged#of}
   * @param load takes over what was written
   */
  Changes(
      Database db,
      AccountStore store,
      Accounts configured,
      Function<StoredKey, Optional<String>> secret,
      Runnable load) {
    this.db = db;
    this.store = store;
    this.configured = configured;
    this.secret = secret;
    this.load = load;
  }

  /**
   * What was done.
   *
   * @param told for the log, without a secret: "user bob 5f… was made"
   */
  record Done<T>(String told, T result) {}

  /** Checks and writes; may run more than once. */
  @FunctionalInterface
  interface Work<T> {
    Done<T> in(Tx tx, Known known);
  }

  <T> T make(Caller by, Work<T> work) {
    Done<T> done =
        db.inTx(
            tx -> {
              tx.settle(); // what others of the group have written is to be seen
              store.beginChange(tx);
              return work.in(tx, Known.of(configured, store.read(tx), Changes::unread));
            });
    LOG.log(INFO, "{0}, asked by user {1} {2}", done.told(), by.userName(), by.userId());
    try {
      load.run();
    } catch (DatabaseException e) { // it is done all the same, and is looked for again
      LOG.log(WARNING, "the change of accounts is not in force here yet", e);
    }
    return done.result();
  }

  /** No rule is about a secret, and to open them all takes time while others wait to write. */
  private static Optional<String> unread(StoredKey key) {
    return Optional.of("unread " + key.access());
  }

  /** Everybody, as of now. */
  Known look() {
    return Known.of(configured, db.read(store::read), secret);
  }
}
