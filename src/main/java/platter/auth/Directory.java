package platter.auth;

/**
 * Who exists at this moment. Whoever asks more than one question for one request asks them of one
 * {@link Accounts}, so that a change in between cannot part a user from the user's project.
 */
public final class Directory {
  private volatile Accounts now;

  public Directory(Accounts first) {
    this.now = first;
  }

  public Accounts now() {
    return now;
  }

  /**
   * From now on these. What was kept of tokens and keys as of the earlier ones is looked up anew.
   */
  public void become(Accounts next) {
    now = next;
  }
}
