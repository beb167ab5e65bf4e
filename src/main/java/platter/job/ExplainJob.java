package platter.job;

import java.util.List;
import java.util.Map;
import platter.db.Database;
import platter.http.Answer;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.job.JobState.Failed;
import platter.job.JobState.Init;
import platter.job.JobState.Running;
import platter.job.JobState.Stuck;
import platter.job.JobState.Succeeded;
import platter.job.JobState.Undoing;
import tools.jackson.core.JsonGenerator;

/** All that is known of a job: who asked, its steps, what failed and what to do next. */
final class ExplainJob {
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
      Job job, JobStore.Details details, List<JobEvents.Note> events, List<Job> children) {}

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
              var running = live.findCurrent(id);
              return new Known(
                  running.map(Live::job).orElse(job),
                  running
                      .map(one -> store.details(tx, id.number()).startedAt(one.startedMillis))
                      .orElseGet(() -> store.details(tx, id.number())),
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
    steps(g, job, details);
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
    for (var child : known.children()) {
      g.writeStartObject();
      g.writeStringProperty("job_id", child.id().text());
      g.writeStringProperty(
          "status", live.findCurrent(child.id()).map(Live::job).orElse(child).state().wireName());
      g.writeEndObject();
    }
    g.writeEndArray();
    g.writeStringProperty("next", advice(job, details));
    g.writeEndObject();
  }

  private void steps(JsonGenerator g, Job job, JobStore.Details details) {
    g.writeArrayPropertyStart("steps");
    var type = types.get(job.type());
    for (int i = 0; type != null && i < type.steps().size(); i++) {
      g.writeStartObject();
      g.writeStringProperty("name", type.steps().get(i).name());
      g.writeStringProperty(
          "state", details.startedMillis() == 0 ? "to do" : state(job.state(), i));
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  private static String state(JobState state, int step) {
    return switch (state) {
      case Init _ -> "to do";
      case Running(int now, _) -> step < now ? "done" : step == now ? "under way" : "to do";
      case Undoing(int now, _, _) -> step < now ? "done" : step == now ? "being undone" : "undone";
      case Succeeded _ -> "done";
      case Failed _ -> "undone";
      case Stuck(int at, _) -> step < at ? "done" : step == at ? "not undone" : "undone";
    };
  }

  private static String advice(Job job, JobStore.Details details) {
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
      case Failed _ -> "See to the cause, then: platter job retry " + job.id();
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
