package platter.volume;

import static platter.error.ErrorCode.BATCH_FROM_BACKUP;
import static platter.error.ErrorCode.ENCRYPT_PARAM;
import static platter.error.ErrorCode.INVALID_BACKUP_ID;
import static platter.error.ErrorCode.INVALID_COUNT;
import static platter.error.ErrorCode.INVALID_CREATE;
import static platter.error.ErrorCode.INVALID_DESCRIPTION;
import static platter.error.ErrorCode.INVALID_ENTERPRISE_PROJECT;
import static platter.error.ErrorCode.INVALID_FULL_CLONE;
import static platter.error.ErrorCode.INVALID_IMAGE;
import static platter.error.ErrorCode.INVALID_NAME;
import static platter.error.ErrorCode.INVALID_PASSTHROUGH;
import static platter.error.ErrorCode.INVALID_SHAREABLE;
import static platter.error.ErrorCode.INVALID_SIZE;
import static platter.error.ErrorCode.INVALID_SNAPSHOT_ID;
import static platter.error.ErrorCode.INVALID_TYPE;
import static platter.error.ErrorCode.INVALID_ZONE;
import static platter.error.ErrorCode.MANY_SOURCES;
import static platter.error.ErrorCode.METADATA_WITH_SOURCE;
import static platter.error.ErrorCode.NULL_CREATE;
import static platter.error.ErrorCode.SERVER_UNKNOWN;
import static platter.error.ErrorCode.SNAPSHOT_OF_OTHER_TYPE;
import static platter.error.ErrorCode.SNAPSHOT_OF_OTHER_ZONE;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.Request;
import platter.http.Shape;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.tag.Metadata;
import platter.tag.Tags;
import platter.type.Types;
import platter.type.VolumeType;
import platter.volume.Origins.Origin;
import platter.zone.Zones;

/** The body of a create call, checked in the documented order (page "Creating EVS Disks"). */
final class CreateRequest {
  static final int MAX_COUNT = 100;
  private static final int MAX_NAME_BYTES = 255;

  /** The service appends {@code -0001}. */
  private static final int MAX_BATCH_NAME_BYTES = 250;

  static final int MAX_DESCRIPTION_BYTES = 255;
  static final String DEFAULT_ENTERPRISE_PROJECT = "0";
  private static final String UNNAMED_BATCH = "volume";

  /** Keys that ask for something, and are no metadata of the volume. */
  static final Set<String> ASKING = Set.of("create_for_volume_id", "full_clone");

  /** Metadata that a snapshot or an image decides (page "Creating EVS Disks", metadata). */
  private static final Set<String> OF_SOURCE =
      Set.of("__system__encrypted", "__system__cmkid", "hw:passthrough");

  static final Shape.Member NAME = may("name", Shape.text(MAX_NAME_BYTES));
  static final Shape.Member DESCRIPTION = may("description", Shape.text(MAX_DESCRIPTION_BYTES));
  static final Shape.Member COUNT = may("count", Shape.whole(1, MAX_COUNT));
  static final Shape.Member IOPS = may("iops", Shape.whole(1, Integer.MAX_VALUE));
  static final Shape.Member THROUGHPUT = may("throughput", Shape.whole(1, Integer.MAX_VALUE));
  static final Shape.Member METADATA = may("metadata", Shape.strings());
  static final Shape.Member SNAPSHOT = may("snapshot_id", Shape.uuid());
  static final Shape.Member BACKUP = may("backup_id", Shape.uuid());
  static final Shape.Member IMAGE = may("imageRef", Shape.text());

  private static final Shape TRUE_OR_FALSE = Shape.oneOf("true", "false");

  /** Read by {@link #elsewhere}. */
  static final Shape.Member SERVER = may("server_id", Shape.text());

  static final Shape.Member HINTS =
      may("OS-SCH-HNT:scheduler_hints", Shape.object(may("dedicated_storage_id", Shape.text())));

