package platter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line for each record, on the error stream: time, level, class, message. */
final class Logging {
  private static final Logger ROOT = Logger.getLogger("");

  /** Held, because the log manager does not hold them. */
  private static final Logger OURS = Logger.getLogger("platter");

  private Logging() {}

  static void start() {
    LogManager.getLogManager().reset();
    var handler = new ConsoleHandler();
    handler.setFormatter(new Line());
    handler.setLevel(Level.ALL);
    ROOT.addHandler(handler);
    ROOT.setLevel(Level.WARNING);
    OURS.setLevel(Level.INFO);
  }

  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord record) {
      var name = String.valueOf(record.getLoggerName());
      var out = new StringWriter();
      out.append(Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS).toString())
          .append(' ')
          .append(record.getLevel().getName())
          .append(' ')
          .append(name.substring(name.lastIndexOf('.') + 1))
          .append(": ")
          .append(formatMessage(record))
          .append('\n');
      var thrown = record.getThrown();
      if (thrown != null) {
        thrown.printStackTrace(new PrintWriter(out, true));
      }
      return out.toString();
    }
  }
}
