package platter.attachment;

import static platter.auth.Action.VOLUME_ATTACH;
import static platter.auth.Action.VOLUME_DETACH;
import static platter.auth.Action.VOLUME_GET;
import static platter.http.Shape.about;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import platter.auth.Role;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.ListQuery;
import platter.http.Parameter;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.ProjectId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.volume.Attachment;
import platter.volume.Attachments;
import platter.volume.Volumes;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of Cinder's {@code /v3/{project_id}/attachments} (OpenStack's API reference,
 * "Attachments (attachments)": microversion 3.27, {@code os-complete} 3.44).
 */
public final class AttachmentsApi {
  private static final int SINCE = 27;
  private static final int COMPLETES_SINCE = 44;
  private static final int MAX_TEXT_BYTES = 255;
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_WAIT_SECONDS = 30;
  private static final int MAX_WAIT_SECONDS = 300;

  private static final Shape.Member CONNECTOR =
      may(
          "connector",
          Shape.object(
              may("host", Shape.text(MAX_TEXT_BYTES)),
              may("mountpoint", Shape.text(MAX_TEXT_BYTES)),
              may("mode", Shape.oneOf("rw", "ro")),
              may("client", Shape.oneOf("qemu", "libvirt", "nbd-client", "rbd", "other"))));

  private static final Shape.Members CREATE =
      about(
          "attachment",
          needs("volume_uuid", Shape.uuid()),
          may("instance_uuid", Shape.uuid()),
          CONNECTOR);

  private static final Shape.Members UPDATE =
      about("attachment", needs("connector", CONNECTOR.shape()));

  private static final Shape.Members COMPLETE =
      Shape.oneMember(needs("os-complete", Shape.either(Shape.nothing(), Shape.object())));

  private static final List<Parameter> PARAMETERS =
      ListQuery.all(
          List.of(Parameter.of("limit", Shape.whole(0, Integer.MAX_VALUE)), ListQuery.OFFSET),
          Stream.of(
                  "marker", "volume_id", "status", "attach_status", "instance_id", "instance_uuid")
              .map(name -> Parameter.of(name, Shape.text()))
              .toList());

  private static final Parameter CONNECTIONS =
      Parameter.of("connections", Shape.oneOf("cut", "wait"));

  private static final Parameter TIMEOUT =
      Parameter.lenient(
          "timeout", Shape.whole(0, MAX_WAIT_SECONDS), "in seconds; only with connections=wait");

  private final Database db;
  private final Volumes volumes;
  private final Attachments attachments;
  private final StorageDriver driver;
  private final Tickets tickets;
  private final NbdAddress address;
  private final AttachmentJson json;

  /**
   * @param address where the tickets can be said
   */
  public AttachmentsApi(
      Database db, Volumes volumes, StorageDriver driver, Tickets tickets, NbdAddress address) {
    this.db = db;
    this.volumes = volumes;
    attachments = volumes.attachments();
    this.tickets = tickets;
    this.address = address;
    this.driver = driver;
    json = new AttachmentJson(tickets, address, driver);
  }

  public List<Route> routes() {
    var all = "/v3/{project_id}/attachments";
    var one = all + "/{attachment_id}";
    return List.of(
        new Route("POST", all, Face.CINDER, VOLUME_ATTACH, since(SINCE, this::create))
            .body(CREATE)
            .headers(Asked.HEADERS),
        new Route("GET", all, Face.CINDER, VOLUME_GET, since(SINCE, this::brief)).query(PARAMETERS),
        new Route("GET", all + "/detail", Face.CINDER, VOLUME_GET, since(SINCE, this::detail))
            .query(PARAMETERS),
        new Route("GET", one, Face.CINDER, VOLUME_GET, since(SINCE, this::show)),
        new Route("PUT", one, Face.CINDER, VOLUME_ATTACH, since(SINCE, this::update)).body(UPDATE),
        new Route(
                "POST",
                one + "/action",
                Face.CINDER,
                VOLUME_ATTACH,
                since(COMPLETES_SINCE, this::complete))
            .body(COMPLETE),
        new Route("DELETE", one, Face.CINDER, VOLUME_DETACH, since(SINCE, this::delete))
            .query(CONNECTIONS, TIMEOUT));
  }

