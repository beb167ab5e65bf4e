package platter;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/** Hears what the program logs, from its making to its close. */
public final class TestLog extends Handler implements AutoCloseable {
  private final Logger all = Logger.getLogger("platter");
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private final @Nullable Level before = all.getLevel();

  public TestLog() {
    all.setLevel(Level.INFO);
    all.addHandler(this);
  }

  /** The messages as they are read. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void publish(LogRecord entry) {
    lines.add(entry.getLevel() + " " + formatter.formatMessage(entry));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    all.removeHandler(this);
    all.setLevel(before);
  }
}
