package platter.sim;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** Runs new seeds for as long as it is let: {@code scripts/simulate}. */
final class Simulate {
  private static final long TELL_NANOS = Duration.ofMinutes(1).toNanos();

  private Simulate() {}

  /**
   * Runs them, and stops at the first that fails.
   *
   * @param args a duration such as {@code 8h} or {@code 90s}; or {@code seed N [COUNT]}
   */
  public static void main(String[] args) {
    try (var seeds = new Seeds()) {
      if (args.length > 1 && args[0].equals("seed")) {
        long first = Long.parseLong(args[1]);
        long count = args.length > 2 ? Long.parseLong(args[2]) : 1;
        for (long seed = first; seed < first + count; seed++) {
          seeds.run(seed);
        }
      } else {
        var length = Duration.parse("PT" + (args.length == 0 ? "1h" : args[0]));
        forAsLong(seeds, length.toNanos());
      }
      System.out.println(seeds.summary());
    } catch (NumberFormatException | DateTimeParseException e) {
      System.err.println("usage: scripts/simulate [8h | 30m | seed N [COUNT]]");
      System.exit(2);
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void forAsLong(Seeds seeds, long nanos) {
    long begin = System.nanoTime();
    long told = begin;
    for (long seed = new SecureRandom().nextInt(); System.nanoTime() - begin < nanos; seed++) {
      seeds.run(seed);
      if (System.nanoTime() - told > TELL_NANOS) {
        told = System.nanoTime();
        System.out.println(seeds.summary());
      }
    }
  }
}
