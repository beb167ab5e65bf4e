package platter.sign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** One case of {@code reference/signing-vectors.json}; a text that it does not have is empty. */
public record Vector(
    String name,
    String accessKey,
    String secret,
    String method,
    String url,
    String rawPath,
    String rawQuery,
    Map<String, String> headers,
    byte[] body,
    String canonicalRequest,
    String stringToSign,
    String signedHeaders,
    String signature,
    String authorization,
    String expected) {

  public static List<Vector> group(String group) {
    try (InputStream in = Vector.class.getResourceAsStream("/reference/signing-vectors.json")) {
      var vectors = new ArrayList<Vector>();
      for (var node : Json.read(in.readAllBytes()).get(group)) {
        vectors.add(read(node));
      }
      return vectors;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Vector read(JsonNode node) {
    var request = node.get("request");
    var headers = new LinkedHashMap<String, String>();
    for (var header : request.get("headers").properties()) {
      headers.put(header.getKey(), header.getValue().asString());
    }
    var url = text(request, "url").replace(" ", "%20");
    var target =
        url.isEmpty()
            ? text(request, "request_target")
            : url.substring(text(request, "endpoint").length());
    int question = target.indexOf('?');
    return new Vector(
        text(node, "name"),
        text(node, "access_key"),
        text(node, "secret_key"),
        text(request, "method"),
        url,
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        headers,
        text(request, "body").getBytes(StandardCharsets.UTF_8),
        text(node, "canonical_request"),
        text(node, "string_to_sign"),
        text(node, "signed_headers"),
        text(node, "signature"),
        text(node, "authorization"),
        text(node, "expected"));
  }

  private static String text(JsonNode node, String member) {
    return node.has(member) ? node.get(member).asString() : "";
  }

  /** All values of a header, by lower-case name. */
  public List<String> values(String lowerCaseName) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().toLowerCase(Locale.ROOT).equals(lowerCaseName))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