  /** In an older version there is no such call. */
  private static Route.Handler since(int minor, Route.Handler handler) {
    return request -> {
      if (!request.microversion().has(minor)) {
        throw new ApiException(
            ErrorCode.NOT_FOUND,
            "API version 3."
                + request.microversion().minor()
                + " is not supported on this method; it has been there since 3."
                + minor
                + ": OpenStack-API-Version: volume 3."
                + minor);
      }
      return handler.answer(request);
    };
  }

  private Answer create(Request request) {
    var members = members(request);
    var volume =
        members
            .text("volume_uuid")
            .flatMap(VolumeId::parse)
            .orElseThrow(() -> invalid("volume_uuid must be the UUID of a volume"));
    var server = members.text("instance_uuid").map(text -> uuid("instance_uuid", text));
    var connector = members.object("connector").map(this::connector);
    var project = request.project();
    var asked = Asked.of(request);
    var made =
        db.inTx(
            tx ->
                asked.onceSince(
                    tx,
                    Attachment.class,
                    Attachment::attachedAt,
                    () -> made(tx, project, volume, server, connector)));
    return one(202, request, made);
  }

  private Attachment made(
      Tx tx,
      ProjectId project,
      VolumeId volume,
      Optional<String> server,
      Optional<Attachments.Connector> connector) {
    var reserved = attachments.reserve(tx, project, volume, server);
    return connector.isEmpty()
        ? reserved
        : attachments.connect(tx, project, reserved.id(), connector.get(), digest(reserved.id()));
  }

  private static Body members(Request request) {
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    mustBeKnown(body);
    var members = body.object("attachment").orElseThrow(() -> invalid("attachment is missing"));
    mustBeKnown(members);
    return members;
  }

  private static void mustBeKnown(Body body) {
    var known = body.known();
    body.names().stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .ifPresent(
            _ -> {
              throw invalid(
                  "only "
                      + String.join(", ", known.stream().sorted().toList())
                      + " can be given here");
            });
  }

  private static String uuid(String name, String text) {
    return VolumeId.parse(text)
        .map(VolumeId::text)
        .orElseThrow(() -> invalid(name + " must be a UUID"));
  }

  private static ApiException invalid(String why) {
    return new ApiException(ErrorCode.INVALID_REQUEST, why);
  }

  /** Of what a host tells of itself, what matters here. */
  private Attachments.Connector connector(Body told) {
    if (told.isEmpty()) {
      throw invalid("connector is empty; it says at least the host");
    }
    var connector =
        new Attachments.Connector(
            text(told, "host"),
            text(told, "mountpoint").orElse(""),
            told.text("mode")
                .map(
                    mode ->
                        Attachment.Mode.named(mode)
                            .orElseThrow(() -> invalid("connector.mode must be rw or ro")))
                .orElse(Attachment.Mode.RW),
            told.text("client")
                .map(
                    client ->
                        Attachment.Client.named(client)
                            .orElseThrow(
                                () ->
                                    invalid(
                                        "connector.client must be qemu, libvirt, nbd-client, rbd"
                                            + " or other")))
                .orElse(Attachment.Client.OTHER));
    if (connector.client() == Attachment.Client.RBD) {
      if (driver.direct().isEmpty()) {
        throw invalid("client rbd needs images of a Ceph pool, and the storage here has none");
      }
      if (connector.mode() == Attachment.Mode.RO) {
        throw invalid("mode ro cannot be kept for client rbd: the cluster lets it write");
      }
    } else if (address.isNowhere()) {
      throw invalid("this Platter serves no volumes: it runs with nbd_listen off");
    }
    return connector;
  }

  private static Optional<String> text(Body members, String name) {
    var text = members.text(name).filter(value -> !value.isEmpty());
    if (text.isPresent() && !Body.isText(text.get(), MAX_TEXT_BYTES)) {
      throw invalid(
          "connector." + name + " may have " + MAX_TEXT_BYTES + " bytes and no control characters");
    }
    return text;
  }

  private String digest(String attachment) {
    return Tickets.digest(tickets.of(attachment));
  }

  private Answer one(int status, Request request, Attachment attachment) {
    return Answer.json(
        status,
        g -> {
          g.writeStartObject();
          g.writeName("attachment");
          json.detail(g, attachment, request.base(), mayConnect(request));
          g.writeEndObject();
        });
  }

