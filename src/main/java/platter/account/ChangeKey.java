package platter.account;

import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import platter.account.Changes.Done;
import platter.auth.Caller;

/** Disables an access key or enables it again, and sets how long it is good. */
final class ChangeKey {
  private final Changes changes;
  private final AccountStore store;

  ChangeKey(Changes changes, AccountStore store) {
    this.changes = changes;
    this.store = store;
  }

  /**
   * What shall be another; what is empty stays.
   *
   * @param expires an empty number: it stays good
   */
  record Wanted(
      Optional<String> description, Optional<Boolean> enabled, Optional<OptionalLong> expires) {
    boolean isNothing() {
      return description.isEmpty() && enabled.isEmpty() && expires.isEmpty();
    }
  }

  StoredKey change(Caller by, String access, Wanted wanted) {
    return changes.make(
        by,
        (tx, known) -> {
          var before = known.rows().key(access).orElseThrow(() -> missing(known, access));
          var after =
              new StoredKey(
                  access,
                  before.userId(),
                  before.sealed(),
                  wanted.description().orElse(before.description()),
                  wanted.enabled().orElse(before.enabled()),
                  wanted.expires().orElse(before.expiresMillis()),
                  before.createdMillis());
          store.update(tx, after);
          return new Done<>(after + " has " + told(wanted), after);
        });
  }

  static RuntimeException missing(Known known, String access) {
    return known.configured().accessKey(access).isPresent()
        ? Known.configured("access key", access)
        : Known.notFound("access key", access);
  }

  private static String told(Wanted wanted) {
    var told = new ArrayList<String>();
    wanted.enabled().ifPresent(yes -> told.add(yes ? "been enabled" : "been disabled"));
    wanted.expires().ifPresent(_ -> told.add("another end"));
    wanted.description().ifPresent(_ -> told.add("another description"));
    return String.join(", ", told);
  }
}
