package platter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import platter.auth.AccessKey;
import platter.auth.Domain;
import platter.auth.Password;
import platter.auth.Project;
import platter.auth.Role;
import platter.auth.User;
import platter.id.ProjectId;
import tools.jackson.databind.JsonNode;

/**
 * The {@code accounts} of the configuration file:
 *
 * <pre>
 * accounts:
 *   - domain: acme
 *     projects:
 *       - {name: region-1, id: 0f0e0d0c0b0a09080706050403020100}
 *     users:
 *       - name: alice
 *         password: …            # or password_hash: pbkdf2-sha256$…
 *         projects: [region-1]   # all of the domain when left out
 *         role: member           # administrator, operator, member, reader
 *         keys:
 *           - {access: …, secret: …, expires: 2027-01-01T00:00:00Z} # without: never
 * </pre>
 *
 * Ids that are left out follow from the names.
 */
record ConfiguredAccounts(
    List<Domain> domains, List<Project> projects, List<User> users, List<AccessKey> keys) {
  private static final Set<String> ACCOUNT = Set.of("domain", "id", "projects", "users");
  private static final Set<String> PROJECT = Set.of("name", "id");
  private static final Set<String> USER =
      Set.of("name", "id", "password", "password_hash", "projects", "role", "operator", "keys");
  private static final Set<String> KEY = Set.of("access", "secret", "expires");

  void addAll(JsonNode accounts) {
    list(accounts, "accounts").forEach(this::add);
  }

  private void add(JsonNode account) {
    known(account, ACCOUNT, "an account");
    var name = text(account, "domain");
    var id = id(account, "domain", name);
    if (domains.stream().noneMatch(domain -> domain.id().equals(id))) {
      domains.add(new Domain(id, name));
    }
    var byName = new LinkedHashMap<String, ProjectId>();
    for (var project : list(account.path("projects"), "projects")) {
      known(project, PROJECT, "a project");
      var projectName = text(project, "name");
      var projectId = new ProjectId(id(project, "project", name + "/" + projectName));
      byName.put(projectName, projectId);
      projects.add(new Project(projectId, projectName, id));
    }
    for (var user : list(account.path("users"), "users")) {
      add(user, name, id, byName);
    }
  }

  private void add(
      JsonNode user, String domainName, String domainId, Map<String, ProjectId> byName) {
    known(user, USER, "a user");
    var name = text(user, "name");
    var id = id(user, "user", domainName + "/" + name);
    var password =
        user.has("password_hash")
            ? Password.hashed(text(user, "password_hash"))
            : Password.plain(text(user, "password"));
    users.add(
        new User(id, name, domainId, password, projectsOf(user, name, byName), role(user, name)));
    for (var key : list(user.path("keys"), "keys")) {
      known(key, KEY, "a key");
      keys.add(new AccessKey(text(key, "access"), text(key, "secret"), id, expires(key)));
    }
  }

  /** {@code operator: true} is what {@code role: operator} was called before. */
  private static Role role(JsonNode user, String name) {
    if (!user.has("role")) {
      return user.path("operator").asBoolean(false) ? Role.OPERATOR : Role.MEMBER;
    }
    if (user.has("operator")) {
      throw new IllegalArgumentException(
          "accounts: user " + name + " has role and operator; role says all");
    }
    return Role.parse(text(user, "role"))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "accounts: role of user "
                        + name
                        + " must be administrator, operator, member or reader"));
  }

  private static OptionalLong expires(JsonNode key) {
    if (!key.has("expires")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Instant.parse(text(key, "expires")).toEpochMilli());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "accounts: expires of key "
              + text(key, "access")
              + " must be a time such as 2027-01-01T00:00:00Z",
          e);
    }
  }

  private static List<ProjectId> projectsOf(
      JsonNode user, String name, Map<String, ProjectId> byName) {
    if (!user.has("projects")) {
      return List.copyOf(byName.values());
    }
    var projects = new ArrayList<ProjectId>();
    for (var project : list(user.path("projects"), "projects")) {
      var id = byName.get(project.asString(""));
      if (id == null) {
        throw new IllegalArgumentException(
            "accounts: user " + name + " names a project that its domain does not have");
      }
      projects.add(id);
    }
    return projects;
  }

  private static List<JsonNode> list(JsonNode node, String what) {
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw new IllegalArgumentException("accounts: " + what + " must be a list");
    }
    return new ArrayList<>(node.valueStream().toList());
  }

  private static void known(JsonNode node, Set<String> members, String what) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("accounts: " + what + " must have members " + members);
    }
    for (var member : node.propertyNames()) {
      if (!members.contains(member)) {
        throw new IllegalArgumentException(
            "accounts: " + what + " has no member " + member + "; there are " + members);
      }
    }
  }

  private static String text(JsonNode node, String member) {
    var text = node.path(member).asString("");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("accounts: " + member + " is missing");
    }
    return text;
  }

  private static String id(JsonNode node, String kind, String name) {
    return node.has("id")
        ? text(node, "id")
        : UUID.nameUUIDFromBytes(("platter " + kind + " " + name).getBytes(StandardCharsets.UTF_8))
            .toString()
            .replace("-", "");
  }
}
