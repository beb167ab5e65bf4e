package platter.cli;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What several commands ask about domains, projects, users and access keys. */
final class Accounts {
  static final String DOMAINS = "/platter/v1/domains";
  static final String PROJECTS = "/platter/v1/projects";
  static final String USERS = "/platter/v1/users";
  static final String KEYS = "/platter/v1/keys";

  /** Of a new password: an option would be seen by everybody on the machine. */
  static final String NEW_PASSWORD = "PLATTER_NEW_PASSWORD";

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int NOT_FOUND = 404;

  private final Api api;

  Accounts(Api api) {
    this.api = api;
  }

  String domainId(String wish, String idOrName) {
    return idOf(wish, DOMAINS, "domain", idOrName);
  }

  String projectId(String wish, String idOrName) {
    return idOf(wish, PROJECTS, "project", idOrName);
  }

  String userId(String wish, String idOrName) {
    return idOf(wish, USERS, "user", idOrName);
  }

  /**
   * The id of what is named by its id, by a name that no other has, or, of a domain, by {@code
   * DOMAIN/NAME}.
   */
  private String idOf(String wish, String path, String what, String named) {
    if (ID.matcher(named).matches()) {
      return named;
    }
    int slash = named.indexOf('/'); // names have none
    var query = "?name=" + Api.encoded(named.substring(slash + 1));
    if (slash > 0) {
      query += "&domain_id=" + Api.encoded(domainId(wish, named.substring(0, slash)));
    }
    var found = api.get(wish, path + query).json().path(what + "s");
    if (found.isEmpty()) {
      throw CliException.refused(wish, "there is no " + what + " " + named, list(what));
    }
    if (found.size() > 1) {
      throw CliException.refused(
          wish,
          found.size() + " domains have a " + what + " " + named,
          "name it DOMAIN/" + named + " or by its id; " + list(what));
    }
    return found.get(0).path("id").asString("");
  }

  private static String list(String what) {
    return "see which there are:  platter " + what + " list";
  }

  /** Asks, and tells of what is not there where to look for it. */
  static Api.Reply told(String what, Supplier<Api.Reply> ask) {
    try {
      return ask.get();
    } catch (CliException.Refused e) {
      throw e.status() == NOT_FOUND ? e.withNext(list(what)) : e;
    }
  }

  static String projects(JsonNode user) {
    return user.path("projects")
        .valueStream()
        .map(project -> project.path("name").asString(project.path("id").asString("")))
        .collect(Collectors.joining(","));
  }

  static Sheet details(JsonNode user) {
    var sheet = new Sheet("");
    sheet.row("id", user.path("id").asString(""));
    sheet.row("name", user.path("name").asString(""));
    sheet.row("domain", user.path("domain").asString(""));
    sheet.row("role", user.path("role").asString(""));
    sheet.row("projects", projects(user));
    sheet.row("state", user.path("state").asString(""));
    sheet.row("source", user.path("source").asString(""));
    sheet.row("created", user.path("created_at").asString(""));
    sheet.row("password", user.path("password").asString(""));
    return sheet;
  }

  static Sheet details(JsonNode key, String secretLabel) {
    var sheet = new Sheet("");
    sheet.row("access key", key.path("access").asString(""));
    sheet.row(secretLabel, key.path("secret").asString(""));
    sheet.row("user", key.path("user").asString("") + " " + key.path("user_id").asString(""));
    sheet.row("state", key.path("state").asString(""));
    sheet.row("expires", key.path("expires_at").asString(""));
    sheet.row("description", key.path("description").asString(""));
    return sheet;
  }
}
