package platter.account;

import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.auth.Domain;

/** Makes a domain: an account that has users and projects of its own. */
final class CreateDomain {
  private final Changes changes;
  private final AccountStore store;
  private final Chance chance;

  CreateDomain(Changes changes, AccountStore store, Chance chance) {
    this.changes = changes;
    this.store = store;
    this.chance = chance;
  }

  StoredDomain create(Caller by, String name, long nowMillis) {
    var row = new StoredDomain(new Domain(chance.id(), name), nowMillis);
    return changes.make(
        by,
        (tx, known) -> {
          if (known.configured().domainNamed(name).isPresent()
              || known.rows().domains().stream()
                  .anyMatch(one -> one.domain().name().equals(name))) {
            throw Known.taken("domain", name);
          }
          store.insert(tx, row);
          return new Done<>("domain " + name + " " + row.domain().id() + " was made", row);
        });
  }
}
