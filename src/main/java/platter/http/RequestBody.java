package platter.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import platter.error.ApiException;
import platter.error.ErrorCode;

/**
 * The body of one request, read as it arrives and within its limits: those of the one, and those of
 * all that are in memory at one time.
 */
final class RequestBody implements AutoCloseable {
  /** The gateway's limit of a body (page "API Gateway errors"). */
  static final int MAX_BYTES = 12 << 20;

  /** Of somebody who is not known yet; a login has a few hundred bytes. */
  static final int MAX_BYTES_OF_STRANGER = 64 << 10;

  /** A body must have arrived after so long, however slowly its bytes drop in. */
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  /**
   * So much of what nobody wants is read, so that a client which still sends it gets its answer.
   */
  private static final int MAX_DROPPED_BYTES = 4 * MAX_BYTES;

  private static final byte[] NONE = {};

  /** What the large bodies of a server take of the memory together, in pieces. */
  static final class Room {
    private static final int PIECE_BYTES = 64 << 10;

    /** What is made of a body while it is understood takes several times as much. */
    private static final int PART_OF_MEMORY = 16;

    private final Semaphore pieces;

    Room(long bytes) {
      pieces = new Semaphore((int) Math.min(bytes / PIECE_BYTES, Integer.MAX_VALUE));
    }

    static Room ofThisMachine() {
      return new Room(Math.max(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY, 2L * MAX_BYTES));
    }
  }

  private final ServerRequest request;
  private final Room room;
  private int taken;
  private @Nullable InputStream in;
  private byte @Nullable [] whole;
  private boolean broken;

  RequestBody(ServerRequest request, Room room) {
    this.request = request;
    this.room = room;
  }

  /**
   * The whole of it.
   *
   * @throws ApiException when it is too large, too slow, or not what was announced, or when too
   *     many are being read
   */
  byte[] bytes() {
    return bytes(MAX_BYTES);
  }

  /** The same of somebody who has not been asked who it is. */
  byte[] ofStranger() {
    return bytes(MAX_BYTES_OF_STRANGER);
  }

  private byte[] bytes(int most) {
    var known = whole;
    if (known == null) {
      known = read(most);
      whole = known;
    }
    return known;
  }

  private byte[] read(int most) {
    var announced = request.headers().contentLength();
    if (announced.isPresent() && announced.getAsLong() > most) {
      throw tooLarge(most);
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
        if (length > most) {
          throw tooLarge(most);
        }
        makeRoom(length);
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
    var joined = new byte[length];
    int at = 0;
    for (var part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  /** Nobody waits for it: those who send it would hold what they have. */
  private void makeRoom(int bytes) {
    int needed = bytes / Room.PIECE_BYTES;
    if (needed > taken) {
      if (!room.pieces.tryAcquire(needed - taken)) {
        throw new ApiException(
            ErrorCode.THROTTLED, "too many large bodies at one time; send it again");
      }
      taken = needed;
    }
  }

  @Override
  public void close() {
    room.pieces.release(taken);
    taken = 0;
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

  private static ApiException tooLarge(int most) {
    return new ApiException(
        ErrorCode.BODY_TOO_LARGE,
        "this body may have " + (most < MAX_BYTES ? (most >> 10) + " KiB" : (most >> 20) + " MiB"));
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
