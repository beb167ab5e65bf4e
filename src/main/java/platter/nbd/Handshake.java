package platter.nbd;

import static platter.nbd.Protocol.*;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first phase of a connection: fixed newstyle negotiation, on a socket that waits. It ends with
 * an open export, or with the connection; it lists nothing.
 */
final class Handshake {
  private static final int MOST_OPTION_BYTES = 16 << 10;

  /** What is longer than an option may be, is read to its end up to this, and refused. */
  private static final long MOST_SKIPPED_BYTES = 1 << 20;

  private static final int OPTION_HEAD_BYTES = 16;

  /** Where the names lead to. */
  interface Door {
    /** Opens it to tell of it; it is closed at once. */
    Optional<Export> look(String ticket) throws IOException;

    /** Opens it for the connection's life. */
    Entry enter(String ticket) throws IOException;
  }

  /** What happens at the door. */
  sealed interface Entry {
    record Open(Export export) implements Entry {}

    record Unknown() implements Entry {}

    record Crowded() implements Entry {}
  }

  /** An option's data are not what the option needs. */
  private static final class InvalidOption extends Exception {
    InvalidOption(String message) {
      super(message);
    }
  }

  private final SocketChannel socket;
  private final Optional<Tls> tls;
  private final Door door;
  private final int mostOptions;
  private final ByteBuffer in = ByteBuffer.allocate(MOST_OPTION_BYTES);
  private final ByteBuffer out = ByteBuffer.allocate(MAX_STRING_BYTES + 256);

  private Link link;
  private boolean encrypted;
  private boolean zeroes;
  private boolean structured;

  /** The name that {@code base:allocation} was agreed for. */
  private Optional<String> allocationOf = Optional.empty();

  /**
   * @param tls must be begun by the client before anything else, where there is one
   */
  Handshake(SocketChannel socket, Optional<Tls> tls, Door door, int mostOptions) {
    this.socket = socket;
    this.tls = tls;
    this.door = door;
    this.mostOptions = mostOptions;
    this.link = new PlainLink(socket);
  }

  /** Returns empty when the client leaves, or has to. */
  Optional<Agreed> run() throws IOException {
    out.putLong(NBDMAGIC).putLong(IHAVEOPT);
    out.putShort((short) (FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES));
    send();
    int flags = read(4).getInt();
    if ((flags & ~(FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES)) != 0) {
      throw new ViolationException("unknown client flags");
    }
    zeroes = (flags & FLAG_NO_ZEROES) == 0;
    for (int i = 0; i < mostOptions; i++) {
      var head = read(OPTION_HEAD_BYTES);
      if (head.getLong() != IHAVEOPT) {
        throw new ViolationException("an option that does not begin as one");
      }
      int option = head.getInt();
      long length = Integer.toUnsignedLong(head.getInt());
      if (option == OPT_ABORT) {
        reply(option, REP_ACK);
        link.bye();
        return Optional.empty();
      }
      if (length > MOST_OPTION_BYTES) {
        skip(length);
        if (option == OPT_EXPORT_NAME) {
          return Optional.empty(); // which has no way to be refused
        }
        reply(option, REP_ERR_TOO_BIG);
        continue;
      }
      var data = read((int) length);
      try {
        var agreed = answer(option, data);
        if (agreed.isPresent() || option == OPT_EXPORT_NAME) {
          return agreed;
        }
      } catch (InvalidOption e) {
        if (option == OPT_EXPORT_NAME) {
          return Optional.empty();
        }
        replyError(option, REP_ERR_INVALID, String.valueOf(e.getMessage()));
      }
    }
    throw new ViolationException("more than " + mostOptions + " options");
  }

