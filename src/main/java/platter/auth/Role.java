package platter.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a user may do, beyond which projects it may be done in. {@link Policy} decides by it. */
public enum Role {
  /** Everything in the user's projects, and everything that concerns the whole service. */
  ADMINISTRATOR,
  /** Everything in the user's projects, and looks after the service: nodes, verify, quotas. */
  OPERATOR,
  /** Everything in the user's projects. */
  MEMBER,
  /** Looks at what is in the user's projects, and changes nothing. */
  READER;

  /** As it stands in the configuration, such as {@code reader}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> parse(String text) {
    return Arrays.stream(values()).filter(role -> role.wireName().equals(text)).findFirst();
  }

  /** Whether its users may look at the whole service. */
  public boolean operates() {
    return this == ADMINISTRATOR || this == OPERATOR;
  }
}
