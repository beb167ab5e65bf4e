package platter.nbd;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import platter.metric.Text;

/** What all clients have asked for. Counting it takes two additions for a request. */
final class Traffic {
  private static final String OPS = "platter_nbd_requests_total";
  private static final String BYTES = "platter_nbd_bytes_total";
  private static final String ERRORS = "platter_nbd_errors_total";

  /** By their numbers, as the protocol names them. */
  private static final String[] COMMANDS = {
    "read", "write", "disc", "flush", "trim", "cache", "write_zeroes", "block_status"
  };

  private final LongAdder connections = new LongAdder();
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();
  private final LongAdder[] byCommand = new LongAdder[COMMANDS.length];
  private final Map<Errno, LongAdder> errors = new EnumMap<>(Errno.class);

  Traffic() {
    for (int i = 0; i < byCommand.length; i++) {
      byCommand[i] = new LongAdder();
    }
    for (var error : Errno.values()) {
      errors.put(error, new LongAdder());
    }
  }

  /** Somebody has come. */
  void connected() {
    connections.increment();
  }

  /** A request was begun. */
  void begun(Request request) {
    int command = request.command();
    if (command >= 0 && command < byCommand.length) {
      byCommand[command].increment();
    }
    if (command == Protocol.CMD_READ) {
      readBytes.add(request.length());
    } else if (command == Protocol.CMD_WRITE) {
      writtenBytes.add(request.length());
    }
  }

  /** A request was answered so. */
  void failed(Errno error) {
    var count = errors.get(error);
    if (count != null) {
      count.increment();
    }
  }

  void tell(Text text) {
    text.counter(
        "platter_nbd_connections_total", "NBD connections that were accepted.", connections.sum());
    text.counters(OPS, "NBD requests that were begun, by command.");
    for (int i = 0; i < COMMANDS.length; i++) {
      text.sample(OPS, byCommand[i].sum(), "command", COMMANDS[i]);
    }
    text.counters(BYTES, "Bytes that NBD clients asked to read and to write.");
    text.sample(BYTES, readBytes.sum(), "direction", "read");
    text.sample(BYTES, writtenBytes.sum(), "direction", "write");
    text.counters(ERRORS, "NBD requests that were answered with an error.");
    errors.forEach((error, count) -> text.sample(ERRORS, count.sum(), "error", error.name()));
  }
}
