package platter.transfer;

import static platter.auth.Action.TRANSFER_ACCEPT;
import static platter.auth.Action.TRANSFER_CREATE;
import static platter.auth.Action.TRANSFER_DELETE;
import static platter.auth.Action.TRANSFER_GET;
import static platter.auth.Action.TRANSFER_LIST;
import static platter.error.ErrorCode.INVALID_BODY;
import static platter.error.ErrorCode.INVALID_REQUEST;
import static platter.http.Shape.about;
import static platter.http.Shape.needs;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import platter.db.Database;
import platter.db.Tx;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.ListQuery;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.id.VolumeId;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@code os-volume-transfer}, the same in v2 and v3. */
final class TransfersApi {
  private static final int MAX_NAME_BYTES = 255;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private static final Shape.Members OFFER =
      about(
          "transfer", needs("volume_id", Shape.uuid()), needs("name", Shape.text(MAX_NAME_BYTES)));

  private static final Shape.Members ACCEPT = about("accept", needs("auth_key", Shape.text()));

  private final Database db;
  private final TransferStore store;
  private final OfferVolume offer;
  private final AcceptTransfer accept;
  private final WithdrawTransfer withdraw;

  TransfersApi(
      Database db,
      TransferStore store,
      OfferVolume offer,
      AcceptTransfer accept,
      WithdrawTransfer withdraw) {
    this.db = db;
    this.store = store;
    this.offer = offer;
    this.accept = accept;
    this.withdraw = withdraw;
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : List.of("v2", "v3")) {
      var all = "/" + version + "/{project_id}/os-volume-transfer";
      var one = all + "/{transfer_id}";
      routes.add(
          new Route("POST", all, Face.CINDER, TRANSFER_CREATE, r -> create(r, version))
              .body(OFFER));
      routes.add(
          new Route("GET", all, Face.CINDER, TRANSFER_LIST, r -> list(r, version, false))
              .query(ListQuery.PAGE));
      routes.add(
          new Route("GET", all + "/detail", Face.CINDER, TRANSFER_LIST, r -> list(r, version, true))
              .query(ListQuery.PAGE));
      routes.add(new Route("GET", one, Face.CINDER, TRANSFER_GET, r -> show(r, version)));
      routes.add(new Route("DELETE", one, Face.CINDER, TRANSFER_DELETE, this::delete));
      routes.add(
          new Route("POST", one + "/accept", Face.CINDER, TRANSFER_ACCEPT, r -> accept(r, version))
              .body(ACCEPT));
    }
    return routes;
  }

  private Answer create(Request request, String version) {
    var wanted = member(request, "transfer");
    var volume =
        VolumeId.parse(text(wanted, "volume_id"))
            .orElseThrow(() -> new ApiException(INVALID_REQUEST, "volume_id is not a UUID"));
    var name = text(wanted, "name");
    if (!Body.isText(name, MAX_NAME_BYTES)) {
      throw new ApiException(
          INVALID_REQUEST, "name may have " + MAX_NAME_BYTES + " bytes and no control characters");
    }
    var offered = offer.offer(request.project(), volume, name);
    return Answer.json(
        202,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("transfer");
          brief(g, offered.transfer(), request.project(), request.base(), version);
          g.writeStringProperty("created_at", TIME.format(offered.transfer().createdAt()));
          g.writeStringProperty("auth_key", offered.key());
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private static Body member(Request request, String name) {
    return Body.of(request, INVALID_BODY)
        .object(name)
        .orElseThrow(() -> new ApiException(INVALID_REQUEST, name + " is missing"));
  }

  private static String text(Body body, String name) {
    return body.text(name)
        .orElseThrow(() -> new ApiException(INVALID_REQUEST, name + " is missing"));
  }

  private Answer accept(Request request, String version) {
    var key = text(member(request, "accept"), "auth_key");
    var asked = request.param("transfer_id");
    var id = TransferId.parse(asked).orElseThrow(() -> AcceptTransfer.wrongKey(asked));
    var taken = accept.accept(request.caller(), request.project(), id, key);
    return Answer.json(
        202,
        g -> {
          g.writeStartObject();
          g.writeObjectPropertyStart("transfer");
          brief(g, taken, request.project(), request.base(), version);
          g.writeEndObject();
          g.writeEndObject();
        });
  }

  private Answer delete(Request request) {
    withdraw.withdraw(request.project(), id(request));
    return Answer.empty(202);
  }

  private static TransferId id(Request request) {
    var text = request.param("transfer_id");
    return TransferId.parse(text).orElseThrow(() -> Transfers.notFound(text));
  }

  private Answer show(Request request, String version) {
    var id = id(request);
    var transfer =
        db.lookUp(tx -> store.find(tx, request.project(), id))
            .orElseThrow(() -> Transfers.notFound(id.text()));
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeName("transfer");
          write(g, transfer, request, version, true);
          g.writeEndObject();
        });
  }

  private static TransferId marker(String text) {
    return TransferId.parse(text)
        .orElseThrow(
            () ->
                new ApiException(ErrorCode.INVALID_MARKER, "marker must be the id of a transfer"));
  }

  private void mustBe(Tx tx, ProjectId project, TransferId marker) {
    if (store.find(tx, project, marker).isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_MARKER, "this project has no transfer " + marker);
    }
  }

  private Answer list(Request request, String version, boolean detail) {
    int limit =
        request
            .query("limit")
            .map(text -> number(text, 1, ListQuery.MAX_LIMIT, ErrorCode.INVALID_LIMIT, "limit"))
            .orElse(ListQuery.MAX_LIMIT);
    int offset =
        request
            .query("offset")
            .map(text -> number(text, 0, Integer.MAX_VALUE, ErrorCode.OFFSET_NOT_INTEGER, "offset"))
            .orElse(0);
    var marker = request.query("marker").map(TransfersApi::marker);
    var transfers =
        db.lookUp(
            tx -> {
              marker.ifPresent(id -> mustBe(tx, request.project(), id));
              return store.list(tx, request.project(), marker, limit, offset);
            });
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("transfers");
          transfers.forEach(transfer -> write(g, transfer, request, version, detail));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private static int number(String text, int min, int max, ErrorCode otherwise, String name) {
    if (NUMBER.matcher(text).matches()) {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new ApiException(otherwise, name + " must be a number of " + min + ".." + max);
  }

  private static void write(
      JsonGenerator g, Transfer transfer, Request request, String version, boolean detail) {
    g.writeStartObject();
    brief(g, transfer, request.project(), request.base(), version);
    if (detail) {
      g.writeStringProperty("created_at", TIME.format(transfer.createdAt()));
    }
    g.writeEndObject();
  }

  private static void brief(
      JsonGenerator g, Transfer transfer, ProjectId project, String base, String version) {
    var path = "/" + project + "/os-volume-transfer/" + transfer.id();
    g.writeStringProperty("id", transfer.id().text());
    g.writeStringProperty("name", transfer.name());
    g.writeStringProperty("volume_id", transfer.volume().text());
    g.writeArrayPropertyStart("links");
    link(g, "self", base + "/" + version + path);
    link(g, "bookmark", base + path);
    g.writeEndArray();
  }

  private static void link(JsonGenerator g, String rel, String href) {
    g.writeStartObject();
    g.writeStringProperty("rel", rel);
    g.writeStringProperty("href", href);
    g.writeEndObject();
  }
}