  /** Read by {@link #read}. */
  static final Shape.Members SHAPE =
      Shape.object(
          needs(
              "volume",
              Shape.object(
                  needs("availability_zone", Shape.text()),
                  needs("volume_type", Shape.oneOf(VolumeType.names())),
                  needs("size", Shape.whole(VolumeType.MIN_SIZE_GIB, VolumeType.MAX_SIZE_GIB)),
                  COUNT,
                  NAME,
                  DESCRIPTION,
                  METADATA,
                  BACKUP,
                  SNAPSHOT,
                  IMAGE,
                  may("tags", Shape.strings()),
                  may("shareable", TRUE_OR_FALSE),
                  may("multiattach", Shape.flag()),
                  may("enterprise_project_id", Shape.text()),
                  IOPS,
                  THROUGHPUT)),
          Billing.BSS,
          SERVER,
          HINTS);

  private final Zones zones;
  private final Types types;
  private final long maxBytes;

  /**
   * @param maxBytes the largest volume that the storage can hold
   */
  CreateRequest(Zones zones, Types types, long maxBytes) {
    this.zones = zones;
    this.types = types;
    this.maxBytes = maxBytes;
  }

  /** What the caller asks for, checked. */
  record Wanted(
      String name,
      Optional<String> description,
      int sizeGib,
      VolumeType type,
      String zone,
      OptionalInt count,
      boolean multiattach,
      Map<String, String> metadata,
      Map<String, String> tags,
      String enterpriseProject,
      OptionalInt iops,
      OptionalInt throughput,
      Optional<SnapshotId> snapshot) {

    /** How many volumes. */
    int volumes() {
      return count.orElse(1);
    }

    /** The name of the volume of that number, from 1. */
    String name(int number) {
      if (volumes() == 1) {
        return name;
      }
      return (name.isEmpty() ? UNNAMED_BATCH : name) + "-%04d".formatted(number);
    }
  }

  Wanted read(Request request) {
    var body = Body.of(request, NULL_CREATE);
    var volume =
        body.object("volume").orElseThrow(() -> refused(INVALID_CREATE, "volume is missing"));
    var zone = zone(volume);
    var type = type(volume);
    types.check(type, zone);
    int size = size(volume);
    var count = count(volume);
    var name = name(volume, count);
    var description = description(volume);
    var metadata = metadata(volume);
    var snapshot = source(volume, count);
    var tags = volume.strings("tags");
    Tags.check(tags);
    boolean multiattach = multiattach(volume);
    var enterpriseProject = enterpriseProject(volume);
    var iops = iops(volume.integer("iops", INVALID_CREATE), type, size, INVALID_CREATE);
    var throughput =
        throughput(volume.integer("throughput", INVALID_CREATE), type, iops, INVALID_CREATE);
    Billing.bss(body);
    elsewhere(body);
    metadata.keySet().removeAll(ASKING);
    return new Wanted(
        name,
        description,
        size,
        type,
        zone,
        count,
        multiattach,
        metadata,
        tags,
        enterpriseProject,
        iops,
        throughput,
        snapshot);
  }

  private static ApiException refused(ErrorCode code, String detail) {
    return new ApiException(code, detail);
  }

  String zone(Body volume) {
    return volume
        .text("availability_zone")
        .filter(zones::has)
        .orElseThrow(
            () -> refused(INVALID_ZONE, "availability_zone must be one of " + zones.names()));
  }

  private static VolumeType type(Body volume) {
    return volume
        .text("volume_type")
        .flatMap(VolumeType::named)
        .orElseThrow(
            () ->
                refused(
                    INVALID_TYPE,
                    "volume_type must be one of " + Arrays.toString(VolumeType.values())));
  }

  private int size(Body volume) {
    return size(volume, VolumeType.MIN_SIZE_GIB);
  }

  /**
   * @param min in GiB: EVS and Cinder differ in it
   */
  int size(Body volume, int min) {
    var given = volume.integer("size", INVALID_SIZE);
    if (given.isEmpty()) {
      throw volume.text("backup_id").isPresent() // the only one that needs no size
          ? noBackup(count(volume))
          : refused(INVALID_SIZE, "size is missing");
    }
    int size = given.getAsInt();
    if (size < min || size > VolumeType.MAX_SIZE_GIB) {
      throw refused(
          INVALID_SIZE,
          "size must be " + min + ".." + VolumeType.MAX_SIZE_GIB + " GiB, not " + size);
    }
    holdable(size, maxBytes);
    return size;
  }