  private Optional<Agreed> answer(int option, ByteBuffer data) throws IOException, InvalidOption {
    if (tls.isPresent() && !encrypted && option != OPT_STARTTLS) {
      if (option != OPT_EXPORT_NAME) {
        replyError(option, REP_ERR_TLS_REQD, "TLS first");
      }
      return Optional.empty();
    }
    switch (option) {
      case OPT_EXPORT_NAME -> {
        return exportName(data);
      }
      case OPT_GO -> {
        return go(data);
      }
      case OPT_INFO -> info(data);
      case OPT_LIST -> {
        end(data);
        reply(option, REP_ACK); // a name is a right, so none is told
      }
      case OPT_STARTTLS -> startTls(data);
      case OPT_STRUCTURED_REPLY -> {
        end(data);
        if (structured) {
          throw new InvalidOption("structured replies are agreed already");
        }
        structured = true;
        reply(option, REP_ACK);
      }
      case OPT_LIST_META_CONTEXT, OPT_SET_META_CONTEXT -> metaContext(option, data);
      default -> reply(option, REP_ERR_UNSUP);
    }
    return Optional.empty();
  }

  private Optional<Agreed> exportName(ByteBuffer data) throws IOException, InvalidOption {
    var ticket = text(data, data.remaining());
    if (!(door.enter(ticket) instanceof Entry.Open(var export))) {
      return Optional.empty();
    }
    var agreed = agreed(ticket, export);
    out.putLong(agreed.size()).putShort((short) transmissionFlags(export));
    if (zeroes) {
      out.put(new byte[ZEROES_BYTES]);
    }
    send();
    return Optional.of(agreed);
  }

  private Agreed agreed(String ticket, Export export) throws IOException {
    boolean allocation = structured && allocationOf.equals(Optional.of(ticket));
    return new Agreed(link, ticket, export, export.size(), structured, allocation);
  }

  private int transmissionFlags(Export export) {
    int flags =
        HAS_FLAGS
            | SEND_FLUSH
            | SEND_FUA
            | SEND_CACHE
            | (structured ? SEND_DF : 0)
            | (export.shared() ? CAN_MULTI_CONN : 0);
    return export.readOnly()
        ? flags | READ_ONLY
        : flags | SEND_TRIM | SEND_WRITE_ZEROES | SEND_FAST_ZERO;
  }

  /** The data of INFO and GO. */
  private record Wanted(String ticket, boolean blockSize) {}

  private static Wanted wanted(ByteBuffer data) throws InvalidOption {
    var ticket = text(data, number(data));
    int count = Short.toUnsignedInt(need(data, 2).getShort());
    boolean blockSize = false;
    for (int i = 0; i < count; i++) {
      blockSize |= Short.toUnsignedInt(need(data, 2).getShort()) == INFO_BLOCK_SIZE;
    }
    end(data);
    return new Wanted(ticket, blockSize);
  }

  private Optional<Agreed> go(ByteBuffer data) throws IOException, InvalidOption {
    var wanted = wanted(data);
    switch (door.enter(wanted.ticket())) {
      case Entry.Open(var export) -> {
        var agreed = agreed(wanted.ticket(), export);
        tell(OPT_GO, wanted, export, agreed.size());
        return Optional.of(agreed);
      }
      case Entry.Unknown _ -> replyError(OPT_GO, REP_ERR_UNKNOWN, "no such export");
      case Entry.Crowded _ -> replyError(OPT_GO, REP_ERR_POLICY, "too many connections");
    }
    return Optional.empty();
  }

  private void info(ByteBuffer data) throws IOException, InvalidOption {
    var wanted = wanted(data);
    var found = door.look(wanted.ticket());
    if (found.isEmpty()) {
      replyError(OPT_INFO, REP_ERR_UNKNOWN, "no such export");
      return;
    }
    try (var export = found.get()) {
      tell(OPT_INFO, wanted, export, export.size());
    }
  }

  private void tell(int option, Wanted wanted, Export export, long size) throws IOException {
    replyHead(option, REP_INFO, 12);
    out.putShort((short) INFO_EXPORT).putLong(size).putShort((short) transmissionFlags(export));
    if (wanted.blockSize()) {
      replyHead(option, REP_INFO, 14);
      out.putShort((short) INFO_BLOCK_SIZE)
          .putInt(1)
          .putInt(PREFERRED_BLOCK_BYTES)
          .putInt(MAX_PAYLOAD_BYTES);
    }
    reply(option, REP_ACK);
  }

