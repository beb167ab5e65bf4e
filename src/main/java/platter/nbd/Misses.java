package platter.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reads of one connection that have to wait for the disk. Those that came together are handed
 * to one worker, as many as one buffer holds, if the system brings all of them into memory at the
 * same time: then it waits no longer for all than for the slowest, and sends their replies at once.
 */
final class Misses {
  private final Export export;
  private final boolean structured;
  private final Buffers buffers;
  private final Errands errands;
  private final Failures failures;

  private Optional<ByteBuffer> buffer = Optional.empty();
  private List<Request> requests = new ArrayList<>();
  private int room;

  Misses(Export export, boolean structured, Buffers buffers, Errands errands, Failures failures) {
    this.export = export;
    this.structured = structured;
    this.buffers = buffers;
    this.errands = errands;
    this.failures = failures;
  }

  private int bytes(Request request) {
    return Math.max(Replies.headBytes(structured) + (int) request.length(), Replies.ERROR_BYTES);
  }

  /**
   * Has it done, with others that come before {@link #hand}.
   *
   * @return false when there is no memory for it
   */
  boolean add(Request request) {
    int bytes = bytes(request);
    if (room < bytes || !isComing(request)) {
      hand();
      buffer = buffers.take((int) request.length());
      if (buffer.isEmpty()) {
        return false;
      }
      room = buffer.get().capacity();
    }
    room -= bytes;
    requests.add(request);
    return true;
  }

  private boolean isComing(Request request) {
    try {
      return export.cache(request.at(), request.length());
    } catch (IOException _) {
      return false; // the read itself tells why
    }
  }

  /** No more come now. */
  void hand() {
    if (buffer.isPresent()) {
      var taken = buffer.get();
      var some = requests;
      buffer = Optional.empty();
      requests = new ArrayList<>();
      room = 0;
      errands.hand(taken, () -> answer(taken, some));
    }
  }

  private void answer(ByteBuffer replies, List<Request> some) {
    int head = Replies.headBytes(structured);
    for (var request : some) {
      int start = replies.position();
      int length = (int) request.length();
      try {
        export.read(replies.position(start + head).limit(start + head + length), request.at());
        replies.limit(replies.capacity()).position(start);
        Replies.dataHead(replies, request.cookie(), structured, request.at(), length, true);
        replies.position(start + head + length);
      } catch (IOException | RuntimeException | Error e) {
        failures.answer(replies.limit(replies.capacity()).position(start), request, e);
      }
    }
  }

  /** The end: what was not handed over is not done. */
  void close() {
    buffer.ifPresent(buffers::giveBack);
    buffer = Optional.empty();
  }
}
