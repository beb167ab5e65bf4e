package platter.tag;

import java.util.Map;
import platter.error.ApiException;
import platter.error.ErrorCode;

/** The rules of tags. */
public final class Tags {
  private static final int MAX_TAGS = 10;
  private static final int MAX_KEY = 36;
  private static final int MAX_VALUE = 43;

  private Tags() {}

  /**
   * Checks the tags of one resource.
   *
   * @throws ApiException TOO_MANY_TAGS, INVALID_TAG
   */
  public static void check(Map<String, String> tags) {
    if (tags.size() > MAX_TAGS) {
      throw new ApiException(
          ErrorCode.TOO_MANY_TAGS, "a volume may have " + MAX_TAGS + " tags, not " + tags.size());
    }
    tags.forEach(
        (key, value) -> {
          if (key.isEmpty() || !allowed(key, MAX_KEY, false)) {
            throw new ApiException(
                ErrorCode.INVALID_TAG,
                "a tag key has 1..36 characters of A-Z a-z 0-9 - _ and U+4E00..U+9FFF");
          }
          if (!allowed(value, MAX_VALUE, true)) {
            throw new ApiException(
                ErrorCode.INVALID_TAG,
                "a tag value has 0..43 characters of A-Z a-z 0-9 - _ . and U+4E00..U+9FFF");
          }
        });
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
