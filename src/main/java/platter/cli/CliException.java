package platter.cli;

import java.util.Optional;

/** A command that cannot do what was asked: what, why, and what to do about it. */
public class CliException extends RuntimeException {
  /** The service refused, or the job failed. */
  public static final int REFUSED = 1;

  /** The command was not used as it should be. */
  public static final int WRONG_USAGE = 2;

  /** No server answers. */
  public static final int UNREACHABLE = 3;

  private final int exit;
  private final String what;
  private final String why;
  private final String next;

  /**
   * @param what such as "the volume was not created"
   * @param why may have several lines
   * @param next what to do; empty when there is nothing to say
   */
  CliException(int exit, String what, String why, String next) {
    super(what + ": " + why);
    this.exit = exit;
    this.what = what;
    this.why = why;
    this.next = next;
  }

  /** No server answered. A caller may know another way. */
  public static final class Unreachable extends CliException {
    private final boolean sent;

    public Unreachable(String what, String why, String next) {
      this(what, why, next, false);
    }

    /**
     * @param sent whether a server may have done what was asked
     */
    Unreachable(String what, String why, String next, boolean sent) {
      super(UNREACHABLE, what, why, next);
      this.sent = sent;
    }

    boolean wasSent() {
      return sent;
    }
  }

  /** The service answered with an error. */
  static final class Refused extends CliException {
    private final int status;

    Refused(int status, String what, String why, String next) {
      super(REFUSED, what, why, next);
      this.status = status;
    }

    /** By a caller that knows better what to do. */
    Refused withNext(String better) {
      return new Refused(status, super.what, why(), better);
    }

    /** The HTTP status. */
    int status() {
      return status;
    }
  }

  static CliException refused(String what, String why, String next) {
    return new CliException(REFUSED, what, why, next);
  }

  public static CliException wrongUsage(String what, String why, String next) {
    return new CliException(WRONG_USAGE, what, why, next);
  }

  public int exit() {
    return exit;
  }

  /** Why, without what; for a caller that has its own words for what. */
  public String why() {
    return why;
  }

  /** The whole message for the error stream, without a line break at its end. */
  String text() {
    var lines = new StringBuilder("platter: ").append(what);
    labelled(lines, "why:  ", why);
    Optional.of(next).filter(text -> !text.isEmpty()).ifPresent(n -> labelled(lines, "next: ", n));
    return lines.toString();
  }

  private static void labelled(StringBuilder lines, String label, String text) {
    var margin = "  ";
    for (var line : text.lines().toList()) {
      lines.append('\n').append(margin).append(label).append(Table.printable(line));
      label = " ".repeat(label.length());
    }
  }
}
