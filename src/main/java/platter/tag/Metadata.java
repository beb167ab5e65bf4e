package platter.tag;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.Shape;

/**
 * The rules of metadata of any resource. Keys by which the service itself tells something of the
 * resource stay as they are.
 *
 * @param own whether a key is the service's own
 * @param refusal of a change of such a key
 */
public record Metadata(Predicate<String> own, ErrorCode refusal) {
  /** How keys of the service's own begin, whatever the resource. */
  public static final String SYSTEM = "__system__";

  /** The body of a call that adds keys, or replaces all. */
  public static final Shape.Members MAP = Shape.object(Shape.needs("metadata", Shape.strings()));

  /** The body of a call about the one key of the path. */
  public static final Shape.Members ONE = Shape.object(Shape.needs("meta", Shape.strings()));

  private static final int MAX_BYTES = 255;
  private static final int MAX_TOTAL_BYTES = 1_048_576;

  /**
   * Checks keys and values.
   *
   * @throws ApiException METADATA_TOO_LARGE
   */
  public static void sizes(Map<String, String> metadata) {
    long total = 0;
    for (var entry : metadata.entrySet()) {
      var both = entry.getKey() + entry.getValue();
      total += both.getBytes(StandardCharsets.UTF_8).length;
      if (entry.getKey().isEmpty()
          || !Body.isText(entry.getKey(), MAX_BYTES)
          || !Body.isText(entry.getValue(), MAX_BYTES)) {
        throw new ApiException(
            ErrorCode.METADATA_TOO_LARGE,
            "keys and values of metadata have up to "
                + MAX_BYTES
                + " bytes and no control characters");
      }
    }
    if (total >= MAX_TOTAL_BYTES) {
      throw new ApiException(ErrorCode.METADATA_TOO_LARGE, "metadata has " + total + " bytes");
    }
  }

  /** What there was, and more: keys are added or get other values. */
  public static Map<String, String> merged(Map<String, String> now, Map<String, String> more) {
    var merged = new TreeMap<>(now);
    merged.putAll(more);
    return merged;
  }

  /** The map as a whole, beside the service's own keys. */
  public Map<String, String> replaced(Map<String, String> now, Map<String, String> instead) {
    var replaced = new TreeMap<>(instead);
    now.forEach(
        (key, value) -> {
          if (own.test(key)) {
            replaced.putIfAbsent(key, value);
          }
        });
    return replaced;
  }

  /**
   * Checks a change. One of the service's own keys may be there, as it was.
   *
   * @throws ApiException METADATA_TOO_LARGE, or the refusal
   */
  public void check(Map<String, String> now, Map<String, String> changed) {
    sizes(changed);
    for (var key : merged(now, changed).keySet()) {
      if (own.test(key) && !Objects.equals(now.get(key), changed.get(key))) {
        throw new ApiException(refusal, key + " is the service's own and cannot be changed");
      }
    }
  }
}
