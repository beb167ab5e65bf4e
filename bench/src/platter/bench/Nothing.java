package platter.bench;

/** What a job of JobRunr does. Public, because JobRunr finds it by name. */
public final class Nothing {
  private Nothing() {}

  /** Nothing. */
  public static void run(int number) {}
}
