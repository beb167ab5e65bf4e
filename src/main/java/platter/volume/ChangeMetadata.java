package platter.volume;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import platter.db.Database;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.VolumeId;

/**
 * Changes a volume's metadata. Keys by which the service itself tells something of the volume stay
 * as they are.
 */
final class ChangeMetadata {
  private static final String SYSTEM_PREFIX = "__system__";
  private static final Set<String> SYSTEM =
      Set.of(
          "hw:passthrough",
          AttachVolume.READONLY,
          AttachVolume.ATTACHED_MODE,
          "orderID",
          "resourceType",
          "resourceSpecCode",
          "policy");

  private final Database db;
  private final VolumeStore store;

  ChangeMetadata(Database db, VolumeStore store) {
    this.db = db;
    this.store = store;
  }

  /**
   * Adds keys, or gives them other values. Returns all.
   *
   * @throws ApiException NOT_FOUND, METADATA_TOO_LARGE, METADATA_PROTECTED
   */
  Map<String, String> merge(ProjectId project, VolumeId id, Map<String, String> more) {
    return change(
        project,
        id,
        now -> {
          var merged = new TreeMap<>(now);
          merged.putAll(more);
          return merged;
        });
  }

  /**
   * Makes the map the whole of it, beside the service's own keys. Returns all.
   *
   * @throws ApiException as {@link #merge}
   */
  Map<String, String> replace(ProjectId project, VolumeId id, Map<String, String> instead) {
    return change(project, id, now -> replaced(now, instead));
  }

  static Map<String, String> replaced(Map<String, String> now, Map<String, String> instead) {
    var replaced = new TreeMap<>(instead);
    now.forEach(
        (key, value) -> {
          if (isSystem(key)) {
            replaced.putIfAbsent(key, value);
          }
        });
    return replaced;
  }

  /**
   * @throws ApiException NOT_FOUND when volume or key is not there, METADATA_PROTECTED
   */
  void remove(ProjectId project, VolumeId id, String key) {
    change(
        project,
        id,
        now -> {
          if (!now.containsKey(key)) {
            throw noKey(id, key);
          }
          var rest = new TreeMap<>(now);
          rest.remove(key);
          return rest;
        });
  }

  private Map<String, String> change(
      ProjectId project, VolumeId id, UnaryOperator<Map<String, String>> to) {
    return db.inTx(
        tx -> {
          var now =
              store
                  .findToChange(tx, project, id)
                  .orElseThrow(() -> Volumes.notFound(id))
                  .metadata();
          var changed = to.apply(now);
          check(now, changed);
          store.setMetadata(tx, id, changed);
          return changed;
        });
  }

  /**
   * @throws ApiException METADATA_TOO_LARGE, METADATA_PROTECTED
   */
  static void check(Map<String, String> now, Map<String, String> changed) {
    CreateRequest.sizes(changed);
    var keys = new TreeMap<>(now);
    keys.putAll(changed);
    for (var key : keys.keySet()) {
      if (isSystem(key) && !Objects.equals(now.get(key), changed.get(key))) {
        throw new ApiException(
            ErrorCode.METADATA_PROTECTED, key + " is the service's own and cannot be changed");
      }
    }
  }

  private static boolean isSystem(String key) {
    return key.startsWith(SYSTEM_PREFIX) || SYSTEM.contains(key);
  }

  static ApiException noKey(VolumeId id, String key) {
    return new ApiException(
        ErrorCode.NOT_FOUND, "Volume " + id + " has no metadata with key " + key + ".");
  }
}
