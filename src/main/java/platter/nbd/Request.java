package platter.nbd;

import java.nio.ByteBuffer;

/**
 * A request as it came. A write's payload follows it.
 *
 * @param cookie the client's own name for it
 * @param length of what it is about, which for some commands is no payload
 */
record Request(int flags, int command, long cookie, long at, long length) {
  /**
   * @param in at a request of {@link Protocol#REQUEST_BYTES}, and stays there
   */
  static Request read(ByteBuffer in) throws ViolationException {
    int p = in.position();
    if (in.getInt(p) != Protocol.REQUEST_MAGIC) {
      throw new ViolationException("a request that does not begin as one");
    }
    return new Request(
        Short.toUnsignedInt(in.getShort(p + 4)),
        Short.toUnsignedInt(in.getShort(p + 6)),
        in.getLong(p + 8),
        in.getLong(p + 16),
        Integer.toUnsignedLong(in.getInt(p + 24)));
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  boolean writes() {
    return switch (command) {
      case Protocol.CMD_WRITE, Protocol.CMD_TRIM, Protocol.CMD_WRITE_ZEROES -> true;
      default -> false;
    };
  }

  boolean hasRange() {
    return switch (command) {
      case Protocol.CMD_READ,
          Protocol.CMD_WRITE,
          Protocol.CMD_TRIM,
          Protocol.CMD_CACHE,
          Protocol.CMD_WRITE_ZEROES,
          Protocol.CMD_BLOCK_STATUS ->
          true;
      default -> false;
    };
  }

  /** Where structured replies are agreed. */
  boolean isAnsweredInChunks() {
    return command == Protocol.CMD_READ || command == Protocol.CMD_BLOCK_STATUS;
  }

  /** Bytes that go over the wire for it, for the limit of them. */
  long bytesMoved() {
    return command == Protocol.CMD_READ || command == Protocol.CMD_WRITE ? length : 0;
  }
}