  /** Who may look only is not told the ticket. */
  private static boolean mayConnect(Request request) {
    return request.caller().role() != Role.READER;
  }

  private Answer brief(Request request) {
    return list(request, json::brief);
  }

  private Answer detail(Request request) {
    return list(
        request,
        (g, attachment) -> json.detail(g, attachment, request.base(), mayConnect(request)));
  }

  private Answer list(Request request, BiConsumer<JsonGenerator, Attachment> element) {
    var limit = Math.min(number(request, "limit", MAX_LIMIT), MAX_LIMIT);
    var offset = number(request, "offset", 0);
    var wanted = filter(request, "volume_id");
    var volume = wanted.flatMap(VolumeId::parse);
    var status = filter(request, "status").or(() -> filter(request, "attach_status"));
    var server = filter(request, "instance_id").or(() -> filter(request, "instance_uuid"));
    var known = status.flatMap(AttachmentsApi::status);
    List<Attachment> found =
        wanted.isPresent() != volume.isPresent() || status.isPresent() != known.isPresent()
            ? List.of() // nothing is like that
            : db.read(
                tx ->
                    attachments.list(
                        tx,
                        request.project(),
                        new Attachments.Filter(
                            volume,
                            known,
                            server.map(text -> text.toLowerCase(Locale.ROOT)),
                            filter(request, "marker")
                                .map(
                                    id ->
                                        attachments
                                            .find(tx, request.project(), id)
                                            .orElseThrow(() -> Attachments.notFound(id))),
                            limit,
                            offset)));
    return listed(found, element);
  }

  private static Optional<String> filter(Request request, String name) {
    return request.query(name).filter(text -> !text.isEmpty());
  }

  private static Optional<Attachment.Status> status(String wireName) {
    for (var status : Attachment.Status.values()) {
      if (status.wireName().equals(wireName)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  /** As Cinder words it. */
  private static int number(Request request, String name, int otherwise) {
    var text = request.query(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new ApiException(
        ErrorCode.INVALID_REQUEST, name + " param must be an integer that is not negative");
  }

  private static Answer listed(
      List<Attachment> found, BiConsumer<JsonGenerator, Attachment> element) {
    return Answer.json(
        200,
        g -> {
          g.writeStartObject();
          g.writeArrayPropertyStart("attachments");
          found.forEach(attachment -> element.accept(g, attachment));
          g.writeEndArray();
          g.writeEndObject();
        });
  }

  private Answer show(Request request) {
    var id = id(request);
    return one(
        200,
        request,
        db.<Optional<Attachment>>lookUp(tx -> attachments.find(tx, request.project(), id))
            .orElseThrow(() -> Attachments.notFound(id)));
  }

  /** What is no id at all is no attachment either. */
  private static String id(Request request) {
    return request.param("attachment_id").toLowerCase(Locale.ROOT);
  }

  private Answer update(Request request) {
    var id = id(request);
    var members = members(request);
    var connector =
        members
            .object("connector")
            .map(this::connector)
            .orElseThrow(() -> invalid("Must specify 'connector' to update attachment."));
    return one(
        200,
        request,
        db.inTx(tx -> attachments.connect(tx, request.project(), id, connector, digest(id))));
  }

  private Answer complete(Request request) {
    var id = id(request);
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    if (!new ArrayList<>(body.names()).equals(List.of("os-complete"))) {
      throw invalid("There is no such action; the body is {\"os-complete\": null}");
    }
    db.inTx(tx -> attachments.complete(tx, request.project(), id));
    return Answer.empty(204);
  }

  private Answer delete(Request request) {
    var id = id(request);
    var rest =
        switch (request.query("connections").orElse("cut")) {
          case "cut" -> volumes.detach(request.project(), id);
          case "wait" -> {
            int seconds = number(request, "timeout", DEFAULT_WAIT_SECONDS);
            if (seconds > MAX_WAIT_SECONDS) {
              throw invalid("timeout must be 0 to " + MAX_WAIT_SECONDS + " seconds");
            }
            yield volumes.detachWhenLeft(request.project(), id, Duration.ofSeconds(seconds));
          }
          default -> throw invalid("connections must be cut or wait");
        };
    return listed(rest, json::brief);
  }
}
