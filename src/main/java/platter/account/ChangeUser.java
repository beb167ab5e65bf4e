package platter.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.auth.Role;

/**
 * Changes a user. Another role or other projects are in force with the next call, also of a token
 * that is out; another password, and being disabled, end all tokens.
 */
final class ChangeUser {
  private final Changes changes;
  private final AccountStore store;

  ChangeUser(Changes changes, AccountStore store) {
    this.changes = changes;
    this.store = store;
  }

  /** What shall be another; what is empty stays. */
  record Wanted(
      Optional<String> passwordHash,
      Optional<Role> role,
      Optional<List<String>> projects,
      Optional<Boolean> enabled) {
    boolean isNothing() {
      return passwordHash.isEmpty() && role.isEmpty() && projects.isEmpty() && enabled.isEmpty();
    }
  }

  StoredUser change(Caller by, String id, Wanted wanted) {
    return changes.make(
        by,
        (tx, known) -> {
          var before = known.rows().user(id).orElseThrow(() -> missing(known, id));
          boolean disabled = before.enabled() && !wanted.enabled().orElse(true);
          var projects =
              wanted
                  .projects()
                  .map(
                      names ->
                          CreateUser.projects(known, known.domainToUse(before.domainId()), names))
                  .orElse(before.projects());
          var after =
              new StoredUser(
                  id,
                  before.name(),
                  before.domainId(),
                  wanted.passwordHash().orElse(before.password()),
                  wanted.role().orElse(before.role()),
                  wanted.enabled().orElse(before.enabled()),
                  before.generation() + (disabled || wanted.passwordHash().isPresent() ? 1 : 0),
                  projects,
                  before.createdMillis());
          store.update(tx, after);
          return new Done<>(
              "user " + after.name() + " " + id + " has " + told(wanted, after), after);
        });
  }

  static RuntimeException missing(Known known, String id) {
    return known.configured().user(id).isPresent()
        ? Known.configured("user", id)
        : Known.notFound("user", id);
  }

  private static String told(Wanted wanted, StoredUser after) {
    var told = new ArrayList<String>();
    wanted.passwordHash().ifPresent(_ -> told.add("another password"));
    wanted.role().ifPresent(role -> told.add("role " + role.wireName()));
    wanted.projects().ifPresent(_ -> told.add("projects " + after.projects()));
    wanted.enabled().ifPresent(yes -> told.add(yes ? "been enabled" : "been disabled"));
    return String.join(", ", told);
  }
}
