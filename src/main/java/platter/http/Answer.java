package platter.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import platter.json.Json;
import tools.jackson.core.JsonGenerator;

/**
 * What is sent back.
 *
 * @param status the HTTP status
 * @param body JSON, or empty
 * @param headers beyond those the server sets itself
 */
public record Answer(int status, byte[] body, List<Map.Entry<String, String>> headers) {
  private static final byte[] NOTHING = {};

  public static Answer json(int status, byte[] body) {
    return new Answer(status, body, List.of());
  }

  /** Writes the body member by member: {@code json(200, g -> { g.writeStartObject(); … })}. */
  public static Answer json(int status, Consumer<JsonGenerator> body) {
    return new Answer(status, Json.write(body), List.of());
  }

  public static Answer empty(int status) {
    return new Answer(status, NOTHING, List.of());
  }

  /**
   * The same with one more header.
   *
   * @param name a constant
   * @param value printable ASCII; it may come from a client, and a line of it would be a header
   */
  public Answer withHeader(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
        throw new IllegalArgumentException("header " + name + " has a character of another kind");
      }
    }
    var more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Answer(status, body, List.copyOf(more));
  }
}
