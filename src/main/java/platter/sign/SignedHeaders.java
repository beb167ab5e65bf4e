package platter.sign;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The names of the headers that a signature covers.
 *
 * @param text lower-case names joined by semicolons, as it stands in the Authorization header
 * @param names the same, apart
 * @param coverDate whether {@link SdkDate#HEADER} is among them
 * @param coverContentHash whether {@link CanonicalRequest#CONTENT_HASH_HEADER} is among them
 */
public record SignedHeaders(
    String text, List<String> names, boolean coverDate, boolean coverContentHash) {
  private SignedHeaders(String text, List<String> names) {
    this(
        text,
        names,
        names.contains(SdkDate.HEADER),
        names.contains(CanonicalRequest.CONTENT_HASH_HEADER));
  }

  /** More than any client sends; a bound on what one request may make us do. */
  static final int MAX_NAMES = 100;

  /** Sorts them; the names are in lower case. */
  public static SignedHeaders of(Collection<String> names) {
    var sorted = names.stream().sorted().toList();
    return new SignedHeaders(String.join(";", sorted), sorted);
  }

  /** Empty when a name is empty or not in lower case, or when there are too many. */
  static Optional<SignedHeaders> parse(String text) {
    var names = new ArrayList<String>(8);
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf(';', from);
      int to = end < 0 ? text.length() : end;
      if (to == from || names.size() == MAX_NAMES || !isName(text, from, to)) {
        return Optional.empty();
      }
      names.add(text.substring(from, to));
      from = to + 1;
    }
    return Optional.of(new SignedHeaders(text, names));
  }

  private static boolean isName(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 127 || c == ':' || (c >= 'A' && c <= 'Z')) {
        return false;
      }
    }
    return true;
  }
}
