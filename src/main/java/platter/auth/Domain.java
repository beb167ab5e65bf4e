package platter.auth;

/**
 * An account: owns users and projects.
 *
 * @param id 32 lower-case hex
 */
public record Domain(String id, String name) {
  public Domain {
    if (!id.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("domain id '" + id + "'");
    }
  }
}
