package platter.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Some numbers, to be told by their median and spread. */
final class Numbers {
  private final List<Double> all = Collections.synchronizedList(new ArrayList<>());

  void add(double number) {
    all.add(number);
  }

  void clear() {
    all.clear();
  }

  double median() {
    return quantile(0.5);
  }

  double quantile(double q) {
    var sorted = new ArrayList<>(all);
    Collections.sort(sorted);
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    double at = q * (sorted.size() - 1);
    int low = (int) at;
    int high = Math.min(low + 1, sorted.size() - 1);
    return sorted.get(low) + (at - low) * (sorted.get(high) - sorted.get(low));
  }

  /** These divided by those, each by the one of the same round. */
  Numbers over(Numbers others) {
    var ratios = new Numbers();
    for (int i = 0; i < all.size(); i++) {
      ratios.add(all.get(i) / others.all.get(i));
    }
    return ratios;
  }

  /** Least, quartiles and most. */
  String spread(String format) {
    return String.format(
        Locale.ROOT,
        "%s..%s, IQR %s..%s, n=%d".replace("%s", format),
        quantile(0),
        quantile(1),
        quantile(0.25),
        quantile(0.75),
        all.size());
  }

  static String of(String format, Object... numbers) {
    return String.format(Locale.ROOT, format, numbers);
  }
}
