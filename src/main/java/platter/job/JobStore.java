package platter.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import platter.db.Countdown;
import platter.db.Repeated;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.node.Owner;

/** The SQL of the table job. Every write of a runner names the owner's epoch. */
final class JobStore {
  static final String COLUMNS =
      "id, project, type, parent, entities, params, begin_time, state, end_time, error_code,"
          + " fail_reason, attempts";

  private static final Repeated INSERT =
      Repeated.insert(
          "job",
          "number bigint, id text, project text, type text, parent bigint, entities text,"
              + " params text, begin_time bigint, state text, open_children bigint, owner text,"
              + " epoch bigint, asked_by text, deadline bigint, retry_of text");

  private static final Repeated SUCCEED =
      Repeated.update(
          "job",
          "state = 'succeeded', end_time = :end_time, started_time = :started_time, attempts = 0,"
              + " error_code = null, fail_reason = null",
          "number = :number and end_time is null and owner = :owner and epoch = :epoch"
              + " and cancelled_by is null",
          "end_time bigint, started_time bigint, number bigint, owner text, epoch bigint");

  private static final Repeated END_BATCH =
      Repeated.update(
          "job",
          "state = :state, end_time = :end_time, error_code = :error_code,"
              + " fail_reason = :fail_reason",
          "number = :number and end_time is null and owner = :owner and epoch = :epoch",
          "state text, end_time bigint, error_code text, fail_reason text, number bigint,"
              + " owner text, epoch bigint");

  private static final Countdown OPEN_CHILDREN = new Countdown("job", "open_children", "number");

  /**
   * What stands beside a job when it is accepted.
   *
   * @param openChildren how many sub-jobs have not ended
   * @param by who asks for it
   * @param deadlineMillis when it should have ended, milliseconds since 1970
   * @param retryOf the job whose failed part it does again, or null
   */
  record Accepted(int openChildren, String by, long deadlineMillis, @Nullable String retryOf) {}

  void insert(Tx tx, Job job, Owner owner, Accepted beside) {
    tx.later(
        () -> new IllegalStateException("job " + job.id() + " is there already"),
        INSERT,
        job.id().number(),
        job.id().text(),
        job.project().text(),
        job.type(),
        job.parent(),
        job.entities(),
        job.params(),
        job.beginMillis(),
        textOf(job.state()),
        beside.openChildren(),
        owner.node(),
        owner.epoch(),
        beside.by(),
        beside.deadlineMillis(),
        beside.retryOf());
  }

  /** The row is final, somebody else's, or cancelled: what was to be written does not hold. */
  static final class NotWritten extends RuntimeException {
    NotWritten(JobId job) {
      super("job " + job + " was not written", null, false, false);
    }
  }

  /** Keeps the state between two steps and between two attempts. */
  void save(Tx tx, Live live, JobState state, long nowMillis) {
    var why = whyOf(state);
    int rows =
        tx.update(
            """
            update job set state = ?, error_code = ?, fail_reason = ?, attempts = ?,
                started_time = ?, sign_time = ?, percent = null
            where number = ? and end_time is null and owner = ? and epoch = ?\
            """,
            textOf(state),
            why == null ? null : why.code(),
            why == null ? null : why.reason(),
            triesOf(state),
            live.startedMillis,
            nowMillis,
            live.job().id().number(),
            live.owner().node(),
            live.owner().epoch());
    mustBe(1, rows, live.job());
  }

  /**
   * Tells that a step has begun, where other nodes answer too.
   *
   * @return whether it is told now: not when it has ended meanwhile
   */
  boolean begun(Tx tx, Live live, long nowMillis) {
    return tx.update(
            """
            update job set state = ?, started_time = ?, sign_time = ?
            where number = ? and state = 'init' and end_time is null and owner = ? and epoch = ?\
            """,
            textOf(new Running(0, 0)),
            nowMillis,
            nowMillis,
            live.job().id().number(),
            live.owner().node(),
            live.owner().epoch())
        == 1;
  }

  /** Keeps how far the step under way is; nothing when it is another node's, or over. */
  void progress(Tx tx, Live live, long nowMillis) {
    tx.update(
        """
        update job set percent = ?, progress_time = ?, sign_time = ?
        where number = ? and end_time is null and owner = ? and epoch = ?\
        """,
        live.percent,
        nowMillis,
        nowMillis,
        live.job().id().number(),
        live.owner().node(),
        live.owner().epoch());
  }

  /** How far the step under way was, as it was kept; 0 when it was not. */
  int percent(Tx tx, long number) {
    return tx.find(
            "select coalesce(percent, 0) from job where number = ?", row -> row.getInt(1), number)
        .orElse(0);
  }

