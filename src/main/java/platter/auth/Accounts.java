package platter.auth;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import platter.id.ProjectId;

/**
 * Who exists and may call: accounts, their projects and users, and the users' keys. Never changes;
 * {@link Directory} has the present one.
 */
public final class Accounts {
  private static final Password NOBODYS = Password.nobodys();

  private record Name(String domainId, String name) {}

  private final Map<String, Domain> domainsById;
  private final Map<String, Domain> domainsByName;
  private final Map<ProjectId, Project> projectsById;
  private final Map<Name, Project> projectsByName;
  private final Map<String, User> usersById;
  private final Map<Name, User> usersByName;
  private final Map<String, AccessKey> keys;
  private final List<Domain> domains;
  private final List<Project> projects;
  private final List<User> users;
  private final List<AccessKey> accessKeys;

  /**
   * @throws IllegalArgumentException when a name or id stands there twice, or one points nowhere
   */
  public Accounts(
      Collection<Domain> domains,
      Collection<Project> projects,
      Collection<User> users,
      Collection<AccessKey> keys) {
    this.domains = List.copyOf(domains);
    this.projects = List.copyOf(projects);
    this.users = List.copyOf(users);
    this.accessKeys = List.copyOf(keys);
    this.domainsById = index("domain id", domains, Domain::id);
    this.domainsByName = index("domain name", domains, Domain::name);
    this.projectsById = index("project id", projects, Project::id);
    this.projectsByName =
        index("project", projects, project -> new Name(project.domainId(), project.name()));
    this.usersById = index("user id", users, User::id);
    this.usersByName = index("user", users, user -> new Name(user.domainId(), user.name()));
    this.keys = index("access key", keys, AccessKey::access);
    for (var project : projects) {
      mustExist(domainsById, project.domainId(), "domain of project " + project.id());
    }
    for (var user : users) {
      mustExist(domainsById, user.domainId(), "domain of user " + user.id());
      for (var project : user.projects()) {
        mustExist(projectsById, project, "project of user " + user.id());
      }
    }
    for (var key : keys) {
      mustExist(usersById, key.userId(), "user of access key " + key.access());
    }
  }

  private static <K, V> Map<K, V> index(String what, Collection<V> all, Function<V, K> by) {
    var map = HashMap.<K, V>newHashMap(all.size());
    for (var one : all) {
      if (map.put(by.apply(one), one) != null) {
        throw new IllegalArgumentException(what + " " + by.apply(one) + " stands there twice");
      }
    }
    return Map.copyOf(map);
  }

  private static <K> void mustExist(Map<K, ?> map, K id, String what) {
    if (!map.containsKey(id)) {
      throw new IllegalArgumentException(what + ": there is no " + id);
    }
  }

  /** In the order in which they were told; so are the others. */
  public List<Domain> domains() {
    return domains;
  }

  public List<Project> projects() {
    return projects;
  }

  public List<User> users() {
    return users;
  }

  public List<AccessKey> accessKeys() {
    return accessKeys;
  }

  public Optional<AccessKey> accessKey(String access) {
    return Optional.ofNullable(keys.get(access));
  }

  public Optional<Domain> domain(String id) {
    return Optional.ofNullable(domainsById.get(id));
  }

  public Optional<Domain> domainNamed(String name) {
    return Optional.ofNullable(domainsByName.get(name));
  }

  public Optional<Project> project(ProjectId id) {
    return Optional.ofNullable(projectsById.get(id));
  }

  public Optional<Project> projectNamed(Domain domain, String name) {
    return Optional.ofNullable(projectsByName.get(new Name(domain.id(), name)));
  }

  public Optional<User> user(String id) {
    return Optional.ofNullable(usersById.get(id));
  }

  public Optional<User> userNamed(Domain domain, String name) {
    return Optional.ofNullable(usersByName.get(new Name(domain.id(), name)));
  }

  /** The account of a user who exists. */
  public Domain domainOf(User user) {
    return domain(user.domainId()).orElseThrow();
  }

  /** The projects of a user, in their order. */
  public List<Project> projectsOf(User user) {
    return user.projects().stream().map(id -> project(id).orElseThrow()).toList();
  }

  /**
   * The user, when the password is right. Tells nobody whether the user exists.
   *
   * @throws Password.Crowded when too many are logging in
   */
  public Optional<User> login(Optional<User> user, String password) {
    return user.map(User::password).orElse(NOBODYS).matches(password) ? user : Optional.empty();
  }

  /** The user, acting in all projects at once. */
  Caller caller(User user) {
    return caller(user, Optional.empty(), Set.copyOf(user.projects()));
  }

  /** The user, acting in one project. */
  Caller caller(User user, ProjectId project) {
    return caller(user, Optional.of(project), Set.of(project));
  }

  /** The user, acting on the whole account: in no project. */
  Caller callerOfDomain(User user) {
    return caller(user, Optional.empty(), Set.of());
  }

  private Caller caller(User user, Optional<ProjectId> scope, Set<ProjectId> projects) {
    var domain = domainOf(user);
    return new Caller(
        user.id(), user.name(), domain.id(), domain.name(), scope, projects, user.role());
  }
}
