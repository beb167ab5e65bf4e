package platter.tag;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import platter.db.Database;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Request;
import platter.http.Shape;
import platter.id.ProjectId;
import tools.jackson.core.JsonGenerator;

/** Answers the calls about tags of one kind of resource; whoever owns the kind has the routes. */
public final class TagsApi {
  /** The body of {@link #add}. */
  public static final Shape.Members ADD = Shape.object(Tags.PAIRS);

  /** The body of {@link #remove}: the values do not matter. */
  public static final Shape.Members REMOVE = Shape.object(Tags.KEYS);

  /** The body of {@link #action}. */
  public static final Shape.Members ACTION =
      Shape.object(Shape.needs("action", Shape.oneOf("create", "delete")), Tags.PAIRS);

  private final Database db;
  private final Tagged resources;

  public TagsApi(Database db, Tagged resources) {
    this.db = db;
    this.resources = resources;
  }

  /** {@code {"action": "create"|"delete", "tags": [{key, value}]}}. */
  public Answer action(Request request, String id) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    return switch (body.text("action").orElse("")) {
      case "create" -> add(request.project(), id, body);
      case "delete" -> remove(request.project(), id, body);
      default ->
          throw new ApiException(ErrorCode.INVALID_REQUEST, "action must be create or delete");
    };
  }

  /** Adds tags; of a key that is there the value changes. */
  public Answer add(Request request, String id) {
    return add(request.project(), id, Body.of(request, ErrorCode.INVALID_BODY));
  }

  private Answer add(ProjectId project, String id, Body body) {
    var more = Tags.toAdd(body);
    return change(
        project,
        id,
        tags -> {
          tags.putAll(more);
          Tags.check(tags);
          return tags;
        });
  }

  /** Takes tags away; a key that is not there is no matter. */
  public Answer remove(Request request, String id) {
    return remove(request.project(), id, Body.of(request, ErrorCode.INVALID_BODY));
  }

  private Answer remove(ProjectId project, String id, Body body) {
    var keys = Tags.toRemove(body);
    return change(
        project,
        id,
        tags -> {
          tags.keySet().removeAll(keys);
          return tags;
        });
  }

  private Answer change(ProjectId project, String id, UnaryOperator<Map<String, String>> change) {
    db.inTx(
        tx -> {
          var now =
              resources.findToChange(tx, project, id).orElseThrow(() -> notFound(resources, id));
          var then = change.apply(new TreeMap<>(now));
          if (!then.equals(now)) {
            resources.set(tx, project, id, then);
          }
          return true;
        });
    return Answer.empty(204);
  }

  private static ApiException notFound(Tagged resources, String id) {
    return new ApiException(
        ErrorCode.NOT_FOUND, "this project has no " + resources.kind() + " " + id);
  }

  /** The tags of one resource, as a list of pairs. */
  public Answer show(Request request, String id) {
    var tags =
        db.lookUp(tx -> resources.find(tx, request.project(), id))
            .orElseThrow(() -> notFound(resources, id));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          writePairs(g, tags);
          g.writeEndObject();
        });
  }

  /** Every key of the project with all its values: {@code {"tags": {"key": ["value"]}}}. */
  public Answer all(Request request) {
    var all = db.lookUp(tx -> resources.all(tx, request.project()));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("tags");
          all.forEach(
              (key, values) -> {
                g.writeArrayPropertyStart(key);
                values.forEach(g::writeString);
                g.writeEndArray();
              });
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  /** The same as a list: {@code {"tags": [{"key", "value": ["value"]}]}}. */
  public Answer allAsList(Request request) {
    var all = db.lookUp(tx -> resources.all(tx, request.project()));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("tags");
          all.forEach(
              (key, values) -> {
                g.writeStartObject();
                g.writeStringProperty("key", key);
                g.writeArrayPropertyStart("value");
                values.forEach(g::writeString);
                g.writeEndArray();
                g.writeEndObject();
              });
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  /** A member {@code tags}: a list of pairs. */
  public static void writePairs(JsonGenerator g, Map<String, String> tags) {
    g.writeArrayPropertyStart("tags");
    tags.forEach(
        (key, value) -> {
          g.writeStartObject();
          g.writeStringProperty("key", key);
          g.writeStringProperty("value", value);
          g.writeEndObject();
        });
    g.writeEndArray();
  }
}
