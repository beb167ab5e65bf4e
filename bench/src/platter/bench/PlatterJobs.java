package platter.bench;

import platter.db.Database;
import platter.volume.NoOpCreates;

/** Platter's engine: creates on a storage that does nothing, alone or in batches. */
final class PlatterJobs implements Contender {
  private static final int CALLERS = 256;
  private static final int BATCH = 100;

  private final String name;
  private final boolean batches;
  private final Ended ended = new Ended();
  private final NoOpCreates creates;

  /**
   * @param database of the name, such as {@code SQLite}
   * @param batches whether 100 volumes are asked for at once
   */
  PlatterJobs(String database, Database db, boolean batches) {
    this.name = "Platter, " + database + (batches ? ", batches of 100" : ", one by one");
    this.batches = batches;
    creates = new NoOpCreates(db, ended::one);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double run(int jobs) throws Exception {
    int each = batches ? BATCH : 1;
    ended.expect(jobs);
    long start = System.nanoTime();
    Threads.split(
        batches ? 8 : CALLERS,
        jobs / each,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            creates.create(each);
          }
        });
    ended.await();
    return jobs / ((System.nanoTime() - start) / 1e9);
  }

  /** One after the other: milliseconds from the call to the end written down. */
  void oneByOne(int times, Numbers... millis) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      ended.expect(1);
      long start = System.nanoTime();
      creates.create(1);
      ended.await();
      double took = (System.nanoTime() - start) / 1e6;
      for (var numbers : millis) {
        numbers.add(took);
      }
    }
  }

  @Override
  public void close() {
    creates.close();
  }
}
