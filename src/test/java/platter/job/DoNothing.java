package platter.job;

import java.util.List;
import platter.db.Tx;
import platter.error.ErrorCode;
import platter.id.JobId;

/** A job type for tests of the engine alone. */
final class DoNothing implements JobType<DoNothing.Nothing> {
  /** Without parameters. */
  record Nothing() {}

  private final boolean slowly;

  DoNothing() {
    this(false);
  }

  /**
   * @param slowly whether its step says that it takes its time
   */
  DoNothing(boolean slowly) {
    this.slowly = slowly;
  }

  @Override
  public String wireName() {
    return "doNothing";
  }

  @Override
  public String taskName() {
    return "DoNothingTask";
  }

  @Override
  public ErrorCode failure() {
    return ErrorCode.INTERNAL;
  }

  @Override
  public Class<Nothing> params() {
    return Nothing.class;
  }

  @Override
  public List<Step<Nothing>> steps() {
    return List.of(Step.<Nothing>step("nothing", _ -> {}).slowWhen(_ -> slowly));
  }

  @Override
  public void again(Tx tx, JobId failed, JobId job, Nothing params) {}

  @Override
  public void ended(Tx tx, JobId job, Nothing params, JobState.Ended how) {}
}
