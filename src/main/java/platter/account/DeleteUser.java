package platter.account;

import platter.account.Changes.Done;
import platter.auth.Caller;

/** Takes a user away, with the keys; the tokens are good no more. What the user made stays. */
final class DeleteUser {
  private final Changes changes;
  private final AccountStore store;

  DeleteUser(Changes changes, AccountStore store) {
    this.changes = changes;
    this.store = store;
  }

  void delete(Caller by, String id) {
    changes.make(
        by,
        (tx, known) -> {
          var row = known.rows().user(id).orElseThrow(() -> ChangeUser.missing(known, id));
          store.deleteUser(tx, id);
          return new Done<>("user " + row.name() + " " + id + " was deleted", true);
        });
  }
}
