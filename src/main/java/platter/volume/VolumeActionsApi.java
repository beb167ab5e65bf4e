package platter.volume;

import static platter.auth.Action.VOLUME_UPDATE;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.type.VolumeType;

/**
 * The JSON of Cinder's {@code /v2|v3/{project_id}/volumes/{volume_id}/action}: the one member of
 * the body names the action.
 */
final class VolumeActionsApi {
  private static final int MAX_TEXT_BYTES = 255;

  private static final Shape NOTHING = Shape.either(Shape.nothing(), Shape.object());

  private static final Shape.Members ACTIONS =
      Shape.oneMember(
          needs(
              "os-extend",
              Shape.object(needs("new_size", Shape.whole(1, VolumeType.MAX_SIZE_GIB)))),
          needs("os-set_bootable", Shape.object(needs("bootable", Shape.flag()))),
          needs("os-update_readonly_flag", Shape.object(needs("readonly", Shape.flag()))),
          needs("os-reserve", NOTHING),
          needs("os-unreserve", NOTHING),
          needs(
              "os-attach",
              Shape.object(
                  needs("instance_uuid", Shape.uuid()),
                  needs("mountpoint", Shape.text(MAX_TEXT_BYTES)),
                  may("host_name", Shape.text(MAX_TEXT_BYTES)),
                  may("mode", Shape.oneOf("rw", "ro")))),
          needs(
              "os-detach",
              Shape.either(Shape.nothing(), Shape.object(may("attachment_id", Shape.text())))));

  private final ExtendVolume extend;
  private final FlagVolume flag;
  private final ReserveVolume reserve;
  private final AttachVolume attach;
  private final DetachVolume detach;

  VolumeActionsApi(
      ExtendVolume extend,
      FlagVolume flag,
      ReserveVolume reserve,
      AttachVolume attach,
      DetachVolume detach) {
    this.extend = extend;
    this.flag = flag;
    this.reserve = reserve;
    this.attach = attach;
    this.detach = detach;
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (var version : CinderVolumeJson.Version.values()) {
      routes.add(
          new Route(
                  "POST",
                  "/" + version.segment() + "/{project_id}/volumes/{volume_id}/action",
                  Face.CINDER,
                  VOLUME_UPDATE,
                  this::act)
              .body(ACTIONS)
              .headers(Asked.HEADERS));
    }
    return routes;
  }

  private Answer act(Request request) {
    var id = VolumesApi.volumeId(request);
    var body = Body.of(request, ErrorCode.INVALID_BODY);
    if (body.names().size() != 1) {
      throw new ApiException(
          ErrorCode.INVALID_BODY, "the body has one member: the action, such as os-extend");
    }
    var action = body.names().iterator().next();
    return switch (action) {
      case "os-extend" -> extend(request, id, members(body, action));
      case "os-set_bootable" -> {
        flag.bootable(request.project(), id, bool(members(body, action), "bootable"));
        yield Answer.empty(200);
      }
      case "os-update_readonly_flag" -> {
        flag.readonly(request.project(), id, bool(members(body, action), "readonly"));
        yield Answer.empty(202);
      }
      case "os-reserve" -> {
        reserve.reserve(request.project(), id);
        yield Answer.empty(202);
      }
      case "os-unreserve" -> {
        reserve.unreserve(request.project(), id);
        yield Answer.empty(202);
      }
      case "os-attach" -> {
        attach.attach(request.project(), id, told(members(body, action)));
        yield Answer.empty(202);
      }
      case "os-detach" -> {
        detach.ofVolume(
            request.project(),
            id,
            body.object(action)
                .flatMap(members -> members.text("attachment_id"))
                .map(text -> text.toLowerCase(Locale.ROOT)));
        yield Answer.empty(202);
      }
      case "os-volume_upload_image" ->
          throw new ApiException(
              ErrorCode.INVALID_REQUEST,
              "os-volume_upload_image is not offered: this Platter has no image service");
      default ->
          throw new ApiException(ErrorCode.INVALID_REQUEST, "There is no such action: " + action);
    };
  }

  private static Body members(Body body, String action) {
    return body.object(action)
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, action + " is empty"));
  }

  private static boolean bool(Body members, String name) {
    return members
        .bool(name)
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, name + " is missing"));
  }

  private Answer extend(Request request, VolumeId id, Body members) {
    int newSize =
        members
            .integer("new_size", ErrorCode.INVALID_SIZE)
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_EXTEND, "new_size is missing"));
    extend.start(Asked.of(request), id, newSize); // a job
    return Answer.empty(202);
  }

  private static AttachVolume.Told told(Body members) {
    var server =
        members
            .text("instance_uuid")
            .filter(text -> VolumeId.parse(text).isPresent())
            .orElseThrow(
                () -> new ApiException(ErrorCode.INVALID_REQUEST, "instance_uuid must be a UUID"));
    var mountpoint = text(members, "mountpoint");
    var hostName = text(members, "host_name");
    var mode = members.text("mode").orElse("rw");
    return new AttachVolume.Told(
        server,
        hostName,
        mountpoint.orElseThrow(
            () -> new ApiException(ErrorCode.INVALID_REQUEST, "mountpoint is missing")),
        Attachment.Mode.named(mode)
            .orElseThrow(
                () -> new ApiException(ErrorCode.INVALID_REQUEST, "mode must be rw or ro")));
  }

  private static Optional<String> text(Body members, String name) {
    var text = members.text(name).filter(value -> !value.isEmpty());
    text.filter(value -> !Body.isText(value, MAX_TEXT_BYTES))
        .ifPresent(
            _ -> {
              throw new ApiException(
                  ErrorCode.INVALID_REQUEST,
                  name + " may have " + MAX_TEXT_BYTES + " bytes and no control characters");
            });
    return text;
  }
}
