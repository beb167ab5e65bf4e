package platter.metric;

/** The text that Prometheus reads, while it is written. */
public final class Text {
  private static final String COUNTER = "counter";

  private final StringBuilder out = new StringBuilder(1 << 14);

  Text() {}

  /** One number that only rises; its name ends with {@code _total}. */
  public void counter(String name, String help, long value) {
    counters(name, help);
    sample(name, value);
  }

  /** Begins a family of numbers that only rise; {@link #sample} follows for each. */
  public void counters(String name, String help) {
    begin(name, help, COUNTER);
  }

  /** One number that rises and falls. */
  public void gauge(String name, String help, double value) {
    gauges(name, help);
    sample(name, value);
  }

  /** One number that rises and falls. */
  public void gauge(String name, String help, long value) {
    gauges(name, help);
    sample(name, value);
  }

  /** Begins a family of numbers that rise and fall; {@link #sample} follows for each. */
  public void gauges(String name, String help) {
    begin(name, help, "gauge");
  }

  /** Begins a family of histograms; {@link #histogram} follows for each. */
  public void histograms(String name, String help) {
    begin(name, help, "histogram");
  }

  private void begin(String name, String help, String type) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /**
   * One of the family that was begun.
   *
   * @param labels names and values in turn
   */
  public void sample(String name, double value, String... labels) {
    out.append(name);
    labels(labels, "");
    end(text(value));
  }

  /**
   * One of the family that was begun.
   *
   * @param labels names and values in turn
   */
  public void sample(String name, long value, String... labels) {
    out.append(name);
    labels(labels, "");
    end(Long.toString(value));
  }

  /**
   * One of the family that was begun.
   *
   * @param labels names and values in turn
   */
  public void histogram(String name, Histogram histogram, String... labels) {
    long sum = 0;
    for (int i = 0; i < histogram.buckets(); i++) {
      sum += histogram.count(i);
      out.append(name).append("_bucket");
      labels(labels, text(histogram.bound(i)));
      end(Long.toString(sum));
    }
    sum += histogram.count(histogram.buckets());
    out.append(name).append("_bucket");
    labels(labels, "+Inf");
    end(Long.toString(sum));
    sample(name + "_sum", histogram.sum(), labels);
    sample(name + "_count", sum, labels); // what was counted meanwhile is in none of them
  }

  /**
   * @param bound of a bucket; empty when it is none
   */
  private void labels(String[] labels, String bound) {
    if (labels.length == 0 && bound.isEmpty()) {
      return;
    }
    char before = '{';
    for (int i = 0; i < labels.length; i += 2) {
      out.append(before).append(labels[i]).append("=\"");
      escaped(labels[i + 1]);
      out.append('"');
      before = ',';
    }
    if (!bound.isEmpty()) {
      out.append(before).append("le=\"").append(bound).append('"');
    }
    out.append('}');
  }

  private void escaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      switch (value.charAt(i)) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(value.charAt(i));
      }
    }
  }

  private void end(String number) {
    out.append(' ').append(number).append('\n');
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
