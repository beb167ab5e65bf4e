package platter.nbd;

import java.util.Optional;

/**
 * Which requests are not even begun, and why: sections "Request types", "Command flags" and "Error
 * values" of the protocol.
 *
 * @param structured replies are agreed
 * @param allocation is agreed: the context that a block status needs
 */
record Rules(boolean readOnly, boolean structured, boolean allocation) {
  private static final int KNOWN_FLAGS =
      Protocol.CMD_FLAG_FUA
          | Protocol.CMD_FLAG_NO_HOLE
          | Protocol.CMD_FLAG_DF
          | Protocol.CMD_FLAG_REQ_ONE
          | Protocol.CMD_FLAG_FAST_ZERO;

  /**
   * @param size of the export
   */
  Optional<Errno> refusal(Request request, long size) {
    int command = request.command();
    if (command > Protocol.CMD_BLOCK_STATUS || !flagsFit(request)) {
      return Optional.of(Errno.EINVAL);
    }
    if (request.writes() && readOnly) {
      return Optional.of(Errno.EPERM);
    }
    if (!request.hasRange()) {
      return Optional.empty();
    }
    boolean payload = command == Protocol.CMD_READ || command == Protocol.CMD_WRITE;
    if (request.length() == 0
        || (payload && request.length() > Protocol.MAX_PAYLOAD_BYTES)
        || (command == Protocol.CMD_BLOCK_STATUS && !allocation)) {
      return Optional.of(Errno.EINVAL);
    }
    if (!isInside(request, size)) {
      boolean wantsSpace = command == Protocol.CMD_WRITE || command == Protocol.CMD_WRITE_ZEROES;
      return Optional.of(wantsSpace ? Errno.ENOSPC : Errno.EINVAL);
    }
    return Optional.empty();
  }

  private boolean flagsFit(Request request) {
    int command = request.command();
    return (request.flags() & ~KNOWN_FLAGS) == 0
        && (!request.has(Protocol.CMD_FLAG_NO_HOLE) || command == Protocol.CMD_WRITE_ZEROES)
        && (!request.has(Protocol.CMD_FLAG_FAST_ZERO) || command == Protocol.CMD_WRITE_ZEROES)
        && (!request.has(Protocol.CMD_FLAG_REQ_ONE) || command == Protocol.CMD_BLOCK_STATUS)
        && (!request.has(Protocol.CMD_FLAG_DF) || (command == Protocol.CMD_READ && structured));
  }

  /** Whether all of its range is there; true of one that has none. */
  static boolean isInside(Request request, long size) {
    return !request.hasRange() || (request.at() >= 0 && request.at() <= size - request.length());
  }
}
