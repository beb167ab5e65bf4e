package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Sends what the tests say, byte by byte, and reads what comes back. */
final class NbdClient implements AutoCloseable {
  static final int HEAD_BYTES = 28;
  private static final int PATIENCE_MILLIS = 100_000;

  /** What an option was answered with. */
  record OptionReply(int option, int type, byte[] data) {}

  /**
   * What a request was answered with, its chunks put together.
   *
   * @param data of a read, or the numbers of a block status
   */
  record Reply(long cookie, int error, byte[] data) {}

  private final AutoCloseable socket;
  private DataInputStream in;
  private DataOutputStream out;
  private final Map<Long, Partial> partials = new HashMap<>();
  private boolean structured;
  private Optional<SSLSocket> tls = Optional.empty();

  private NbdClient(AutoCloseable socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = new DataInputStream(in);
    this.out = new DataOutputStream(out);
  }

  /** Connected, nothing said. */
  static NbdClient connect(NbdServer server) throws IOException {
    return connect(server.address().orElseThrow());
  }

  static NbdClient connect(InetSocketAddress address) throws IOException {
    return connect(new Socket(), address);
  }

  static NbdClient connect(Socket socket, InetSocketAddress address) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(address);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new NbdClient(socket, socket.getInputStream(), socket.getOutputStream());
  }

  static NbdClient connect(SocketChannel socket) {
    return new NbdClient(socket, Channels.newInputStream(socket), Channels.newOutputStream(socket));
  }

  /** The greeting of both sides. */
  NbdClient greet(int flags) throws IOException {
    assertThat(in.readLong()).isEqualTo(Protocol.NBDMAGIC);
    assertThat(in.readLong()).isEqualTo(Protocol.IHAVEOPT);
    assertThat(in.readUnsignedShort()).isEqualTo(3);
    out.writeInt(flags);
    return this;
  }

  /** Ready for requests, with structured replies and block status. */
  static NbdClient open(NbdServer server, String ticket) throws IOException {
    var client = connect(server).greet(3);
    client.agreeAllocation(ticket);
    assertThat(client.go(ticket)).isEqualTo(Protocol.REP_ACK);
    return client;
  }

  /** Ready for requests, with simple replies. */
  static NbdClient openSimple(NbdServer server, String ticket) throws IOException {
    var client = connect(server).greet(3);
    assertThat(client.go(ticket)).isEqualTo(Protocol.REP_ACK);
    return client;
  }

  void agreeAllocation(String ticket) throws IOException {
    assertThat(ask(Protocol.OPT_STRUCTURED_REPLY).type()).isEqualTo(Protocol.REP_ACK);
    structured = true;
    option(Protocol.OPT_SET_META_CONTEXT, contexts(ticket, "base:allocation"));
    assertThat(optionReply().type()).isEqualTo(Protocol.REP_META_CONTEXT);
    assertThat(optionReply().type()).isEqualTo(Protocol.REP_ACK);
  }

  /** Asks for the export and skips what is told; returns the last reply's type. */
  int go(String ticket) throws IOException {
    option(Protocol.OPT_GO, wanted(ticket));
    var reply = optionReply();
    while (reply.type() == Protocol.REP_INFO) {
      reply = optionReply();
    }
    return reply.type();
  }

  void startTls(SSLContext context) throws IOException {
    assertThat(ask(Protocol.OPT_STARTTLS).type()).isEqualTo(Protocol.REP_ACK);
    var plain = (Socket) socket;
    var encrypted =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
    encrypted.startHandshake();
    in = new DataInputStream(encrypted.getInputStream());
    out = new DataOutputStream(encrypted.getOutputStream());
    tls = Optional.of(encrypted);
  }

  /** Wants new keys of both sides. */
  void renewKeys() throws IOException {
    tls.orElseThrow().startHandshake();
  }

  // options

  static byte[] wanted(String ticket, int... infos) {
    var data = new Bytes();
    data.text(ticket).u16(infos.length);
    for (int info : infos) {
      data.u16(info);
    }
    return data.array();
  }

  static byte[] contexts(String ticket, String... queries) {
    var data = new Bytes();
    data.text(ticket).u32(queries.length);
    for (var query : queries) {
      data.text(query);
    }
    return data.array();
  }

  void option(int option, byte... data) throws IOException {
    optionHead(option, data.length);
    out.write(data);
    out.flush();
  }

  void optionHead(int option, int length) throws IOException {
    var head = new Bytes();
    head.u64(Protocol.IHAVEOPT).u32(option).u32(length);
    out.write(head.array());
  }

  OptionReply ask(int option, byte... data) throws IOException {
    option(option, data);
    return optionReply();
  }

  OptionReply optionReply() throws IOException {
    assertThat(in.readLong()).isEqualTo(Protocol.REPLY_MAGIC);
    int option = in.readInt();
    int type = in.readInt();
    return new OptionReply(option, type, in.readNBytes(in.readInt()));
  }

  // requests

  static byte[] request(int flags, int command, long cookie, long at, long length) {
    var head = new Bytes();
    head.u32(Protocol.REQUEST_MAGIC).u16(flags).u16(command).u64(cookie).u64(at).u32((int) length);
    return head.array();
  }

  void send(int flags, int command, long cookie, long at, long length) throws IOException {
    raw(request(flags, command, cookie, at, length));
  }

  /** Sends bytes as they are. */
  void raw(byte... bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  Reply ask(int flags, int command, long at, long length) throws IOException {
    send(flags, command, 77, at, length);
    var reply = reply(command, at, length);
    assertThat(reply.cookie()).isEqualTo(77);
    return reply;
  }

  int write(int flags, long at, byte... data) throws IOException {
    var request = new ByteArrayOutputStream();
    request.writeBytes(request(flags, Protocol.CMD_WRITE, 78, at, data.length));
    request.writeBytes(data);
    raw(request.toByteArray());
    var reply = reply(Protocol.CMD_WRITE, at, data.length);
    assertThat(reply.cookie()).isEqualTo(78);
    return reply.error();
  }

  byte[] read(long at, int length) throws IOException {
    var reply = ask(0, Protocol.CMD_READ, at, length);
    assertThat(reply.error()).isZero();
    return reply.data();
  }

  void flush() throws IOException {
    assertThat(ask(0, Protocol.CMD_FLUSH, 0, 0).error()).isZero();
  }

  /** Pairs of length and flags. */
  List<Integer> blockStatus(int flags, long at, long length) throws IOException {
    var reply = ask(flags, Protocol.CMD_BLOCK_STATUS, at, length);
    assertThat(reply.error()).isZero();
    var numbers = new ArrayList<Integer>();
    var words = java.nio.ByteBuffer.wrap(reply.data());
    while (words.hasRemaining()) {
      numbers.add(words.getInt());
    }
    return numbers;
  }

  /** What a reply is to. */
  interface Asked {
    int command();

    long at();

    int length();
  }

  private record One(int command, long at, int length) implements Asked {}

  /** Chunks of a reply that has not ended. */
  private static final class Partial {
    byte[] data = new byte[0];
    int seen;
    int error;
  }

  /** The next reply, which is to a request of that kind. */
  Reply reply(int command, long at, long length) throws IOException {
    return reply(_ -> new One(command, at, (int) length));
  }

  /** The next reply that ends, to whatever was asked by its cookie. */
  Reply reply(LongFunction<? extends Asked> asked) throws IOException {
    while (true) {
      int magic = in.readInt();
      if (magic == Protocol.SIMPLE_MAGIC) {
        return simpleReply(asked);
      }
      assertThat(magic).isEqualTo(Protocol.STRUCTURED_MAGIC);
      assertThat(structured).isTrue();
      boolean done = (in.readUnsignedShort() & Protocol.REPLY_FLAG_DONE) != 0;
      int type = in.readUnsignedShort();
      long cookie = in.readLong();
      var partial = partials.computeIfAbsent(cookie, _ -> new Partial());
      chunk(partial, type, asked.apply(cookie));
      if (done) {
        partials.remove(cookie);
        if (partial.error == 0) {
          assertThat(partial.seen).as("all of it came").isEqualTo(asked.apply(cookie).length());
        }
        return new Reply(cookie, partial.error, partial.data);
      }
    }
  }

  private Reply simpleReply(LongFunction<? extends Asked> asked) throws IOException {
    int error = in.readInt();
    long cookie = in.readLong();
    var what = asked.apply(cookie);
    boolean read = what.command() == Protocol.CMD_READ;
    if (read || what.command() == Protocol.CMD_BLOCK_STATUS) {
      assertThat(structured).as("structured replies were agreed").isFalse();
    }
    return new Reply(
        cookie, error, read && error == 0 ? in.readNBytes(what.length()) : new byte[0]);
  }

  private void chunk(Partial partial, int type, Asked what) throws IOException {
    var payload = new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt())));
    switch (type) {
      case Protocol.REPLY_OFFSET_DATA -> {
        partial.data = partial.data.length == 0 ? new byte[what.length()] : partial.data;
        int offset = (int) (payload.readLong() - what.at());
        int count = payload.available();
        payload.readFully(partial.data, offset, count);
        partial.seen += count;
      }
      case Protocol.REPLY_BLOCK_STATUS -> {
        assertThat(payload.readInt()).isEqualTo(Protocol.ALLOCATION_ID);
        partial.data = payload.readAllBytes();
        partial.seen = what.length();
      }
      case Protocol.REPLY_ERROR -> {
        partial.error = payload.readInt();
        assertThat(payload.readUnsignedShort()).isEqualTo(payload.available());
      }
      default -> throw new AssertionError("a chunk of type " + type);
    }
  }

  /** Waits for the server to end the connection. */
  boolean isEnded() throws IOException {
    var onItsWay = new byte[1 << 16];
    try {
      while (in.read(onItsWay) >= 0) {
        // megabytes, maybe
      }
      return true;
    } catch (java.net.SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true; // a reset
    }
  }

  DataInputStream in() {
    return in;
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts numbers into bytes. */
  static final class Bytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Bytes u16(int number) {
      bytes.write(number >> 8);
      bytes.write(number);
      return this;
    }

    Bytes u32(int number) {
      return u16(number >>> 16).u16(number);
    }

    Bytes u64(long number) {
      return u32((int) (number >>> 32)).u32((int) number);
    }

    Bytes text(String text) {
      var utf8 = text.getBytes(StandardCharsets.UTF_8);
      u32(utf8.length);
      bytes.writeBytes(utf8);
      return this;
    }

    byte[] array() {
      return bytes.toByteArray();
    }
  }
}
