package platter.db;

/** An SQLite in memory whose transactions run at once, in the caller's thread. */
public final class DirectDatabase implements Database {
  private final MemoryDatabase memory = new MemoryDatabase();
  private Guard guard = Guard.NONE;

  @Override
  public <T> T inTx(Work<T> work) {
    return commit(guard, work);
  }

  @Override
  public <T> T inTxUnguarded(Work<T> work) {
    return commit(Guard.NONE, work);
  }

  private <T> T commit(Guard asked, Work<T> work) {
    var done = memory.commit(asked, work);
    done.then().forEach(Runnable::run);
    return done.value();
  }

  @Override
  public void guardedBy(Guard asked) {
    guard = asked;
  }

  @Override
  public <T> T read(Work<T> work) {
    return memory.read(work);
  }

  @Override
  public <T> T lookUp(Work<T> work) {
    return memory.read(work);
  }

  @Override
  public void close() {
    memory.close();
  }
}
