package platter.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import platter.error.ApiException;
import platter.error.ErrorCode;

/** The body of one request, read as it arrives and within its limits. */
final class RequestBody {
  /** The gateway's limit of a body (page "API Gateway errors"). */
  static final int MAX_BYTES = 12 << 20;

  /** A body must have arrived after so long, however slowly its bytes drop in. */
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * So much of what nobody wants is read, so that a client which still sends it gets its answer.
   */
  private static final int MAX_DROPPED_BYTES = 4 * MAX_BYTES;

  private static final byte[] NONE = {};

  private final ServerRequest request;
  private @Nullable InputStream in;
  private boolean broken;

  RequestBody(ServerRequest request) {
    this.request = request;
  }

  /**
   * The whole of it.
   *
   * @throws ApiException when it is too large, too slow, or not what was announced
   */
  byte[] bytes() {
    var announced = request.headers().contentLength();
    if (announced.isPresent() && announced.getAsLong() > MAX_BYTES) {
      throw tooLarge();
    }
    if (!request.content().hasEntity()) {
      return NONE;
    }
    long deadline = System.nanoTime() + MAX_NANOS;
    var parts = new ArrayList<byte[]>();
    int length = 0;
    try {
      in = request.content().inputStream();
      var buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        length += n;
        if (length > MAX_BYTES) {
          throw tooLarge();
        }
        if (System.nanoTime() > deadline) {
          broken = true;
          throw new ApiException(ErrorCode.REQUEST_TIMEOUT, "the body took more than 60 s");
        }
        parts.add(Arrays.copyOf(buffer, n));
      }
    } catch (ApiException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the library has no one type for a bad body
      broken = true;
      throw cutOff(e);
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    var whole = new byte[length];
    int at = 0;
    for (var part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  /**
   * Reads on to the end what was not wanted, after the answer: a connection that is closed while
   * the client still sends is reset, and the client never sees why.
   *
   * @return whether the connection is good for another request
   */
  boolean drop() {
    if (broken) {
      return false;
    }
    if (!request.content().hasEntity() || request.content().consumed()) {
      return true;
    }
    if (in == null && request.headers().contains(HeaderNames.EXPECT)) {
      return false; // it waits to be told to send
    }
    if (request.headers().contentLength().orElse(0) > MAX_DROPPED_BYTES) {
      return false; // would not come to its end
    }
    long deadline = System.nanoTime() + MAX_NANOS;
    try {
      var rest = in == null ? request.content().inputStream() : in;
      var buffer = new byte[8192];
      int left = MAX_DROPPED_BYTES;
      for (int n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
        left -= n;
        if (left < 0 || System.nanoTime() > deadline) {
          return false;
        }
      }
      return true;
    } catch (IOException | RuntimeException e) { // as above; it is being closed in any case
      return false;
    }
  }

  private static ApiException tooLarge() {
    return new ApiException(
        ErrorCode.BODY_TOO_LARGE, "a body may have " + (MAX_BYTES >> 20) + " MiB");
  }

  private static ApiException cutOff(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return new ApiException(ErrorCode.REQUEST_TIMEOUT, "the body stopped arriving");
      }
    }
    return new ApiException(
        ErrorCode.API_REQUEST, "the body is not what its length or its chunks announce");
  }
}
