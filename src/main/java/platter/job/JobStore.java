package platter.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;
import platter.error.Failure;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;

/** The SQL of the table job. Every write after the first names the owner's epoch. */
final class JobStore {
  private static final String COLUMNS =
      "id, project, type, parent, entities, params, begin_time, state, end_time, error_code,"
          + " fail_reason";

  private final Owner owner;

  JobStore(Owner owner) {
    this.owner = owner;
  }

  void insert(Tx tx, Job job, int openChildren) {
    tx.update(
        """
        insert into job (number, id, project, type, parent, entities, params, begin_time, state,
            open_children, owner, epoch)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        job.id().number(),
        job.id().text(),
        job.project().text(),
        job.type(),
        job.parent(),
        job.entities(),
        job.params(),
        job.beginMillis(),
        textOf(job.state()),
        openChildren,
        owner.node(),
        owner.epoch());
  }

  /** Keeps the state between two steps. */
  void save(Tx tx, Job job) {
    var why = whyOf(job.state());
    int rows =
        tx.update(
            """
            update job set state = ?, error_code = ?, fail_reason = ?
            where number = ? and end_time is null and owner = ? and epoch = ?\
            """,
            textOf(job.state()),
            why == null ? null : why.code(),
            why == null ? null : why.reason(),
            job.id().number(),
            owner.node(),
            owner.epoch());
    mustBeOurs(job, rows);
  }

  /** Makes it final. */
  void end(Tx tx, Job job) {
    var why = whyOf(job.state());
    int rows =
        tx.update(
            """
            update job set state = ?, end_time = ?, error_code = ?, fail_reason = ?
            where number = ? and end_time is null and owner = ? and epoch = ?\
            """,
            textOf(job.state()),
            job.endMillis(),
            why == null ? null : why.code(),
            why == null ? null : why.reason(),
            job.id().number(),
            owner.node(),
            owner.epoch());
    mustBeOurs(job, rows);
  }

  private void mustBeOurs(Job job, int rows) {
    if (rows != 1) {
      throw new IllegalStateException("job " + job.id() + " is final or not ours: " + owner);
    }
  }

  /** Counts a sub-job as ended. Returns how many of the batch have not. */
  int childEnded(Tx tx, long parent) {
    tx.update("update job set open_children = open_children - 1 where number = ?", parent);
    return (int) tx.number("select open_children from job where number = ?", parent);
  }

  /** Makes all unfinished jobs ours: on one node, at its start. */
  void claimAll(Tx tx) {
    tx.update(
        "update job set owner = ?, epoch = ? where end_time is null", owner.node(), owner.epoch());
  }

  List<Job> unfinished(Tx tx) {
    return tx.list(
        "select " + COLUMNS + " from job where end_time is null order by number", JobStore::read);
  }

  /** What the answer of a job that succeeded is made of. */
  record Finished(
      JobId id,
      ProjectId project,
      String type,
      long beginMillis,
      long endMillis,
      String entities) {}

  /**
   * The jobs that succeeded among this one and those accepted next. As one column: each column that
   * is read costs calls into the database.
   */
  List<Finished> succeededFrom(Tx tx, JobId first, int limit) {
    return tx.list(
        """
        select id || project || type || ' ' || begin_time || ' ' || end_time || ' ' || entities
        from job where number >= ? and state = 'succeeded' order by number limit ?\
        """,
        row -> finished(row.getString(1)),
        first.number(),
        limit);
  }

  private static Finished finished(String text) {
    int project = 32;
    int type = project + 32;
    int begin = text.indexOf(' ', type);
    int end = text.indexOf(' ', begin + 1);
    int entities = text.indexOf(' ', end + 1);
    return new Finished(
        new JobId(text.substring(0, project)),
        new ProjectId(text.substring(project, type)),
        text.substring(type, begin),
        Long.parseLong(text, begin + 1, end, 10),
        Long.parseLong(text, end + 1, entities, 10),
        text.substring(entities + 1));
  }

  Optional<Job> find(Tx tx, JobId id) {
    return tx.find("select " + COLUMNS + " from job where number = ?", JobStore::read, id.number())
        .filter(job -> job.id().equals(id));
  }

  /** The sub-jobs of a batch in their order. */
  List<Job> children(Tx tx, long parent) {
    return tx.list(
        "select " + COLUMNS + " from job where parent = ? order by number", JobStore::read, parent);
  }

  /** The jobs of a project that are no sub-jobs, newest first, those before {@code below}. */
  List<Job> list(Tx tx, ProjectId project, long below, int limit) {
    return tx.list(
        "select "
            + COLUMNS
            + " from job where project = ? and parent is null and number < ?"
            + " order by number desc limit ?",
        JobStore::read,
        project.text(),
        below,
        limit);
  }

  private static Job read(ResultSet row) throws SQLException {
    long parent = row.getLong(4);
    return new Job(
        new JobId(row.getString(1)),
        new ProjectId(row.getString(2)),
        row.getString(3),
        parent == 0 ? null : parent,
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        stateOf(row.getString(8), row.getString(10), row.getString(11)),
        row.getLong(9));
  }

  private static String textOf(JobState state) {
    return switch (state) {
      case Init _ -> "init";
      case Running(int step) -> "running " + step;
      case Undoing(int step, _) -> "undoing " + step;
      case Succeeded _ -> "succeeded";
      case Failed _ -> "failed";
      case Stuck(int step, _) -> "stuck " + step;
    };
  }

  private static @Nullable Failure whyOf(JobState state) {
    return switch (state) {
      case Init _, Running _, Succeeded _ -> null;
      case Undoing(_, var why) -> why;
      case Failed(var why) -> why;
      case Stuck(_, var why) -> why;
    };
  }

  private static JobState stateOf(String text, @Nullable String code, @Nullable String reason) {
    int space = text.indexOf(' ');
    var word = space < 0 ? text : text.substring(0, space);
    int step = space < 0 ? 0 : Integer.parseInt(text.substring(space + 1));
    return switch (word) {
      case "init" -> new Init();
      case "running" -> new Running(step);
      case "undoing" -> new Undoing(step, failure(code, reason));
      case "succeeded" -> new Succeeded();
      case "failed" -> new Failed(failure(code, reason));
      case "stuck" -> new Stuck(step, failure(code, reason));
      default -> throw new IllegalStateException("job state '" + text + "'");
    };
  }

  private static Failure failure(@Nullable String code, @Nullable String reason) {
    return new Failure(code == null ? "" : code, reason == null ? "" : reason);
  }
}
