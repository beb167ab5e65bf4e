package platter.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import platter.json.Json;
import tools.jackson.databind.JsonNode;

/** What the server answered. Members are named by paths, such as {@code volume_ids[0]}. */
public final class Answer {
  private final HttpResponse<byte[]> response;

  Answer(HttpResponse<byte[]> response) {
    this.response = response;
  }

  public int status() {
    return response.statusCode();
  }

  public String body() {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  public Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  public JsonNode json() {
    return Json.read(response.body());
  }

  public Answer is(int status) {
    assertThat(status())
        .as("%s %s", header("X-Platter-Detail").orElse(""), body())
        .isEqualTo(status);
    return this;
  }

  /** An error of the EVS shape. */
  public Answer isRefused(int status, String code) {
    is(status);
    assertThat(json().at("/error/code").asString("")).as(body()).isEqualTo(code);
    assertThat(json().at("/error/message").isString()).as(body()).isTrue();
    return this;
  }

  /** An error of the gateway's shape, whose id is the one of the header. */
  public Answer isRefusedByTheGateway(int status, String code) {
    is(status);
    has("error_code", code);
    assertThat(text("error_msg")).isNotEmpty();
    return has("request_id", header("X-Request-Id").orElseThrow());
  }

  /** An error of the identity service's shape. */
  public Answer isRefusedByIam(int status, String title) {
    is(status);
    assertThat(at("error.code").isInt()).as(body()).isTrue();
    assertThat(at("error.code").intValue()).isEqualTo(status);
    assertThat(text("error.message")).isNotEmpty();
    return has("error.title", title);
  }

  /** The value of a member, as JSON. */
  public JsonNode at(String path) {
    var pointer = "/" + path.replace("[", "/").replace("]", "").replace(".", "/");
    return json().at(pointer);
  }

  public String text(String path) {
    var node = at(path);
    assertThat(node.isString()).as("%s is a string in %s", path, body()).isTrue();
    return node.stringValue();
  }

  public Answer has(String path, String value) {
    assertThat(at(path).asString("(absent)")).as("%s in %s", path, body()).isEqualTo(value);
    return this;
  }

  public Answer hasNull(String path) {
    assertThat(at(path).isNull()).as("%s is null in %s", path, body()).isTrue();
    return this;
  }

  /** A list of that many elements. */
  public Answer hasSize(String path, int size) {
    assertThat(at(path).isArray()).as("%s is a list in %s", path, body()).isTrue();
    assertThat(at(path).size()).as("%s in %s", path, body()).isEqualTo(size);
    return this;
  }
}
