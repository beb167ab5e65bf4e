package platter.job;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import platter.db.Database;
import platter.db.Dialect;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Shape;
import platter.id.JobId;
import platter.id.VolumeId;

/** The jobs of a project, newest first, by what the caller looks for. */
final class ListJobs {
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_TEXT = 255;

  /** A job beyond its deadline that has told no progress for so long is stuck. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  /** Which of them run is told by the engine, where that is not written down. */
  private static final String UNFINISHED =
      "and " + OwnedJobs.NOT_LONG_AGO + " and end_time is null ";

  /** What each status is in the table. */
  private static final Map<String, String> STATES =
      Map.of(
          "INIT",
          UNFINISHED,
          "RUNNING",
          UNFINISHED,
          "SUCCESS",
          "and state = 'succeeded' ",
          "FAIL",
          "and (state = 'failed' or " + stuck() + ") ");

  static final List<Parameter> PARAMETERS =
      List.of(
          Parameter.of("status", Shape.oneOf("INIT", "RUNNING", "SUCCESS", "FAIL")),
          Parameter.of("type", Shape.text(MAX_TEXT)),
          Parameter.of("volume", Shape.uuid()),
          Parameter.of("parent", Shape.text()),
          Parameter.of("since", Shape.time()),
          Parameter.of("until", Shape.time()),
          Parameter.of("text", Shape.text(MAX_TEXT)),
          Parameter.of("stuck", Shape.oneOf("true", "false")),
          Parameter.of("limit", Shape.whole(1, MAX_LIMIT)),
          Parameter.of("marker", Shape.text()));

  private final Database db;
  private final JobStore store;
  private final UnaryOperator<Job> current;
  private final InstantSource clock;

  /**
   * @param current a job as it stands, of one as it is written down
   */
  ListJobs(Database db, JobStore store, UnaryOperator<Job> current, InstantSource clock) {
    this.db = db;
    this.store = store;
    this.current = current;
    this.clock = clock;
  }

  /** The condition of the index job_stuck. */
  static String stuck() {
    return "stuck is not null";
  }

  private static final class Filter {
    final StringBuilder where = new StringBuilder();
    final List<Object> args = new ArrayList<>();

    void and(String condition, Object... values) {
      where.append("and ").append(condition).append(' ');
      args.addAll(List.of(values));
    }
  }

  /**
   * A page of them. Sub-jobs are listed only when they are asked for: by {@code parent}, {@code
   * volume} or {@code stuck}.
   *
   * @throws ApiException INVALID_LIMIT, INVALID_MARKER, INVALID_STATUS, INVALID_VOLUME_ID,
   *     INVALID_REQUEST
   */
  List<Job> list(Request request) {
    request.query().keySet().forEach(name -> known(name, request.takes().names()));
    int limit = request.query("limit").map(ListJobs::limit).orElse(DEFAULT_LIMIT);
    var status = request.query("status").map(text -> text.toUpperCase(Locale.ROOT));
    var found = new ArrayList<Job>();
    var last = Optional.<Long>empty();
    while (true) {
      var after = last;
      var page =
          db.lookUp(
              tx -> {
                var filter = filter(request, tx.dialect());
                after.ifPresent(number -> filter.and("number < ?", number));
                return store.list(
                    tx, request.project(), filter.where.toString(), filter.args, limit);
              });
      for (var stored : page) {
        var job = current.apply(stored);
        if (found.size() < limit
            && status.filter(one -> !one.equals(job.state().wireName())).isEmpty()) {
          found.add(job);
        }
      }
      if (page.size() < limit || found.size() == limit) {
        return found;
      }
      last = Optional.of(page.getLast().id().number());
    }
  }

  /** A misspelt one must not list everything. */
  private static void known(String parameter, List<String> all) {
    if (!all.contains(parameter)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "there is no " + parameter + " here, but " + String.join(", ", all));
    }
  }

  private Filter filter(Request request, Dialect dialect) {
    var filter = new Filter();
    var parent = request.query("parent").map(text -> id(text, ErrorCode.INVALID_REQUEST));
    var volume = request.query("volume").map(ListJobs::volume);
    boolean stuck = request.query("stuck").map(ListJobs::yesNo).orElse(false);
    parent.ifPresent(id -> filter.and("parent = ?", id.number()));
    volume.ifPresent(
        id -> filter.and(dialect.jsonText("entities", "volume_id") + " = ?", id.text()));
    if (parent.isEmpty() && !stuck && volume.isEmpty()) {
      filter.and("parent is null");
    }
    if (stuck) {
      long silent = clock.millis() - SILENCE.toMillis();
      filter.and(
          "("
              + stuck()
              + " or ("
              + OwnedJobs.NOT_LONG_AGO
              + " and end_time is null and parent is null and deadline < ?"
              + " and coalesce(progress_time, 0) < ?"
              + " and not exists (select 1 from job part where part.parent = job.number"
              + " and part.end_time is null and part.progress_time >= ?)))",
          clock.millis(),
          silent,
          silent);
    }
    request.query("status").ifPresent(status -> filter.where.append(state(status)));
    request.query("type").ifPresent(type -> filter.and("type = ?", plain(type)));
    request.query("since").ifPresent(time -> filter.and("begin_time >= ?", millis(time)));
    request.query("until").ifPresent(time -> filter.and("begin_time < ?", millis(time)));
    request.query("text").ifPresent(text -> text(filter, dialect, text));
    request
        .query("marker")
        .ifPresent(
            marker -> filter.and("number < ?", id(marker, ErrorCode.INVALID_MARKER).number()));
    return filter;
  }

  /** In the name of the volume, the reason of a failure, the type or the one who asked. */
  private static void text(Filter filter, Dialect dialect, String text) {
    var pattern = "%" + plain(text).replaceAll("[\\\\%_]", "\\\\$0") + "%";
    var name = dialect.jsonText("entities", "name");
    filter.and(
        Stream.of(name, "fail_reason", "type", "asked_by")
            .map(column -> "lower(coalesce(" + column + ", '')) like lower(?) escape '\\'")
            .collect(Collectors.joining(" or ", "(", ")")),
        pattern,
        pattern,
        pattern,
        pattern);
  }

  private static String plain(String text) {
    if (!Body.isText(text, MAX_TEXT)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "text and type have up to " + MAX_TEXT + " bytes, without control characters");
    }
    return text;
  }

  private static VolumeId volume(String text) {
    return VolumeId.parse(text)
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_VOLUME_ID, "volume is a UUID"));
  }

  private static String state(String status) {
    var where = STATES.get(status.toUpperCase(Locale.ROOT));
    if (where == null) {
      throw new ApiException(
          ErrorCode.INVALID_STATUS, "status must be INIT, RUNNING, SUCCESS or FAIL");
    }
    return where;
  }

  private static JobId id(String text, ErrorCode code) {
    return JobId.parse(text).orElseThrow(() -> new ApiException(code, "that is not a job id"));
  }

  private static long millis(String text) {
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "since and until are times such as 2026-11-21T18:20:15Z");
    }
  }

  private static boolean yesNo(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ApiException(ErrorCode.INVALID_REQUEST, "stuck must be true or false");
    };
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ApiException(ErrorCode.INVALID_LIMIT, "limit must be 1.." + MAX_LIMIT);
  }
}
