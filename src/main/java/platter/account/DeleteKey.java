package platter.account;

import platter.account.Changes.Done;
import platter.auth.Caller;

/** Takes an access key away. */
final class DeleteKey {
  private final Changes changes;
  private final AccountStore store;

  DeleteKey(Changes changes, AccountStore store) {
    this.changes = changes;
    this.store = store;
  }

  void delete(Caller by, String access) {
    changes.make(
        by,
        (tx, known) -> {
          var row = known.rows().key(access).orElseThrow(() -> ChangeKey.missing(known, access));
          store.deleteKey(tx, access);
          return new Done<>(row + " of user " + row.userId() + " was deleted", true);
        });
  }
}
