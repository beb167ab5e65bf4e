package platter.account;

import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;

/** Takes a project away that owns nothing. Its users stay, and are in it no more. */
final class DeleteProject {
  private final Changes changes;
  private final AccountStore store;
  private final Belongings belongings;

  DeleteProject(Changes changes, AccountStore store, Belongings belongings) {
    this.changes = changes;
    this.store = store;
    this.belongings = belongings;
  }

  void delete(Caller by, String text) {
    var id = ProjectId.parse(text).orElseThrow(() -> Known.notFound("project", text));
    changes.make(
        by,
        (tx, known) -> {
          var row = known.rows().project(id);
          if (row.isEmpty()) {
            throw known.configured().project(id).isPresent()
                ? Known.configured("project", text)
                : Known.notFound("project", text);
          }
          var name = row.get().project().name();
          belongings
              .of(tx, id)
              .ifPresent(
                  what -> {
                    throw new ApiException(
                        ErrorCode.IN_USE, "project " + name + " " + id + " has " + what);
                  });
          store.deleteProject(tx, id);
          return new Done<>("project " + name + " " + id + " was deleted", true);
        });
  }
}
