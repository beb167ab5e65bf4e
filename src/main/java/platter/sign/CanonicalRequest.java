package platter.sign;

import static java.util.Comparator.comparing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The text that both sides of a signature must write alike (page "Signing", sections 1 to 3). */
public final class CanonicalRequest {
  /** The header by which a client says which hash, or none, stands for its body. */
  public static final String CONTENT_HASH_HEADER = "x-sdk-content-sha256";

  /** The value of that header when the body is not signed. */
  public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

  /** An everyday request with room to spare. */
  private static final int USUAL_CHARACTERS = 640;

  private record Pair(String key, String text) {}

  private static final Comparator<Pair> BY_KEY = comparing(Pair::key);
  private static final Comparator<Pair> BY_KEY_IN_ANY_CASE =
      comparing(pair -> pair.key().toLowerCase(Locale.ROOT));

  private CanonicalRequest() {}

  /** A header stands among the signed ones and is not there. */
  public static final class MissingHeader extends Exception {
    MissingHeader(String name) {
      super("signed header " + name + " is missing", null, false, false);
    }
  }

  /**
   * The text for one request.
   *
   * @param payloadHash what stands for the body: lower-case hex of its SHA-256, or the word that it
   *     is not signed
   */
  public static String of(
      Rules rules, WireRequest request, SignedHeaders signed, String payloadHash)
      throws MissingHeader {
    var out = new StringBuilder(USUAL_CHARACTERS);
    out.append(request.method()).append('\n');
    Percent.path(out, request.rawPath());
    if (out.charAt(out.length() - 1) != '/') {
      out.append('/');
    }
    out.append('\n');
    switch (rules) {
      case CURRENT, CURRENT_LINE_PER_VALUE -> query(out, request.rawQuery(), BY_KEY, false);
      case OLDER -> query(out, request.rawQuery(), BY_KEY_IN_ANY_CASE, true);
      case OLDER_QUERY_AS_BODY -> {}
    }
    out.append('\n');
    for (var name : signed.names()) {
      header(out, rules, name, request.headers().apply(name));
    }
    return out.append('\n').append(signed.text()).append('\n').append(payloadHash).toString();
  }

  private static void query(
      StringBuilder out, String raw, Comparator<Pair> order, boolean plusIsSpace) {
    if (raw.isEmpty()) {
      return;
    }
    var pairs = pairs(raw, plusIsSpace);
    pairs.sort(order); // stable: equal keys keep the order of the wire
    for (int i = 0; i < pairs.size(); i++) {
      if (i > 0) {
        out.append('&');
      }
      out.append(pairs.get(i).text());
    }
  }

  private static List<Pair> pairs(String raw, boolean plusIsSpace) {
    var pairs = new ArrayList<Pair>();
    int from = 0;
    while (from < raw.length()) {
      int and = raw.indexOf('&', from);
      int to = and < 0 ? raw.length() : and;
      if (to > from) {
        int equal = raw.indexOf('=', from);
        int keyEnd = equal < 0 || equal > to ? to : equal;
        var key = Percent.part(raw, from, keyEnd, plusIsSpace);
        var value = keyEnd == to ? "" : Percent.part(raw, keyEnd + 1, to, plusIsSpace);
        pairs.add(new Pair(key, key + "=" + value));
      }
      from = to + 1;
    }
    return pairs;
  }

  private static void header(StringBuilder out, Rules rules, String name, List<String> values)
      throws MissingHeader {
    if (values.isEmpty()) {
      throw new MissingHeader(name);
    }
    switch (rules) {
      case CURRENT -> out.append(name).append(':').append(values.getFirst()).append('\n');
      case CURRENT_LINE_PER_VALUE -> {
        for (var value : values.stream().sorted().toList()) {
          out.append(name).append(':').append(value).append('\n');
        }
      }
      case OLDER, OLDER_QUERY_AS_BODY -> {
        out.append(name).append(':');
        folded(out, values.getFirst());
        out.append('\n');
      }
    }
  }

  private static void folded(StringBuilder out, String value) {
    boolean inSpace = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean space = c == ' ' || (c >= '\t' && c <= '\r');
      if (!space) {
        out.append(c);
      } else if (!inSpace) {
        out.append(' ');
      }
      inSpace = space;
    }
  }

  /**
   * The query as the body of a form, the way Go writes it: sorted by key, a space as a plus sign.
   * The older client signs its hash in place of an empty body's.
   */
  public static String queryAsBody(String rawQuery) {
    var out = new StringBuilder();
    query(out, rawQuery, BY_KEY, true);
    return out.toString().replace("%20", "+");
  }
}
