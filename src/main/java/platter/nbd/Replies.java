package platter.nbd;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Writes replies into buffers: section "Reply message" and "Structured reply" of the protocol. */
final class Replies {
  /** What {@link #error} takes at most. */
  static final int ERROR_BYTES = Protocol.CHUNK_BYTES + 6;

  static final int EXTENT_BYTES = 8;

  /** Of an extent's length: it has 32 bits, and blocks stay whole. */
  static final long MOST_EXTENT = 0xffff0000L;

  private Replies() {}

  /** To any request but a read or block status with structured replies. */
  static void simple(ByteBuffer to, long cookie, Optional<Errno> error) {
    to.putInt(Protocol.SIMPLE_MAGIC).putInt(error.map(Errno::number).orElse(0)).putLong(cookie);
  }

  static void error(ByteBuffer to, long cookie, boolean structured, Errno error) {
    if (!structured) {
      simple(to, cookie, Optional.of(error));
      return;
    }
    chunk(to, Protocol.REPLY_FLAG_DONE, Protocol.REPLY_ERROR, cookie, 6);
    to.putInt(error.number()).putShort((short) 0);
  }

  /** How many bytes stand before the data of a read. */
  static int headBytes(boolean structured) {
    return structured ? Protocol.CHUNK_BYTES + 8 : Protocol.SIMPLE_BYTES;
  }

  /**
   * What stands before the data of a read.
   *
   * @param at of the data
   * @param last whether no more follows
   */
  static void dataHead(
      ByteBuffer to, long cookie, boolean structured, long at, long length, boolean last) {
    if (structured) {
      int flags = last ? Protocol.REPLY_FLAG_DONE : 0;
      chunk(to, flags, Protocol.REPLY_OFFSET_DATA, cookie, length + 8);
      to.putLong(at);
    } else {
      simple(to, cookie, Optional.empty());
    }
  }

  /**
   * @param extents none longer than {@link #MOST_EXTENT}
   */
  static void blockStatus(ByteBuffer to, long cookie, List<Extent> extents) {
    chunk(
        to,
        Protocol.REPLY_FLAG_DONE,
        Protocol.REPLY_BLOCK_STATUS,
        cookie,
        4 + (long) extents.size() * EXTENT_BYTES);
    to.putInt(Protocol.ALLOCATION_ID);
    for (var extent : extents) {
      to.putInt((int) extent.length());
      to.putInt(extent.hole() ? Protocol.STATE_HOLE | Protocol.STATE_ZERO : 0);
    }
  }

  private static void chunk(ByteBuffer to, int flags, int type, long cookie, long length) {
    to.putInt(Protocol.STRUCTURED_MAGIC)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(cookie)
        .putInt((int) length);
  }
}
