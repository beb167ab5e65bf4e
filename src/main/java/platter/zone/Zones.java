package platter.zone;

import java.util.List;

/**
 * The availability zones of this Platter.
 *
 * @param names in the order of the configuration, at least one
 */
public record Zones(List<String> names) {
  public Zones {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("needs at least one availability zone");
    }
  }

  public boolean has(String name) {
    return names.contains(name);
  }
}
