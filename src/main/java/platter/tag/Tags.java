package platter.tag;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.Shape;

/** The rules of tags. */
public final class Tags {
  private static final int MAX_TAGS = 10;
  private static final int MAX_KEY = 36;
  private static final int MAX_VALUE = 43;

  private static final Shape PAIR =
      Shape.object(
          Shape.needs("key", Shape.text(MAX_KEY)), Shape.may("value", Shape.text(MAX_VALUE)));

  /** What {@link #toAdd} reads. */
  static final Shape.Member PAIRS = Shape.needs("tags", Shape.list(PAIR, 1, MAX_TAGS));

  /** What {@link #toRemove} reads. */
  static final Shape.Member KEYS = Shape.needs("tags", Shape.list(PAIR, 1, Integer.MAX_VALUE));

  private Tags() {}

  /**
   * Checks the tags of one resource.
   *
   * @throws ApiException TOO_MANY_TAGS, INVALID_TAG
   */
  public static void check(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw new ApiException(
          ErrorCode.TOO_MANY_TAGS, "a resource may have " + MAX_TAGS + " tags, not " + tags.size());
    }
    tags.forEach(
        (key, value) -> {
          checkKey(key);
          if (!allowed(value, MAX_VALUE, true)) {
            throw new ApiException(
                ErrorCode.INVALID_TAG,
                "a tag value has 0..43 characters of A-Z a-z 0-9 - _ . and U+4E00..U+9FFF");
          }
        });
  }

  private static void checkKey(String key) {
    if (key.isEmpty() || !allowed(key, MAX_KEY, false)) {
      throw new ApiException(
          ErrorCode.INVALID_TAG,
          "a tag key has 1..36 characters of A-Z a-z 0-9 - _ and U+4E00..U+9FFF");
    }
  }

  /**
   * The list of pairs of a call that adds tags. A value that is not there is empty.
   *
   * @throws ApiException TOO_MANY_TAGS, INVALID_TAG
   */
  static Map<String, String> toAdd(Body body) {
    var tags = new LinkedHashMap<String, String>();
    for (var pair : pairs(body)) {
      var key = key(pair);
      if (tags.put(key, pair.text("value").orElse("")) != null) {
        throw twice(key);
      }
    }
    check(tags);
    return tags;
  }

  /**
   * The keys of a call that takes tags away; values may be given and do not matter.
   *
   * @throws ApiException INVALID_TAG
   */
  static Set<String> toRemove(Body body) {
    var keys = new LinkedHashSet<String>();
    for (var pair : pairs(body)) {
      var key = key(pair);
      pair.text("value");
      checkKey(key);
      if (!keys.add(key)) {
        throw twice(key);
      }
    }
    return keys;
  }

  private static List<Body> pairs(Body body) {
    return body.objects("tags")
        .filter(pairs -> !pairs.isEmpty())
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_TAG, "tags is missing or empty"));
  }

  private static String key(Body pair) {
    return pair.text("key")
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_TAG, "a tag has no key"));
  }

  private static ApiException twice(String key) {
    return new ApiException(ErrorCode.INVALID_TAG, "the tag key " + key + " stands there twice");
  }

  private static boolean allowed(String text, int max, boolean dot) {
    if (text.length() > max) {
      return false;
    }
    return text.chars()
        .allMatch(
            c ->
                (c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || (dot && c == '.')
                    || (c >= 0x4e00 && c <= 0x9fff));
  }
}
