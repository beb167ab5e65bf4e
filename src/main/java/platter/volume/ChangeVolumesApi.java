package platter.volume;

import static platter.auth.Action.VOLUME_EXTEND;
import static platter.auth.Action.VOLUME_QOS;
import static platter.auth.Action.VOLUME_RETYPE;
import static platter.http.Shape.about;
import static platter.http.Shape.needs;

import java.util.LinkedHashMap;
import java.util.List;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.id.JobId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.type.VolumeType;

/** The JSON of the calls that change a volume's size, type or QoS, each by a job. */
final class ChangeVolumesApi {
  private static final Shape.Member NEW_SIZE =
      needs("new_size", Shape.whole(1, VolumeType.MAX_SIZE_GIB));

  private static final Shape.Members EXTEND =
      Shape.object(needs("os-extend", Shape.object(NEW_SIZE)), Billing.BSS);

  private static final Shape.Members EXTEND_BATCH =
      Shape.object(
          needs(
              "volumes",
              Shape.list(
                  Shape.object(needs("id", Shape.uuid()), NEW_SIZE), 1, CloudVolumesApi.MAX_BATCH)),
          Billing.BSS_OF_BATCH);

  private static final Shape.Members RETYPE =
      Shape.object(
          needs(
              "os-retype",
              Shape.object(
                  needs("new_type", Shape.oneOf(VolumeType.names())),
                  CreateRequest.IOPS,
                  CreateRequest.THROUGHPUT)),
          Billing.BSS);

  private static final Shape.Members QOS =
      about("qos_modify", needs("iops", CreateRequest.IOPS.shape()), CreateRequest.THROUGHPUT);

  private final ExtendVolume extend;
  private final RetypeVolume retype;
  private final ModifyQos modifyQos;

  ChangeVolumesApi(ExtendVolume extend, RetypeVolume retype, ModifyQos modifyQos) {
    this.extend = extend;
    this.retype = retype;
    this.modifyQos = modifyQos;
  }

  List<Route> routes() {
    return List.of(
        new Route(
                "POST",
                "/v2.1/{project_id}/cloudvolumes/{volume_id}/action",
                Face.EVS,
                VOLUME_EXTEND,
                request -> Answer.json(202, g -> CloudVolumesApi.job(g, extend(request))))
            .body(EXTEND)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v2/{project_id}/cloudvolumes/{volume_id}/action",
                Face.EVS,
                VOLUME_EXTEND,
                request -> Answer.json(200, g -> CloudVolumesApi.job(g, extend(request))))
            .body(EXTEND)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v5/{project_id}/volumes/batch-extend",
                Face.EVS,
                VOLUME_EXTEND,
                this::extendBatch)
            .body(EXTEND_BATCH)
            .headers(Asked.HEADERS),
        new Route(
                "POST",
                "/v2/{project_id}/volumes/{volume_id}/retype",
                Face.EVS,
                VOLUME_RETYPE,
                this::retype)
            .body(RETYPE)
            .headers(Asked.HEADERS),
        new Route(
                "PUT",
                "/v5/{project_id}/cloudvolumes/{volume_id}/qos",
                Face.EVS,
                VOLUME_QOS,
                this::modifyQos)
            .body(QOS)
            .headers(Asked.HEADERS));
  }

  private JobId extend(Request request) {
    var id = CloudVolumesApi.volumeId(request);
    var body = Body.of(request, ErrorCode.NULL_EXTEND);
    var wanted =
        body.object("os-extend")
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_EXTEND, "os-extend is missing"));
    int newSize =
        wanted
            .integer("new_size", ErrorCode.INVALID_SIZE)
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_EXTEND, "new_size is missing"));
    Billing.bss(body);
    return extend.start(Asked.of(request), id, newSize);
  }

  private Answer extendBatch(Request request) {
    var body = Body.of(request, ErrorCode.NULL_EXTEND);
    var volumes =
        body.objects("volumes")
            .orElseThrow(() -> new ApiException(ErrorCode.NULL_EXTEND, "volumes is missing"));
    if (volumes.isEmpty() || volumes.size() > CloudVolumesApi.MAX_BATCH) {
      throw new ApiException(
          ErrorCode.INVALID_COUNT,
          "1 to " + CloudVolumesApi.MAX_BATCH + " volumes, not " + volumes.size());
    }
    var wanted = new LinkedHashMap<VolumeId, Integer>();
    for (var volume : volumes) {
      var id =
          volume
              .text("id")
              .orElseThrow(() -> new ApiException(ErrorCode.INVALID_RESOURCE_ID, "id is missing"));
      int newSize =
          volume
              .integer("new_size", ErrorCode.INVALID_SIZE)
              .orElseThrow(() -> new ApiException(ErrorCode.NULL_EXTEND, "new_size is missing"));
      if (wanted.put(CloudVolumesApi.volumeId(id), newSize) != null) {
        throw new ApiException(ErrorCode.INVALID_RESOURCE_ID, "volume " + id + " is named twice");
      }
    }
    Billing.bssOfBatch(body);
    var job = extend.startBatch(Asked.of(request), wanted);
    return Answer.json(202, g -> CloudVolumesApi.job(g, job));
  }

  /** The answer is 202 in one edition and 200 in another; clients take both. */
  private Answer retype(Request request) {
    var id = CloudVolumesApi.volumeId(request);
    var body = Body.of(request, ErrorCode.INVALID_REQUEST);
    var wanted =
        body.object("os-retype")
            .orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, "os-retype is missing"));
    var type =
        wanted
            .text("new_type")
            .orElseThrow(() -> new ApiException(ErrorCode.INVALID_TYPE, "new_type is missing"));
    var iops = wanted.integer("iops", ErrorCode.INVALID_REQUEST);
    var throughput = wanted.integer("throughput", ErrorCode.INVALID_REQUEST);
    Billing.bss(body);
    var job = retype.start(Asked.of(request), id, type, iops, throughput);
    return Answer.json(202, g -> CloudVolumesApi.job(g, job));
  }

  private Answer modifyQos(Request request) {
    var id = CloudVolumesApi.volumeId(request);
    var wanted =
        Body.of(request, ErrorCode.INVALID_REQUEST)
            .object("qos_modify")
            .orElseThrow(
                () -> new ApiException(ErrorCode.INVALID_REQUEST, "qos_modify is missing"));
    var iops = wanted.integer("iops", ErrorCode.INVALID_REQUEST);
    if (iops.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "iops is missing");
    }
    var throughput = wanted.integer("throughput", ErrorCode.INVALID_REQUEST);
    var job = modifyQos.start(Asked.of(request), id, iops, throughput);
    return Answer.json(202, g -> CloudVolumesApi.job(g, job));
  }
}
