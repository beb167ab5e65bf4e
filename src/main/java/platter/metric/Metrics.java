package platter.metric;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The door: who has numbers is asked for them when somebody looks. */
public final class Metrics {
  /** Who has numbers. */
  @FunctionalInterface
  public interface Source {
    /** Writes them, whole families each. From any thread, and without waiting for anybody. */
    void tell(Text text);
  }

  private final List<Source> sources = new CopyOnWriteArrayList<>();

  public void add(Source source) {
    sources.add(source);
  }

  /** All of them now, in the text format 0.0.4 of Prometheus. */
  public String text() {
    var text = new Text();
    sources.forEach(source -> source.tell(text));
    return text.toString();
  }
}
