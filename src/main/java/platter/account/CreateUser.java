package platter.account;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import platter.account.Changes.Done;
import platter.auth.Caller;
import platter.auth.Domain;
import platter.auth.Project;
import platter.auth.Role;
import platter.id.ProjectId;

/** Makes a user who may log in; keys are made apart. */
final class CreateUser {
  private final Changes changes;
  private final AccountStore store;
  private final Chance chance;

  CreateUser(Changes changes, AccountStore store, Chance chance) {
    this.changes = changes;
    this.store = store;
    this.chance = chance;
  }

  /**
   * What the caller asks for.
   *
   * @param passwordHash see {@link platter.auth.Password#hash}
   * @param projects ids or names; empty: all that the domain has now
   */
  record Wanted(
      String name,
      String domainId,
      String passwordHash,
      Role role,
      Optional<List<String>> projects,
      boolean enabled) {}

  StoredUser create(Caller by, Wanted wanted, long nowMillis) {
    var id = chance.id();
    return changes.make(
        by,
        (tx, known) -> {
          var domain = known.domainToUse(wanted.domainId());
          if (known.configured().userNamed(domain, wanted.name()).isPresent()
              || known.rows().users().stream()
                  .anyMatch(
                      one ->
                          one.domainId().equals(domain.id()) && one.name().equals(wanted.name()))) {
            throw Known.taken("user", wanted.name());
          }
          var row =
              new StoredUser(
                  id,
                  wanted.name(),
                  domain.id(),
                  wanted.passwordHash(),
                  wanted.role(),
                  wanted.enabled(),
                  0,
                  wanted
                      .projects()
                      .map(names -> projects(known, domain, names))
                      .orElseGet(() -> all(known, domain)),
                  nowMillis);
          store.insert(tx, row);
          return new Done<>(
              "user "
                  + row.name()
                  + " "
                  + id
                  + " of domain "
                  + domain.name()
                  + " was made, "
                  + row.role().wireName()
                  + " of "
                  + row.projects(),
              row);
        });
  }

  /** Each once, in their order. */
  static List<ProjectId> projects(Known known, Domain domain, List<String> idsOrNames) {
    var projects = new LinkedHashSet<ProjectId>();
    idsOrNames.forEach(one -> projects.add(known.projectToUse(domain, one)));
    return List.copyOf(projects);
  }

  private static List<ProjectId> all(Known known, Domain domain) {
    return known.merged().accounts().projects().stream()
        .filter(project -> project.domainId().equals(domain.id()))
        .map(Project::id)
        .toList();
  }
}