  /** Makes it final. One that somebody has cancelled does not succeed any more. */
  void end(Tx tx, Job job, Live live) {
    if (job.state() instanceof Succeeded) {
      tx.later(
          () -> new NotWritten(job.id()),
          SUCCEED,
          job.endMillis(),
          live.startedMillis,
          job.id().number(),
          live.owner().node(),
          live.owner().epoch());
      return;
    }
    var why = whyOf(job.state());
    int rows =
        tx.update(
            """
            update job set state = ?, stuck = ?, end_time = ?, error_code = ?, fail_reason = ?,
                started_time = ?
            where number = ? and end_time is null and owner = ? and epoch = ?\
            """,
            textOf(job.state()),
            job.state() instanceof Stuck ? 1 : null,
            job.endMillis(),
            why == null ? null : why.code(),
            why == null ? null : why.reason(),
            live.startedMillis == 0 ? null : live.startedMillis,
            job.id().number(),
            live.owner().node(),
            live.owner().epoch());
    mustBe(1, rows, job);
  }

  /** Makes a job final that has no steps of its own: a batch, with its last child. */
  void endWithoutSteps(Tx tx, Job parent, Owner owner) {
    var why = whyOf(parent.state());
    tx.later(
        () -> new NotWritten(parent.id()),
        END_BATCH,
        textOf(parent.state()),
        parent.endMillis(),
        why == null ? null : why.code(),
        why == null ? null : why.reason(),
        parent.id().number(),
        owner.node(),
        owner.epoch());
  }

  private static void mustBe(int wanted, int rows, Job job) {
    if (rows != wanted) {
      throw new NotWritten(job.id());
    }
  }

  /** Counts a sub-job as ended. Returns how many of the batch have not. */
  long childEnded(Tx tx, long parent) {
    return tx.countDown(OPEN_CHILDREN, parent);
  }

  /** Asks for it to be undone. Returns whether this call was the one that did. */
  boolean cancel(Tx tx, long number, String by) {
    return tx.update(
            """
            update job set cancelled_by = ?
            where number = ? and end_time is null and cancelled_by is null\
            """,
            by,
            number)
        == 1;
  }

  /** As {@link #cancel}, if it still is this node's. */
  boolean cancelOwned(Tx tx, Live live, String by) {
    return tx.update(
            """
            update job set cancelled_by = ?
            where number = ? and end_time is null and cancelled_by is null
                and owner = ? and epoch = ?\
            """,
            by,
            live.job().id().number(),
            live.owner().node(),
            live.owner().epoch())
        == 1;
  }

  /** What stands beside a job: for those who look after it. */
  record Details(
      Owner owner,
      String askedBy,
      long startedMillis,
      long deadlineMillis,
      long signMillis,
      int attempts,
      Optional<String> cancelledBy,
      Optional<String> retryOf) {
    /** As the node knows it that runs the job, before it is written down. */
    Details startedAt(long millis) {
      return new Details(
          owner, askedBy, millis, deadlineMillis, signMillis, attempts, cancelledBy, retryOf);
    }
  }

  /** Empty: it was collected. */
  Optional<Details> details(Tx tx, long number) {
    return tx.find(
        """
            select owner, epoch, asked_by, coalesce(started_time, 0), deadline,
                coalesce(sign_time, 0), attempts, cancelled_by, retry_of
            from job where number = ?\
            """,
        row ->
            new Details(
                new Owner(row.getString(1), row.getLong(2)),
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getInt(7),
                Optional.ofNullable(row.getString(8)),
                Optional.ofNullable(row.getString(9))),
        number);
  }

  /** What an operator may make of a job that is stuck. */
  enum Stuckness {
    /** An undo failed. */
    STUCK("stuck "),
    /** Somebody is undoing what remained. */
    UNDOING("stuck-undo "),
    /** Nothing remains, or that was accepted: it is a job that failed. */
    OVER("failed");

    private final String text;

    Stuckness(String text) {
      this.text = text;
    }

    private String text(Stuck stuck) {
      return this == OVER ? text : text + stuck.step();
    }

    private @Nullable Integer mark() {
      return this == OVER ? null : 1;
    }
  }

  /** Moves a job that is stuck, if it still is what it was. What is told of it does not change. */
  boolean move(Tx tx, JobId id, Stuck stuck, Stuckness from, Stuckness to) {
    return tx.update(
            "update job set state = ?, stuck = ? where number = ? and state = ?",
            to.text(stuck),
            to.mark(),
            id.number(),
            from.text(stuck))
        == 1;
  }

