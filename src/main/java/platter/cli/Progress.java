package platter.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how far a job is, while it is being waited for. */
interface Progress extends AutoCloseable {
  void show(JobView job);

  /** Leaves no trace on a terminal. */
  @Override
  void close();

  /** A bar on a terminal, nothing in a file or a pipe. */
  static Progress on(PrintWriter err) {
    return isTerminal() ? new Bar(err) : new Silent();
  }

  /**
   * Both streams: what is drawn goes to the error stream, and who sends one of them into a file
   * wants lines.
   */
  private static boolean isTerminal() {
    boolean console = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    if (!console || "dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    var error = Path.of("/proc/self/fd/2"); // the console looks at input and output only
    try {
      return !Files.exists(error) || error.toRealPath().startsWith("/dev");
    } catch (IOException e) {
      return true;
    }
  }

  /** Says nothing. */
  final class Silent implements Progress {
    @Override
    public void show(JobView job) {}

    @Override
    public void close() {}
  }

  /** One line that is drawn again and again. */
  final class Bar implements Progress {
    private static final int REDRAW_MILLIS = 100;

    /** Shorter than most terminals; a line that wraps cannot be drawn again. */
    private static final int MAX_WIDTH = 78;

    /** A job that ends sooner is not worth a flicker. */
    private static final long PATIENCE_NANOS = 150_000_000;

    private final PrintWriter err;
    private final long start = System.nanoTime();
    private boolean drawn;
    private @Nullable ProgressBar bar;

    Bar(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void show(JobView job) {
      if (bar == null) {
        if (System.nanoTime() - start < PATIENCE_NANOS) {
          return;
        }
        bar =
            new ProgressBarBuilder()
                .setTaskName(job.type())
                .setInitialMax(job.parts())
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setMaxRenderedLength(MAX_WIDTH)
                .hideEta()
                .setConsumer(new DelegatingProgressBarConsumer(this::draw, MAX_WIDTH))
                .build();
      }
      bar.stepTo(job.partsEnded());
      bar.setExtraMessage(" " + job.status());
    }

    /** Called from the thread of the library. */
    private synchronized void draw(String line) {
      drawn = true;
      err.print("\r" + line);
      err.flush();
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        clear();
      }
    }

    private synchronized void clear() {
      if (drawn) {
        err.print("\r" + " ".repeat(MAX_WIDTH) + "\r");
        err.flush();
      }
    }
  }
}
