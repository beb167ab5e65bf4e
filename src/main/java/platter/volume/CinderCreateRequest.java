package platter.volume;

import static platter.error.ErrorCode.INVALID_CREATE;
import static platter.error.ErrorCode.INVALID_TYPE;
import static platter.error.ErrorCode.NULL_CREATE;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import platter.error.ApiException;
import platter.http.Body;
import platter.http.Request;
import platter.http.Shape;
import platter.type.Types;
import platter.type.VolumeType;
import platter.volume.CreateRequest.Wanted;
import platter.zone.Zones;

/**
 * The body of Cinder's create call (page "Creating EVS Disks (OpenStack Cinder API)"): as the EVS
 * call's, but small volumes are allowed, and zone and type may be left out. Unknown members are
 * overlooked, since Terraform and OpenStack's clients send some.
 */
final class CinderCreateRequest {
  private static final int MIN_SIZE_GIB = 1;

  /** When none is named. */
  private static final VolumeType DEFAULT_TYPE = VolumeType.SSD;

  /** Members that would make another volume than an empty one, and are not offered. */
  private static final List<String> NOT_OFFERED =
      List.of("source_volid", "source_replica", "consistencygroup_id");

  static final Shape.Members SHAPE =
      Shape.object(
          needs(
              "volume",
              Shape.object(
                  needs("size", Shape.whole(MIN_SIZE_GIB, VolumeType.MAX_SIZE_GIB)),
                  may("availability_zone", Shape.text()),
                  may("volume_type", Shape.text()),
                  CreateRequest.COUNT,
                  CreateRequest.NAME,
                  CreateRequest.DESCRIPTION,
                  may("display_name", CreateRequest.NAME.shape()),
                  may("display_description", CreateRequest.DESCRIPTION.shape()),
                  CreateRequest.METADATA,
                  CreateRequest.SNAPSHOT,
                  CreateRequest.BACKUP,
                  CreateRequest.IMAGE,
                  may("multiattach", Shape.flag()),
                  may("shareable", Shape.flag()),
                  CreateRequest.IOPS,
                  CreateRequest.THROUGHPUT)),
          CreateRequest.SERVER,
          CreateRequest.HINTS);

  private final CreateRequest evs;
  private final Zones zones;
  private final Types types;

  CinderCreateRequest(CreateRequest evs, Zones zones, Types types) {
    this.evs = evs;
    this.zones = zones;
    this.types = types;
  }

  Wanted read(Request request) {
    var body = Body.of(request, NULL_CREATE);
    var volume =
        body.object("volume")
            .orElseThrow(() -> new ApiException(INVALID_CREATE, "volume is missing"));
    var zone = volume.has("availability_zone") ? evs.zone(volume) : zones.names().getFirst();
    var type = type(volume);
    types.check(type, zone);
    int size = evs.size(volume, MIN_SIZE_GIB);
    var count = CreateRequest.count(volume);
    var name = CreateRequest.name(name(volume), count);
    var description =
        CreateRequest.description(
            volume.text("description").or(() -> volume.text("display_description")));
    var metadata = CreateRequest.metadata(volume);
    for (var member : NOT_OFFERED) {
      if (volume.has(member)) {
        throw new ApiException(INVALID_CREATE, "this Platter has no " + member);
      }
    }
    var snapshot = CreateRequest.source(volume, count);
    var multiattach = volume.bool("multiattach").or(() -> volume.bool("shareable")).orElse(false);
    var iops =
        CreateRequest.iops(volume.integer("iops", INVALID_CREATE), type, size, INVALID_CREATE);
    var throughput =
        CreateRequest.throughput(
            volume.integer("throughput", INVALID_CREATE), type, iops, INVALID_CREATE);
    CreateRequest.elsewhere(body);
    metadata.keySet().removeAll(CreateRequest.ASKING);
    return new Wanted(
        name,
        description,
        size,
        type,
        zone,
        count,
        multiattach,
        metadata,
        Map.of(),
        CreateRequest.DEFAULT_ENTERPRISE_PROJECT,
        iops,
        throughput,
        snapshot);
  }

  /** OpenStack takes the name of v1 too. */
  private static String name(Body volume) {
    return volume.text("name").or(() -> volume.text("display_name")).orElse("");
  }

  /** By name or, as OpenStack allows, by id. */
  private static VolumeType type(Body volume) {
    var text = volume.text("volume_type");
    if (text.isEmpty()) {
      return DEFAULT_TYPE;
    }
    return Arrays.stream(VolumeType.values())
        .filter(type -> type.name().equals(text.get()) || type.id().equals(text.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new ApiException(
                    INVALID_TYPE,
                    "volume_type must be one of " + Arrays.toString(VolumeType.values())));
  }
}
