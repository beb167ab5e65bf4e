package platter.account;

import java.util.Optional;
import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.auth.Project;
import platter.id.ProjectId;

/** Makes a project. Nobody is in it at first. */
final class CreateProject {
  private final Changes changes;
  private final AccountStore store;
  private final Chance chance;

  CreateProject(Changes changes, AccountStore store, Chance chance) {
    this.changes = changes;
    this.store = store;
    this.chance = chance;
  }

  /**
   * What the caller asks for.
   *
   * @param id to have a project again as it was, or elsewhere; else it is made of chance
   */
  record Wanted(String name, String domainId, Optional<ProjectId> id) {}

  StoredProject create(Caller by, Wanted wanted, long nowMillis) {
    var id = wanted.id().orElseGet(() -> new ProjectId(chance.id()));
    return changes.make(
        by,
        (tx, known) -> {
          var domain = known.domainToUse(wanted.domainId());
          var project = new Project(id, wanted.name(), domain.id());
          if (known.configured().project(id).isPresent() || known.rows().project(id).isPresent()) {
            throw Known.taken("project", id.text());
          }
          if (known.configured().projectNamed(domain, wanted.name()).isPresent()
              || known.rows().projects().stream()
                  .map(StoredProject::project)
                  .anyMatch(
                      one ->
                          one.domainId().equals(domain.id()) && one.name().equals(wanted.name()))) {
            throw Known.taken("project", wanted.name());
          }
          var row = new StoredProject(project, nowMillis);
          store.insert(tx, row);
          return new Done<>(
              "project " + wanted.name() + " " + id + " of domain " + domain.name() + " was made",
              row);
        });
  }
}