  /** What the storage cannot hold is refused now, instead of failing a job later. */
  static void holdable(int sizeGib, long maxBytes) {
    if (sizeGib > maxBytes / Volume.BYTES_PER_GIB) {
      throw refused(
          INVALID_SIZE,
          "this storage holds volumes of up to " + maxBytes / Volume.BYTES_PER_GIB + " GiB");
    }
  }

  static OptionalInt count(Body volume) {
    var count = volume.integer("count", INVALID_COUNT);
    if (count.isPresent() && (count.getAsInt() < 1 || count.getAsInt() > MAX_COUNT)) {
      throw refused(INVALID_COUNT, "count must be 1.." + MAX_COUNT);
    }
    return count;
  }

  private static String name(Body volume, OptionalInt count) {
    return name(volume.text("name").orElse(""), count);
  }

  static String name(String name, OptionalInt count) {
    int max = count.orElse(1) > 1 ? MAX_BATCH_NAME_BYTES : MAX_NAME_BYTES;
    if (!Body.isText(name, max)) {
      throw refused(INVALID_NAME, "name may have " + max + " bytes and no control characters");
    }
    return name;
  }

  private static Optional<String> description(Body volume) {
    return description(volume.text("description"));
  }

  static Optional<String> description(Optional<String> description) {
    if (description.isPresent() && !Body.isText(description.get(), MAX_DESCRIPTION_BYTES)) {
      throw refused(
          INVALID_DESCRIPTION,
          "description may have " + MAX_DESCRIPTION_BYTES + " bytes and no control characters");
    }
    return description;
  }

  static Map<String, String> metadata(Body volume) {
    var metadata = new TreeMap<>(volume.strings("metadata"));
    Metadata.sizes(metadata);
    trueOrFalse(metadata, "hw:passthrough", INVALID_PASSTHROUGH);
    if (metadata.containsKey("full_clone") && !"0".equals(metadata.get("full_clone"))) {
      throw refused(INVALID_FULL_CLONE, "full_clone may only be \"0\"");
    }
    trueOrFalse(metadata, "create_for_volume_id", ErrorCode.INVALID_REQUEST);
    if ((volume.text("snapshot_id").isPresent() || volume.text("imageRef").isPresent())
        && OF_SOURCE.stream().anyMatch(metadata::containsKey)) {
      throw refused(METADATA_WITH_SOURCE, "it follows from the source");
    }
    var encrypted = metadata.get("__system__encrypted");
    if ((encrypted != null && !encrypted.equals("0")) || metadata.containsKey("__system__cmkid")) {
      throw refused(ENCRYPT_PARAM, "this Platter cannot encrypt volumes; leave encryption away");
    }
    return metadata;
  }

