package platter.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Percent-encoded text of a URL, decoded strictly: valid UTF-8 or nothing. */
final class Query {
  private Query() {}

  /** Not percent-encoded UTF-8. */
  static final class BadEncoding extends Exception {
    BadEncoding() {
      super("the URL is not percent-encoded UTF-8", null, false, false);
    }
  }

  /** The parameters of a raw query in their order; a plus sign is a space. */
  static Map<String, List<String>> parse(String rawQuery) throws BadEncoding {
    if (rawQuery.isEmpty()) {
      return Map.of();
    }
    var parameters = new LinkedHashMap<String, List<String>>();
    for (int from = 0; from <= rawQuery.length(); ) {
      int amp = rawQuery.indexOf('&', from);
      int to = amp < 0 ? rawQuery.length() : amp;
      if (to > from) {
        int equals = rawQuery.indexOf('=', from);
        boolean bare = equals < 0 || equals >= to;
        var key = decode(rawQuery.substring(from, bare ? to : equals).replace('+', ' '));
        var value = bare ? "" : decode(rawQuery.substring(equals + 1, to).replace('+', ' '));
        parameters.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(value);
      }
      from = to + 1;
    }
    return parameters;
  }

  /** Decodes percent signs. */
  static String decode(String raw) throws BadEncoding {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    var out = new ByteArrayOutputStream(raw.length());
    var bytes = raw.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.write(bytes[i]);
        continue;
      }
      if (i + 2 >= bytes.length
          || !HexFormat.isHexDigit(bytes[i + 1])
          || !HexFormat.isHexDigit(bytes[i + 2])) {
        throw new BadEncoding();
      }
      out.write(HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BadEncoding();
    }
  }
}
