package platter.bench;

/**
 * How long and how much.
 *
 * @param manyJobs rows of the large database
 * @param mostJobs rows of the largest database
 * @param rounds of each pair, fixed bytes then Platter
 * @param roundSeconds counted seconds of one round
 * @param settleSeconds of each round that are not counted
 * @param warmSeconds of load on each server before the first round
 * @param createSeconds of sustained creates
 * @param rawSeconds of each of the raw rounds beside them
 * @param batches of 100 volumes
 * @param idleCreates one after the other
 * @param starts of each kind
 * @param jobs of one round of each contender
 * @param jobRounds of all contenders in turn
 * @param idleJobs of one round, one after the other
 */
record Sizes(
    int manyJobs,
    int mostJobs,
    int rounds,
    double roundSeconds,
    double settleSeconds,
    double warmSeconds,
    int createSeconds,
    int rawSeconds,
    int batches,
    int idleCreates,
    int starts,
    int jobs,
    int jobRounds,
    int idleJobs) {
  static final Sizes FULL =
      new Sizes(1_000_000, 10_000_000, 9, 3, 0.5, 20, 60, 4, 200, 300, 7, 20_000, 5, 200);
  static final Sizes QUICK =
      new Sizes(100_000, 1_000_000, 3, 1.5, 0.3, 4, 10, 2, 30, 60, 3, 4_000, 3, 50);
}