  private static void trueOrFalse(Map<String, String> metadata, String key, ErrorCode otherwise) {
    var value = metadata.get(key);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw refused(otherwise, key + " must be \"true\" or \"false\"");
    }
  }

  /**
   * The snapshot that it shall be made of, if any. What it is like is asked when the volume is
   * accepted: a repeated call must not mind that it is gone.
   */
  static Optional<SnapshotId> source(Body volume, OptionalInt count) {
    var backup = volume.text("backup_id");
    var snapshot = volume.text("snapshot_id");
    var image = volume.text("imageRef");
    long given = Stream.of(backup, snapshot, image).filter(Optional::isPresent).count();
    if (given > 1) {
      throw refused(MANY_SOURCES, "a volume has one source");
    }
    if (backup.isPresent()) {
      throw noBackup(count);
    }
    if (image.isPresent()) {
      throw refused(INVALID_IMAGE, "this Platter has no such image");
    }
    return snapshot.map(CreateRequest::snapshotId);
  }

  private static ApiException noBackup(OptionalInt count) {
    return count.orElse(1) > 1
        ? refused(BATCH_FROM_BACKUP, "one volume at a time")
        : refused(INVALID_BACKUP_ID, "this project has no such backup");
  }

  private static SnapshotId snapshotId(String text) {
    return SnapshotId.parse(text)
        .orElseThrow(() -> refused(INVALID_SNAPSHOT_ID, "the id of a snapshot is a UUID"));
  }

  /**
   * Whether a volume may be made of that snapshot.
   *
   * @throws ApiException SNAPSHOT_OF_OTHER_ZONE, SNAPSHOT_OF_OTHER_TYPE, INVALID_SIZE
   */
  static void suits(Origin origin, int sizeGib, VolumeType type, String zone) {
    if (!origin.zone().equals(zone)) {
      throw refused(
          SNAPSHOT_OF_OTHER_ZONE, "snapshot " + origin.id() + " lies in " + origin.zone());
    }
    if (origin.type() != type) {
      throw ApiException.filled(
          SNAPSHOT_OF_OTHER_TYPE,
          "snapshot " + origin.id() + " is of a volume of type " + origin.type(),
          type,
          origin.id());
    }
    if (sizeGib < origin.sizeGib()) {
      throw refused(INVALID_SIZE, "snapshot " + origin.id() + " has " + origin.sizeGib() + " GiB");
    }
  }

  private static boolean multiattach(Body volume) {
    var shareable = volume.text("shareable");
    if (shareable.isPresent() && !Set.of("true", "false").contains(shareable.get())) {
      throw refused(INVALID_SHAREABLE, "shareable must be \"true\" or \"false\"");
    }
    return volume.bool("multiattach").orElse(shareable.map(Boolean::parseBoolean).orElse(false));
  }

  private static String enterpriseProject(Body volume) {
    var id = volume.text("enterprise_project_id").orElse(DEFAULT_ENTERPRISE_PROJECT);
    if (!id.equals(DEFAULT_ENTERPRISE_PROJECT) && VolumeId.parse(id).isEmpty()) {
      throw refused(INVALID_ENTERPRISE_PROJECT, "enterprise_project_id must be \"0\" or a UUID");
    }
    return id;
  }

  /**
   * IOPS as the type wants them, or refused.
   *
   * @param otherwise the code of the refusal
   */
  static OptionalInt iops(OptionalInt iops, VolumeType type, int size, ErrorCode otherwise) {
    if (iops.isPresent() != type.choosesIops()) {
      throw refused(
          otherwise, type + (type.choosesIops() ? " needs iops" : " has no iops to choose"));
    }
    if (iops.isPresent() && !type.allowsIops(iops.getAsInt(), size)) {
      throw refused(
          otherwise,
          "iops " + iops.getAsInt() + " is out of the range of " + type + " of " + size + " GiB");
    }
    return iops;
  }

  /** Throughput as the type wants it; as {@link #iops}. */
  static OptionalInt throughput(
      OptionalInt throughput, VolumeType type, OptionalInt iops, ErrorCode otherwise) {
    if (throughput.isPresent() != type.choosesThroughput()) {
      throw refused(
          otherwise,
          type + (type.choosesThroughput() ? " needs throughput" : " has no throughput to choose"));
    }
    if (throughput.isPresent()
        && !type.allowsThroughput(throughput.getAsInt(), iops.orElseThrow())) {
      throw refused(
          otherwise, "throughput " + throughput.getAsInt() + " is out of the range of " + type);
    }
    return throughput;
  }

  /** What needs services that are not here is refused, never ignored. */
  static void elsewhere(Body body) {
    if (body.text("server_id").isPresent()) {
      throw refused(SERVER_UNKNOWN, "Platter has no servers; create the volume, then attach it");
    }
    var pool =
        body.object("OS-SCH-HNT:scheduler_hints")
            .flatMap(hints -> hints.text("dedicated_storage_id"));
    if (pool.isPresent()) {
      throw refused(INVALID_CREATE, "this Platter has no dedicated storage pools");
    }
  }
}
