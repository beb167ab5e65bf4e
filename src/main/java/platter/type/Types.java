package platter.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Route;

/** The door: which types are offered in which zones, and where they are sold out. */
public final class Types {
  private final Map<VolumeType, Set<String>> offered;
  private final Map<VolumeType, Set<String>> soldOut;
  private final TypesApi api;

  /**
   * @param offered the zones of each type that there is
   * @param soldOut the zones where it is shown, and cannot be had
   */
  public Types(Map<VolumeType, Set<String>> offered, Map<VolumeType, Set<String>> soldOut) {
    this.offered = copy(offered);
    this.soldOut = copy(soldOut);
    api = new TypesApi(this);
  }

  private static Map<VolumeType, Set<String>> copy(Map<VolumeType, Set<String>> zones) {
    var copy = new EnumMap<VolumeType, Set<String>>(VolumeType.class);
    zones.forEach(
        (type, in) -> copy.put(type, Collections.unmodifiableSet(new LinkedHashSet<>(in))));
    return copy;
  }

  /**
   * Reads a setting: {@code SSD, SAS@az1, ESSD@az1, ESSD@az2}; a type without a zone is in all of
   * them.
   *
   * @throws IllegalArgumentException when it names a type or zone that there is not
   */
  public static Map<VolumeType, Set<String>> inZones(String setting, List<String> zones) {
    var read = new EnumMap<VolumeType, Set<String>>(VolumeType.class);
    for (var item : Arrays.stream(setting.split(",")).toList()) {
      var one = item.strip();
      if (one.isEmpty()) {
        continue;
      }
      int at = one.indexOf('@');
      var type =
          VolumeType.named(at < 0 ? one : one.substring(0, at))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "must name types of " + List.of(VolumeType.values())));
      var in = at < 0 ? zones : List.of(one.substring(at + 1));
      if (!zones.containsAll(in)) {
        throw new IllegalArgumentException("must name zones of " + zones);
      }
      read.computeIfAbsent(type, _ -> new LinkedHashSet<>()).addAll(in);
    }
    return read;
  }

  /** Those that are offered anywhere. */
  List<VolumeType> all() {
    return new ArrayList<>(offered.keySet());
  }

  Set<String> zones(VolumeType type) {
    return offered.getOrDefault(type, Set.of());
  }

  Set<String> soldOut(VolumeType type) {
    return soldOut.getOrDefault(type, Set.of());
  }

  /**
   * Whether a volume in that zone may have that type.
   *
   * @throws ApiException TYPE_UNSUPPORTED, TYPE_NOT_IN_ZONE or TYPE_SOLD_OUT when not
   */
  public void check(VolumeType type, String zone) {
    if (zones(type).isEmpty()) {
      throw new ApiException(
          ErrorCode.TYPE_UNSUPPORTED, "this Platter offers " + all() + ", not " + type);
    }
    if (!zones(type).contains(zone)) {
      throw ApiException.filled(
          ErrorCode.TYPE_NOT_IN_ZONE, type + " is offered in " + zones(type), zone, type);
    }
    if (soldOut(type).contains(zone)) {
      throw ApiException.filled(
          ErrorCode.TYPE_SOLD_OUT, type + " is sold out in " + soldOut(type), type, zone);
    }
  }

  public List<Route> routes() {
    return api.routes();
  }
}
