package platter.job;

import java.util.List;
import java.util.Map;
import platter.db.Database;
import platter.error.ErrorCode;
import platter.error.Failure;
import platter.http.Answer;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import platter.json.Json;
import tools.jackson.core.JsonGenerator;

/** All that is known of a job: who asked, its steps, what failed and what to do next. */
final class ExplainJob {
  private static final String RETRIED = "retried";
  private static final String AS = "as ";

  /** The event of a job of which something remains that somebody left. */
  static final String ACCEPTED = "accepted";

  private static final Failure NONE = new Failure("", "");

  private final Database db;
  private final JobStore store;
  private final LiveJobs live;
  private final Map<String, JobType<?>> types;

  ExplainJob(Database db, JobStore store, LiveJobs live, Map<String, JobType<?>> types) {
    this.db = db;
    this.store = store;
    this.live = live;
    this.types = types;
  }

  /** A job with what stands beside it, read at one moment. */
  private record Known(
      Job job,
      JobStore.Details details,
      int percent,
      List<JobEvents.Note> events,
      List<Job> children) {}

  /** The event of a job that was done again. */
  static JobEvents.Note retried(long atMillis, JobId as, String by) {
    return new JobEvents.Note(atMillis, RETRIED, "", AS + as + " by " + by);
  }

  /**
   * The explanation as JSON.
   *
   * @throws platter.error.ApiException JOB_NOT_FOUND
   */
  Answer explain(ProjectId project, JobId id) {
    var known =
        db.read(
            tx -> {
              var job = store.mine(tx, project, id);
              var running = live.find(id);
              return new Known(
                  live.current(id).orElse(job),
                  running
                      .filter(one -> one.startedMillis != 0)
                      .map(
                          one ->
                              store
                                  .details(tx, id.number())
                                  .orElseThrow()
                                  .startedAt(one.startedMillis))
                      .orElseGet(() -> store.details(tx, id.number()).orElseThrow()),
                  running
                      .map(one -> one.percent)
                      .filter(percent -> percent >= 0)
                      .orElseGet(() -> store.percent(tx, id.number())),
                  JobEvents.of(tx, id.number()),
                  types.containsKey(job.type()) ? List.of() : store.children(tx, id.number()));
            });
    return Answer.json(200, g -> write(g, known));
  }

