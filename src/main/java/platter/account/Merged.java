package platter.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import platter.auth.AccessKey;
import platter.auth.Accounts;
import platter.auth.Password;
import platter.auth.User;
import platter.id.ProjectId;

/**
 * The accounts of the configuration and those of the database, as one. The configuration wins: a
 * row that has a name or an id of the configuration's is ignored, and what belongs to it.
 *
 * @param accounts who may call; users and keys that are disabled are not among them
 * @param ignored the ids of the rows that the configuration hides, or that cannot be used, and why
 */
record Merged(Accounts accounts, Map<String, String> ignored) {
  /** Names are unique within a domain. */
  private record Name(String domainId, String name) {}

  /**
   * @param password of a user; empty when it cannot be read
   * @param secret of a key; empty when it cannot be opened
   */
  static Merged of(
      Accounts configured,
      Rows rows,
      Function<StoredUser, Optional<Password>> password,
      Function<StoredKey, Optional<String>> secret) {
    var ignored = new LinkedHashMap<String, String>();

    var domains = new ArrayList<>(configured.domains());
    for (var row : rows.domains()) {
      var domain = row.domain();
      if (configured.domain(domain.id()).isPresent()
          || configured.domainNamed(domain.name()).isPresent()) {
        ignored.put(domain.id(), "the configuration has domain " + domain.name());
      } else {
        domains.add(domain);
      }
    }
    var domainIds = new HashSet<String>();
    domains.forEach(domain -> domainIds.add(domain.id()));

    var projects = new ArrayList<>(configured.projects());
    var projectNames = new HashSet<Name>();
    projects.forEach(one -> projectNames.add(new Name(one.domainId(), one.name())));
    for (var row : rows.projects()) {
      var project = row.project();
      var name = new Name(project.domainId(), project.name());
      if (!domainIds.contains(project.domainId())) {
        ignored.put(project.id().text(), "project " + project.name() + ": no such domain");
      } else if (configured.project(project.id()).isPresent() || projectNames.contains(name)) {
        ignored.put(project.id().text(), "the configuration has project " + project.name());
      } else {
        projects.add(project);
      }
    }
    var domainOf = new HashMap<ProjectId, String>();
    projects.forEach(project -> domainOf.put(project.id(), project.domainId()));

    var users = new ArrayList<>(configured.users());
    var userNames = new HashSet<Name>();
    users.forEach(one -> userNames.add(new Name(one.domainId(), one.name())));
    for (var row : rows.users()) {
      if (!domainIds.contains(row.domainId())) {
        ignored.put(row.id(), "user " + row.name() + ": no such domain");
      } else if (configured.user(row.id()).isPresent()
          || userNames.contains(new Name(row.domainId(), row.name()))) {
        ignored.put(row.id(), "the configuration has user " + row.name());
      } else {
        var hash = password.apply(row);
        if (hash.isEmpty()) {
          ignored.put(row.id(), "user " + row.name() + ": the password cannot be read");
        } else if (row.enabled()) {
          var own =
              row.projects().stream()
                  .filter(project -> row.domainId().equals(domainOf.get(project)))
                  .toList();
          users.add(
              new User(
                  row.id(),
                  row.name(),
                  row.domainId(),
                  hash.get(),
                  own,
                  row.role(),
                  row.generation()));
        }
      }
    }
    var userIds = new HashSet<String>();
    users.forEach(user -> userIds.add(user.id()));

    var keys = new ArrayList<>(configured.accessKeys());
    for (var row : rows.keys()) {
      if (configured.accessKey(row.access()).isPresent()) {
        ignored.put(row.access(), "the configuration has access key " + row.access());
      } else if (!userIds.contains(row.userId()) && !isDisabled(rows, ignored, row.userId())) {
        ignored.put(row.access(), "access key " + row.access() + ": no such user");
      } else {
        var opened = secret.apply(row);
        if (opened.isEmpty()) {
          ignored.put(
              row.access(),
              "access key " + row.access() + ": its secret was sealed with another token_secret");
        } else if (row.enabled() && userIds.contains(row.userId())) {
          keys.add(new AccessKey(row.access(), opened.get(), row.userId(), row.expiresMillis()));
        }
      }
    }
    return new Merged(new Accounts(domains, projects, users, keys), ignored);
  }

  private static boolean isDisabled(Rows rows, Map<String, String> ignored, String userId) {
    return rows.user(userId).isPresent() && !ignored.containsKey(userId);
  }
}
