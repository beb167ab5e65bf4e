package platter.account;

import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.error.ApiException;
import platter.error.ErrorCode;

/** Takes a domain away that has neither users nor projects. */
final class DeleteDomain {
  private final Changes changes;
  private final AccountStore store;

  DeleteDomain(Changes changes, AccountStore store) {
    this.changes = changes;
    this.store = store;
  }

  void delete(Caller by, String id) {
    changes.make(
        by,
        (tx, known) -> {
          var row = known.rows().domain(id);
          if (row.isEmpty()) {
            throw known.configured().domain(id).isPresent()
                ? Known.configured("domain", id)
                : Known.notFound("domain", id);
          }
          var name = row.get().domain().name();
          var rows = known.rows();
          long projects =
              rows.projects().stream().filter(one -> one.project().domainId().equals(id)).count();
          long users = rows.users().stream().filter(one -> one.domainId().equals(id)).count();
          if (projects + users > 0) {
            throw new ApiException(
                ErrorCode.IN_USE,
                "domain " + name + " has " + projects + " projects and " + users + " users");
          }
          store.deleteDomain(tx, id);
          return new Done<>("domain " + name + " " + id + " was deleted", true);
        });
  }
}