  private void startTls(ByteBuffer data) throws IOException, InvalidOption {
    end(data);
    if (tls.isEmpty()) {
      replyError(OPT_STARTTLS, REP_ERR_POLICY, "no TLS here");
      return;
    }
    if (encrypted) {
      throw new InvalidOption("TLS has begun already");
    }
    reply(OPT_STARTTLS, REP_ACK);
    var encrypting = new TlsLink(socket, tls.get().engine());
    encrypting.begin();
    link = encrypting;
    encrypted = true;
    structured = false; // nothing that was said in the clear counts
    allocationOf = Optional.empty();
  }

  private void metaContext(int option, ByteBuffer data) throws IOException, InvalidOption {
    boolean set = option == OPT_SET_META_CONTEXT;
    if (set) {
      allocationOf = Optional.empty();
      if (!structured) {
        throw new InvalidOption("structured replies first");
      }
    }
    var ticket = text(data, number(data));
    int queries = number(data);
    boolean matches = queries == 0 && !set;
    for (int i = 0; i < queries; i++) {
      var query = text(data, number(data));
      matches |= query.equals(BASE_ALLOCATION) || (!set && query.equals("base:"));
    }
    end(data);
    if (matches) { // of whatever name: GO says whether there is such an export
      var name = BASE_ALLOCATION.getBytes(StandardCharsets.UTF_8);
      replyHead(option, REP_META_CONTEXT, 4 + name.length);
      out.putInt(set ? ALLOCATION_ID : 0).put(name);
      allocationOf = set ? Optional.of(ticket) : allocationOf;
    }
    reply(option, REP_ACK);
  }

  // the data of options

  private static ByteBuffer need(ByteBuffer data, int bytes) throws InvalidOption {
    if (data.remaining() < bytes) {
      throw new InvalidOption("too short");
    }
    return data;
  }

  private static int number(ByteBuffer data) throws InvalidOption {
    int number = need(data, 4).getInt();
    if (number < 0 || number > MOST_OPTION_BYTES) {
      throw new InvalidOption("a length or count beyond the option");
    }
    return number;
  }

  private static String text(ByteBuffer data, int length) throws InvalidOption {
    need(data, length);
    if (length > MAX_STRING_BYTES) {
      throw new InvalidOption("a string of more than " + MAX_STRING_BYTES + " bytes");
    }
    var bytes = data.slice(data.position(), length);
    data.position(data.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw new InvalidOption("a string that is no UTF-8");
    }
  }

  private static void end(ByteBuffer data) throws InvalidOption {
    if (data.hasRemaining()) {
      throw new InvalidOption("too long");
    }
  }

  // the wire

  private ByteBuffer read(int bytes) throws IOException {
    in.clear().limit(bytes);
    while (in.hasRemaining()) {
      if (link.read(in) < 0) {
        throw new EOFException("the client left in the handshake");
      }
    }
    return in.flip();
  }

  private void skip(long bytes) throws IOException {
    if (bytes > MOST_SKIPPED_BYTES) {
      throw new ViolationException("an option of " + bytes + " bytes");
    }
    for (long left = bytes; left > 0; left -= in.limit()) {
      read((int) Math.min(left, MOST_OPTION_BYTES));
    }
  }

  private void replyHead(int option, int type, int length) {
    out.putLong(REPLY_MAGIC).putInt(option).putInt(type).putInt(length);
  }

  private void replyError(int option, int type, String message) throws IOException {
    var text = message.getBytes(StandardCharsets.UTF_8);
    replyHead(option, type, text.length);
    out.put(text);
    send();
  }

  private void reply(int option, int type) throws IOException {
    replyHead(option, type, 0);
    send();
  }

  private void send() throws IOException {
    boolean _ = link.write(new ByteBuffer[] {out.flip()}, 1); // all of it: the socket waits
    out.clear();
  }
}
