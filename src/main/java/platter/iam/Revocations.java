package platter.iam;

import java.time.InstantSource;
import java.util.HashSet;
import platter.auth.Token;
import platter.auth.Tokens;
import platter.db.Database;

/**
 * The tokens that were taken back: rows of all nodes, and a copy in memory that each request is
 * checked against. A row goes when its token would have ended anyway.
 */
public final class Revocations {
  private final Database db;
  private final Tokens tokens;
  private final InstantSource clock;

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
    synchronized (this) { // after a load that had begun before
      tokens.revoke(digest);
    }
  }
}
