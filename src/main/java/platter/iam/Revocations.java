package platter.iam;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.concurrent.locks.LockSupport;
import platter.auth.Token;
import platter.auth.Tokens;
import platter.db.Database;
import platter.error.DatabaseException;

/**
 * The tokens that were taken back: rows of all nodes, and a copy in memory that each request is
 * checked against. A row goes when its token would have ended anyway.
 */
public final class Revocations implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Revocations.class.getName());

  private final Database db;
  private final Tokens tokens;
  private final InstantSource clock;
  private volatile boolean closed;

  public Revocations(Database db, Tokens tokens, InstantSource clock) {
    this.db = db;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** Reads what was taken back, here and on other nodes. */
  public synchronized void load() {
    var now = clock.millis();
    tokens.revoked(
        new HashSet<>(
            db.lookUp(
                tx ->
                    tx.list(
                        "select digest from revoked_token where expires_at > ?",
                        row -> row.getString(1),
                        now))));
  }

  /** From now on looks again and again, for a database that other nodes write too. */
  public Revocations watch(Duration every) {
    Thread.ofPlatform().name("revocations").daemon().start(() -> repeat(every));
    return this;
  }

  private void repeat(Duration every) {
    boolean told = false;
    while (!closed) {
      LockSupport.parkNanos(every.toNanos());
      try {
        load();
        told = false;
      } catch (DatabaseException e) {
        if (!told && !closed) {
          LOG.log(WARNING, "cannot look which tokens were taken back: " + e.getMessage());
        }
        told = true;
      }
    }
  }

  /** Here when this returns; on other nodes when they look. */
  public void revoke(String text, Token token) {
    var digest = Tokens.digest(text);
    var now = clock.millis();
    db.inTx(
        tx -> {
          tx.update("delete from revoked_token where expires_at <= ?", now);
          return tx.update(
              "insert into revoked_token (digest, expires_at) values (?, ?)"
                  + " on conflict (digest) do nothing",
              digest,
              token.expires().toEpochMilli());
        });
    load();
  }

  @Override
  public void close() {
    closed = true;
  }
}