  /** Makes a job that is stuck the one that this incarnation undoes. */
  boolean beginUndo(Tx tx, JobId id, Stuck stuck, Owner by) {
    return tx.update(
            "update job set state = ?, owner = ?, epoch = ? where number = ? and state = ?",
            Stuckness.UNDOING.text(stuck),
            by.node(),
            by.epoch(),
            id.number(),
            Stuckness.STUCK.text(stuck))
        == 1;
  }

  /** Ends what {@link #beginUndo} began, if it still is that incarnation's. */
  boolean endUndo(Tx tx, JobId id, Stuck stuck, Owner by, Stuckness to) {
    return tx.update(
            "update job set state = ?, stuck = ? where number = ? and state = ? and owner = ?"
                + " and epoch = ?",
            to.text(stuck),
            to.mark(),
            id.number(),
            Stuckness.UNDOING.text(stuck),
            by.node(),
            by.epoch())
        == 1;
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

  /**
   * A job of this project.
   *
   * @throws ApiException JOB_NOT_FOUND when it is another's, or not there
   */
  Job mine(Tx tx, ProjectId project, JobId id) {
    return find(tx, id)
        .filter(job -> job.project().equals(project))
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.JOB_NOT_FOUND, "this project has no job of the id that was asked"));
  }

  /** Whether it has not ended and somebody wants it undone. */
  boolean isCancelled(Tx tx, long number) {
    return tx.number(
            """
            select count(*) from job
            where number = ? and end_time is null and cancelled_by is not null\
            """,
            number)
        == 1;
  }

  /** Who wants an unfinished job undone, when the row is settled; it is locked. */
  Optional<String> cancelledBy(Tx tx, long number) {
    return tx.find( // no condition on cancelled_by: who has not committed yet is waited for
            "select coalesce(cancelled_by, '') from job where number = ? and end_time is null"
                + tx.dialect().forUpdate(),
            row -> row.getString(1),
            number)
        .filter(by -> !by.isEmpty());
  }

  /** The sub-jobs of a batch in their order. */
  List<Job> children(Tx tx, long parent) {
    return tx.list(
        "select " + COLUMNS + " from job where parent = ? order by number", JobStore::read, parent);
  }

  /**
   * The jobs of a project, newest first.
   *
   * @param where further conditions, each beginning with {@code and}
   */
  List<Job> list(Tx tx, ProjectId project, String where, List<Object> args, int limit) {
    var all = new ArrayList<Object>();
    all.add(project.text());
    all.addAll(args);
    all.add(limit);
    return tx.list(
        "select "
            + COLUMNS
            + " from job where project = ? "
            + where
            + " order by number desc limit ?",
        JobStore::read,
        all.toArray());
  }

  static Job read(ResultSet row) throws SQLException {
    long parent = row.getLong(4);
    return new Job(
        new JobId(row.getString(1)),
        new ProjectId(row.getString(2)),
        row.getString(3),
        parent == 0 ? null : parent,
        row.getString(5),
        row.getString(6),
        row.getLong(7),
        stateOf(row.getString(8), row.getString(10), row.getString(11), row.getInt(12)),
        row.getLong(9));
  }

  private static String textOf(JobState state) {
    return switch (state) {
      case Init _ -> "init";
      case Running(int step, _) -> "running " + step;
      case Undoing(int step, _, _) -> "undoing " + step;
      case Succeeded _ -> "succeeded";
      case Failed _ -> "failed";
      case Stuck(int step, _) -> "stuck " + step;
    };
  }

  private static int triesOf(JobState state) {
    return switch (state) {
      case Running(_, int tries) -> tries;
      case Undoing(_, _, int tries) -> tries;
      case Init _, Succeeded _, Failed _, Stuck _ -> 0;
    };
  }

  private static @Nullable Failure whyOf(JobState state) {
    return switch (state) {
      case Init _, Running _, Succeeded _ -> null;
      case Undoing(_, var why, _) -> why;
      case Failed(var why) -> why;
      case Stuck(_, var why) -> why;
    };
  }

  private static JobState stateOf(
      String text, @Nullable String code, @Nullable String reason, int tries) {
    int space = text.indexOf(' ');
    var word = space < 0 ? text : text.substring(0, space);
    int step = space < 0 ? 0 : Integer.parseInt(text.substring(space + 1));
    return switch (word) {
      case "init" -> new Init();
      case "running" -> new Running(step, tries);
      case "undoing" -> new Undoing(step, failure(code, reason), tries);
      case "succeeded" -> new Succeeded();
      case "failed" -> new Failed(failure(code, reason));
      case "stuck", "stuck-undo" -> new Stuck(step, failure(code, reason));
      default -> throw new IllegalStateException("job state '" + text + "'");
    };
  }

  private static Failure failure(@Nullable String code, @Nullable String reason) {
    return new Failure(code == null ? "" : code, reason == null ? "" : reason);
  }
}
