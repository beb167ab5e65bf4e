package platter.http;

import platter.error.ApiException;
import platter.error.ErrorCode;

/** Errors in the shape that the family and the code ask for (reference: "Body shapes"). */
final class Errors {
  /** Where a detail for humans travels, so that the body stays as documented. */
  static final String DETAIL = "X-Platter-Detail";

  private static final int MAX_DETAIL = 1000;

  private Errors() {}

  static Answer of(ApiException e, String requestId) {
    return of(e.code(), e.message(), e.detail(), requestId);
  }

  static Answer of(ErrorCode code, String message, String detail, String requestId) {
    var answer =
        code.code().startsWith("APIGW.") ? gateway(code, message, requestId) : evs(code, message);
    return answer.withHeader(DETAIL, printable(detail));
  }

  /** In the shape of the family. */
  static Answer of(Face face, ApiException e, String requestId) {
    if (e.code().code().startsWith("APIGW.")) {
      return of(e, requestId);
    }
    return switch (face) {
      case EVS, JOBS, PLATTER -> of(e, requestId);
      case CINDER -> {
        var code = cinderCode(e.code());
        yield cinder(code.status(), e.detail()).withHeader(DETAIL, printable(code.code()));
      }
      case IAM, OPEN ->
          iam(e.code().status(), e.detail(), title(e.code().status()))
              .withHeader(DETAIL, printable(e.code().code()));
    };
  }

  /** What the identity service says beside a status. */
  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 503 -> "Service Unavailable";
      default -> status < 500 ? "Bad Request" : "Internal Server Error";
    };
  }

  /** OpenStack has one code where a quota is too small, and says 413 (page "Error Codes"). */
  private static ErrorCode cinderCode(ErrorCode code) {
    return code == ErrorCode.VOLUMES_QUOTA || code == ErrorCode.GIGABYTES_QUOTA
        ? ErrorCode.INSUFFICIENT_QUOTA
        : code;
  }

  /** What OpenStack's clients print: a sentence for a human. */
  private static Answer cinder(int status, String message) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart(cinderKey(status));
          g.writeStringProperty("message", message);
          g.writeNumberProperty("code", status);
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private static String cinderKey(int status) {
    return switch (status) {
      case 400 -> "badRequest";
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "itemNotFound";
      case 405 -> "badMethod";
      case 406 -> "notAcceptable";
      case 409 -> "conflictingRequest";
      case 413, 429 -> "overLimit";
      case 415 -> "badMediaType";
      case 501 -> "notImplemented";
      case 503 -> "serviceUnavailable";
      default -> "computeFault";
    };
  }

  private static Answer evs(ErrorCode code, String message) {
    return Answer.json(
        code.status(),
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("error");
          g.writeStringProperty("message", message);
          g.writeStringProperty("code", code.code());
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private static Answer gateway(ErrorCode code, String message, String requestId) {
    return Answer.json(
        code.status(),
        g -> {
          g.writeStartObject();
          g.writeStringProperty("error_msg", message);
          g.writeStringProperty("error_code", code.code());
          g.writeStringProperty("request_id", requestId);
          g.writeEndObject();
        });
  }

  static Answer iam(int status, String message, String title) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("error");
          g.writeNumberProperty("code", status);
          g.writeStringProperty("message", message);
          g.writeStringProperty("title", title);
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  /**
   * Header values are printable ASCII; what a caller sent comes back as question marks at worst.
   */
  private static String printable(String detail) {
    var out = new StringBuilder();
    for (int i = 0; i < detail.length() && i < MAX_DETAIL; i++) {
      char c = detail.charAt(i);
      out.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return out.toString();
  }
}
