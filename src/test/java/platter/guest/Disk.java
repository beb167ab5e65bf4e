package platter.guest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A volume as a plain NBD client has it: one request after the other. */
final class Disk implements AutoCloseable {
  static final int BLOCK_BYTES = 4096;

  private static final long NBDMAGIC = 0x4e42444d41474943L;
  private static final long IHAVEOPT = 0x49484156454F5054L;
  private static final int FIXED_NO_ZEROES = 3;
  private static final int GO = 7;
  private static final int ACK = 1;
  private static final int INFO = 3;
  private static final int REQUEST = 0x25609513;
  private static final int REPLY = 0x67446698;
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int FLUSH = 3;
  private static final int FUA = 1;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private long cookie;

  private Disk(Socket socket) throws IOException {
    this.socket = socket;
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** On this machine. */
  static Disk open(int port, String ticket) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    var disk = new Disk(socket);
    disk.shakeHands(ticket.getBytes(StandardCharsets.UTF_8));
    return disk;
  }

  private void shakeHands(byte[] ticket) throws IOException {
    if (in.readLong() != NBDMAGIC || in.readLong() != IHAVEOPT) {
      throw new IOException("not an NBD server");
    }
    in.readUnsignedShort();
    var wish = ByteBuffer.allocate(4 + 8 + 4 + 4 + 4 + ticket.length + 2);
    wish.putInt(FIXED_NO_ZEROES).putLong(IHAVEOPT).putInt(GO).putInt(4 + ticket.length + 2);
    wish.putInt(ticket.length).put(ticket).putShort((short) 0);
    out.write(wish.array());
    while (true) {
      in.readLong();
      in.readInt();
      int type = in.readInt();
      in.readNBytes(in.readInt());
      if (type == ACK) {
        return;
      }
      if (type != INFO) {
        throw new IOException("the ticket is refused: " + type);
      }
    }
  }

  /** The number that fills a block, or {@link Told#TORN}. */
  long read(int block) throws IOException {
    ask(0, READ, block, BLOCK_BYTES, new byte[0]);
    var data = ByteBuffer.wrap(in.readNBytes(BLOCK_BYTES));
    if (data.capacity() < BLOCK_BYTES) {
      throw new EOFException();
    }
    long number = data.getLong();
    while (data.hasRemaining()) {
      if (data.getLong() != number) {
        return Told.TORN;
      }
    }
    return number;
  }

  /**
   * Fills a block with a number.
   *
   * @param through whether it is durable when this returns
   */
  void write(int block, long number, boolean through) throws IOException {
    var data = ByteBuffer.allocate(BLOCK_BYTES);
    while (data.hasRemaining()) {
      data.putLong(number);
    }
    ask(through ? FUA : 0, WRITE, block, BLOCK_BYTES, data.array());
  }

  /** What was written before is durable when this returns. */
  void flush() throws IOException {
    ask(0, FLUSH, 0, 0, new byte[0]);
  }

  private void ask(int flags, int command, int block, int length, byte[] payload)
      throws IOException {
    cookie++;
    var request = ByteBuffer.allocate(28 + payload.length);
    request.putInt(REQUEST).putShort((short) flags).putShort((short) command).putLong(cookie);
    request.putLong((long) block * BLOCK_BYTES).putInt(length).put(payload);
    out.write(request.array());
    if (in.readInt() != REPLY) {
      throw new IOException("not a simple reply");
    }
    int error = in.readInt();
    if (in.readLong() != cookie || error != 0) {
      throw new IOException("error " + error + " of command " + command);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
