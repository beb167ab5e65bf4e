package platter.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Optional;

/** Where the database is. */
public sealed interface Place {
  /** SQLite in the data folder: for one node. */
  record Embedded() implements Place {}

  /**
   * A PostgreSQL, which several nodes may share.
   *
   * @param url for JDBC, without user and password
   * @param user empty: the user of the process
   * @param password empty: none, or what the driver finds in {@code ~/.pgpass}
   */
  record Shared(String url, Optional<String> user, Optional<String> password) implements Place {
    /** Without the password. */
    @Override
    public String toString() {
      return url;
    }
  }

  /**
   * Reads the setting {@code database}. A user and a password in it win over those beside it.
   *
   * @param user empty when there is none beside it
   * @param password empty when there is none beside it
   * @throws IllegalArgumentException when it names no database; the message does not repeat it
   */
  static Place of(String setting, String user, String password) {
    if (setting.equals("sqlite:")) {
      return new Embedded();
    }
    if (!setting.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "must be sqlite: or jdbc:postgresql://HOST[:PORT]/DATABASE");
    }
    var parts = setting.split("\\?", 2);
    if (parts[0].contains("@")) {
      throw new IllegalArgumentException(
          "names a user with @, which this kind of URL has not: set database_user");
    }
    var kept = new ArrayList<String>();
    var found = new Shared(parts[0], given(user), given(password));
    for (var parameter : parts.length == 1 ? new String[0] : parts[1].split("&")) {
      var pair = parameter.split("=", 2);
      var value = Optional.of(pair.length == 1 ? "" : URLDecoder.decode(pair[1], UTF_8));
      switch (pair[0]) {
        case "user" -> found = new Shared(found.url, value, found.password);
        case "password" -> found = new Shared(found.url, found.user, value);
        default -> kept.add(parameter);
      }
    }
    return kept.isEmpty()
        ? found
        : new Shared(found.url + "?" + String.join("&", kept), found.user, found.password);
  }

  private static Optional<String> given(String value) {
    return Optional.of(value).filter(text -> !text.isEmpty());
  }
}