  private void write(JsonGenerator g, Known known) {
    var job = known.job();
    var details = known.details();
    g.writeStartObject();
    g.writeStringProperty("job_id", job.id().text());
    g.writeStringProperty("job_type", job.type());
    g.writeStringProperty("status", job.state().wireName());
    g.writeName("entities");
    g.writeTree(Json.read(job.entities()));
    failure(g, job);
    g.writeBooleanProperty("stuck", job.state() instanceof Stuck);
    g.writeStringProperty("asked_by", details.askedBy());
    g.writeStringProperty("node", details.owner().node());
    time(g, "begin_time", job.beginMillis());
    time(g, "started_time", details.startedMillis());
    time(g, "end_time", job.endMillis());
    time(g, "deadline", details.deadlineMillis());
    time(g, "last_sign_of_life", Math.max(details.signMillis(), details.startedMillis()));
    g.writeNumberProperty("failed_attempts", details.attempts());
    text(g, "cancelled_by", details.cancelledBy().orElse(""));
    text(g, "retry_of", details.retryOf().orElse(""));
    steps(g, known);
    g.writeArrayPropertyStart("events");
    for (var note : known.events()) {
      g.writeStartObject();
      time(g, "time", note.atMillis());
      g.writeStringProperty("kind", note.kind());
      text(g, "step", note.step());
      g.writeStringProperty("text", note.text());
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeArrayPropertyStart("sub_jobs");
    for (var stored : known.children()) {
      var child = live.current(stored.id()).orElse(stored);
      g.writeStartObject();
      g.writeStringProperty("job_id", child.id().text());
      g.writeStringProperty("status", child.state().wireName());
      g.writeName("entities");
      g.writeTree(Json.read(child.entities()));
      failure(g, child);
      g.writeBooleanProperty("stuck", child.state() instanceof Stuck);
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeStringProperty("next", advice(known));
    g.writeEndObject();
  }

  /** Unlike the answer of a job it is told while the job is being undone, too. */
  private static void failure(JsonGenerator g, Job job) {
    var why =
        switch (job.state()) {
          case Init _, Running _, Succeeded _ -> NONE;
          case Undoing(_, var reason, _) -> reason;
          case Failed(var reason) -> reason;
          case Stuck(_, var reason) -> reason;
        };
    text(g, "error_code", why.code());
    text(g, "fail_reason", why.reason());
  }

  private void steps(JsonGenerator g, Known known) {
    g.writeArrayPropertyStart("steps");
    var type = types.get(known.job().type());
    var steps = type == null ? List.<String>of() : type.steps().stream().map(Step::name).toList();
    int left = steps.indexOf(leftStep(known.events()));
    for (int i = 0; i < steps.size(); i++) {
      g.writeStartObject();
      g.writeStringProperty("name", steps.get(i));
      g.writeStringProperty(
          "state",
          known.details().startedMillis() == 0 ? "to do" : state(known.job().state(), i, left));
      if (known.job().state() instanceof Running(int now, _) && now == i && known.percent() > 0) {
        g.writeNumberProperty("percent", known.percent());
      } else {
        g.writeNullProperty("percent");
      }
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  static boolean wasRetried(List<JobEvents.Note> events) {
    return events.stream().anyMatch(note -> note.kind().equals(RETRIED));
  }

  /** The step whose undo failed, when somebody accepted that; else empty. */
  private static String leftStep(List<JobEvents.Note> events) {
    if (events.stream().noneMatch(note -> note.kind().equals(ACCEPTED))) {
      return "";
    }
    return events.reversed().stream()
        .map(JobEvents.Note::step)
        .filter(step -> !step.isEmpty())
        .findFirst()
        .orElse("");
  }

  /**
   * @param left the step that somebody accepted as it is, and those before it; -1: none
   */
  private static String state(JobState state, int step, int left) {
    return switch (state) {
      case Init _ -> "to do";
      case Running(int now, _) -> step < now ? "done" : step == now ? "under way" : "to do";
      case Undoing(int now, _, _) -> step < now ? "done" : step == now ? "being undone" : "undone";
      case Succeeded _ -> "done";
      case Failed _ -> step <= left ? "left as it was" : "undone";
      case Stuck(int at, _) -> step < at ? "done" : step == at ? "not undone" : "undone";
    };
  }

  private String advice(Known known) {
    var job = known.job();
    var details = known.details();
    return switch (job.state()) {
      case Init _ -> "Nothing: it waits for a hand.";
      case Running _ ->
          details.cancelledBy().isPresent()
              ? "Nothing: it is undone when the call to the storage that is under way returns."
              : details.attempts() > 0
                  ? "Look at the storage: attempts go on until the deadline of the step, then the"
                      + " job is undone. To undo it now: platter job cancel "
                      + job.id()
                  : "Nothing: it is being done.";
      case Undoing _ -> "Nothing: what was done is being undone.";
      case Succeeded _ -> "Nothing: it is done.";
      case Failed(var why) -> afterFailure(known, why);
      case Stuck _ ->
          "Look at the storage. Then one of: platter job undo "
              + job.id()
              + " (undo what remains), platter job retry "
              + job.id()
              + " (do it again), platter job accept "
              + job.id()
              + " (leave what remains)";
    };
  }

  private String afterFailure(Known known, Failure why) {
    var job = known.job();
    var type = types.get(job.type());
    var stuck = known.children().stream().filter(child -> child.state() instanceof Stuck).toList();
    if (!stuck.isEmpty()) {
      return "Of "
          + stuck.size()
          + " sub-jobs something remains; see what to do about each: platter job explain "
          + stuck.getFirst().id();
    }
    if (wasRetried(known.events())) {
      var retried = known.events().stream().filter(note -> note.kind().equals(RETRIED)).toList();
      var as =
          retried.getLast().text().substring(AS.length(), AS.length() + job.id().text().length());
      return "Nothing: it was retried. How that went: platter job explain " + as;
    }
    if (type != null && !type.retryable()) {
      return "Look at the volume: platter volume list, platter verify";
    }
    var retry = "platter job retry " + job.id();
    return why.code().equals(ErrorCode.CANCELLED.code())
        ? "Nothing: it was cancelled. To do it after all: " + retry
        : "See to the cause, then: " + retry;
  }

  private static void time(JsonGenerator g, String name, long millis) {
    text(g, name, millis == 0 ? "" : JobTime.text(millis));
  }

  /** Empty is null: there is none. */
  private static void text(JsonGenerator g, String name, String text) {
    if (text.isEmpty()) {
      g.writeNullProperty(name);
    } else {
      g.writeStringProperty(name, text);
    }
  }
}
