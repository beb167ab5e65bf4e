package platter.bench;

/** Something that runs jobs that do nothing, on a database that syncs each commit. */
interface Contender extends AutoCloseable {
  String name();

  /**
   * From the first submission to the last end written down.
   *
   * @return jobs in a second
   */
  double run(int jobs) throws Exception;

  @Override
  void close();
}
