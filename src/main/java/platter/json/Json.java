package platter.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes JSON. */
public final class Json {
  /** Nobody needs more: the deepest documented body has four levels. */
  static final int MAX_DEPTH = 32;

  /** Longer numbers are refused by their length, before anybody computes with them. */
  static final int MAX_NUMBER_CHARACTERS = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARACTERS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /** Not JSON, or JSON beyond the limits. The message says where, never what stood there. */
  public static final class BadJson extends RuntimeException {
    BadJson(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads a whole text.
   *
   * @throws BadJson when it is not UTF-8, not one JSON value, has a member twice, or is too deep
   */
  public static JsonNode read(byte[] text) {
    try {
      // not left to the library, which guesses UTF-16 and takes overlong and half characters
      return read(UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException e) {
      throw new BadJson("not valid UTF-8");
    }
  }

  public static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new BadJson(whatAndWhere(e));
    } catch (NumberFormatException e) {
      throw new BadJson("not valid JSON: a number with an exponent beyond all limits");
    }
  }

  private static String whatAndWhere(JacksonException e) {
    var at = e.getLocation();
    return at == null
        ? "not valid JSON"
        : "not valid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /** Writes one value, member by member. */
  public static byte[] write(Consumer<JsonGenerator> value) {
    var out = new ByteArrayOutputStream(512);
    try (var generator = MAPPER.createGenerator(out)) {
      value.accept(generator);
    }
    return out.toByteArray();
  }

  /** Writes a tree, on one line. */
  public static byte[] write(JsonNode tree) {
    return MAPPER.writeValueAsBytes(tree);
  }

  /** Writes a tree for people, indented. */
  public static String pretty(JsonNode tree) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
  }

  /** The library itself, for records that become JSON and back. */
  public static JsonMapper mapper() {
    return MAPPER;
  }
}
