package platter.nbd;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** How the failures of one connection are told: to its client each, and once to the operator. */
final class Failures {
  private final boolean structured;
  private final Traffic traffic;
  private final AtomicBoolean told = new AtomicBoolean();

  /**
   * @param structured as agreed with the client
   * @param traffic counts them
   */
  Failures(boolean structured, Traffic traffic) {
    this.structured = structured;
    this.traffic = traffic;
  }

  void answer(ByteBuffer to, Request request, Errno error) {
    traffic.failed(error);
    Replies.error(to, request.cookie(), structured && request.isAnsweredInChunks(), error);
  }

  void answer(ByteBuffer to, Request request, Throwable e) {
    answer(to, request, errno(e));
  }

  Errno errno(Throwable e) {
    if (e instanceof RefusedException refused) {
      return refused.errno();
    }
    if (!told.getAndSet(true)) { // once: a broken disk fails all of them
      Session.LOG.log(System.Logger.Level.WARNING, "a volume's request failed", e);
    }
    return Errno.EIO;
  }
}
