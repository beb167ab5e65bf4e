package platter.account;

import java.util.OptionalLong;
import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.error.ApiException;
import platter.error.ErrorCode;

/**
 * Makes an access key of a user, also of one of the configuration. Its secret is told this once.
 */
final class CreateKey {
  /** So many a user may have besides those of the configuration; two are enough to change one. */
  static final int MAX_OF_USER = 10;

  private final Changes changes;
  private final AccountStore store;
  private final Chance chance;
  private final Seal seal;

  CreateKey(Changes changes, AccountStore store, Chance chance, Seal seal) {
    this.changes = changes;
    this.store = store;
    this.chance = chance;
    this.seal = seal;
  }

  /**
   * What the caller asks for.
   *
   * @param expiresMillis since 1970; empty: it stays good
   */
  record Wanted(String userId, String description, OptionalLong expiresMillis) {}

  /** What was made. */
  record Made(StoredKey key, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return key.toString();
    }
  }

  /**
   * @throws ApiException INVALID_REQUEST when there is no such user, IN_USE when the user has too
   *     many keys
   */
  Made create(Caller by, Wanted wanted, long nowMillis) {
    var access = chance.access();
    var secret = chance.secret();
    var sealed = seal.close(access, secret);
    return changes.make(
        by,
        (tx, known) -> {
          if (!known.hasUser(wanted.userId())) {
            throw new ApiException(
                ErrorCode.INVALID_REQUEST, "there is no user " + wanted.userId());
          }
          long has =
              known.rows().keys().stream()
                  .filter(key -> key.userId().equals(wanted.userId()))
                  .count();
          if (has >= MAX_OF_USER) {
            throw new ApiException(
                ErrorCode.IN_USE,
                "user " + wanted.userId() + " has " + has + " access keys; delete one of them");
          }
          var row =
              new StoredKey(
                  access,
                  wanted.userId(),
                  sealed,
                  wanted.description(),
                  true,
                  wanted.expiresMillis(),
                  nowMillis);
          store.insert(tx, row);
          return new Done<>(
              row + " of user " + wanted.userId() + " was made", new Made(row, secret));
        });
  }
}
