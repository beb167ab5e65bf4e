package platter.zone;

import java.util.List;
import java.util.Optional;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Request;

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

  /**
   * The zone that a list is asked for.
   *
   * @throws ApiException INVALID_ZONE_FILTER
   */
  public Optional<String> wanted(Request request) {
    var wanted = request.query("availability_zone");
    if (wanted.isPresent() && !has(wanted.get())) {
      throw new ApiException(
          ErrorCode.INVALID_ZONE_FILTER, "availability_zone must be one of " + names);
    }
    return wanted;
  }
}
