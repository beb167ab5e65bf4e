package platter.bench;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** The same work on several threads. */
final class Threads {
  private Threads() {}

  /** Some of the whole. */
  @FunctionalInterface
  interface Part {
    void run(int from, int to) throws Exception;
  }

  /** Splits 0 to {@code whole} among them, and waits for all. */
  static void split(int threads, int whole, Part part) throws Exception {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var all = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < threads; i++) {
        int from = (int) ((long) whole * i / threads);
        int to = (int) ((long) whole * (i + 1) / threads);
        all.add(
            () -> {
              part.run(from, to);
              return to;
            });
      }
      for (var result : pool.invokeAll(all)) {
        result.get(); // throws what went wrong
      }
    }
  }
}
