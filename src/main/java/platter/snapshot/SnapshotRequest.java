package platter.snapshot;

import static platter.http.Shape.about;
import static platter.http.Shape.may;
import static platter.http.Shape.needs;

import java.util.Map;
import java.util.Optional;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Body;
import platter.http.Request;
import platter.http.Shape;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.snapshot.CreateSnapshot.Wanted;
import platter.tag.Metadata;
import platter.tag.Tags;

/** The bodies of calls about snapshots, checked member by member. */
final class SnapshotRequest {
  private static final int MAX_BYTES = 255;

  /** Of v5 (pages of Terraform). */
  private static final int MAX_NAME_CHARACTERS = 64;

  private static final int MAX_DESCRIPTION_CHARACTERS = 85;
  private static final int MAX_BYTES_OF_CHARACTER = 4;
  private static final String DEFAULT_ENTERPRISE_PROJECT = "0";

  /** What the system has written is not for callers to write or to change. */
  static final Metadata METADATA =
      new Metadata(key -> key.startsWith(Metadata.SYSTEM), ErrorCode.SNAPSHOT_METADATA_PROTECTED);

  private static final Shape.Member VOLUME = needs("volume_id", Shape.uuid());
  private static final Shape.Member NAME = may("name", Shape.text(MAX_BYTES));
  private static final Shape.Member DESCRIPTION = may("description", Shape.text(MAX_BYTES));
  private static final Shape.Member NAME_V5 = may("name", Shape.text(MAX_NAME_CHARACTERS));
  private static final Shape.Member DESCRIPTION_V5 =
      may("description", Shape.text(MAX_DESCRIPTION_CHARACTERS));
  private static final Shape.Member FORCE = may("force", Shape.flag());
  private static final Shape.Member INSTANT = may("instant_access", Shape.flag());

  static final Shape.Members CREATE =
      about("snapshot", VOLUME, NAME, DESCRIPTION, FORCE, may("metadata", Shape.strings()));

  static final Shape.Members CREATE_V5 =
      about(
          "snapshot",
          VOLUME,
          NAME_V5,
          DESCRIPTION_V5,
          may("tags", Shape.strings()),
          may("enterprise_project_id", Shape.text()),
          INSTANT,
          may("incremental", Shape.flag()),
          FORCE);

  static final Shape.Members UPDATE = about("snapshot", NAME, DESCRIPTION);
  static final Shape.Members UPDATE_V5 = about("snapshot", NAME_V5, DESCRIPTION_V5, INSTANT);
  static final Shape.Members ROLLBACK = about("rollback", VOLUME, NAME);

  private SnapshotRequest() {}

  /** The id in the path. What can be no id is no snapshot. */
  static SnapshotId id(Request request) {
    var text = request.param("snapshot_id");
    return SnapshotId.parse(text)
        .orElseThrow(() -> new ApiException(ErrorCode.NOT_FOUND, "the id of a snapshot is a UUID"));
  }

  /** The object that the body is about. */
  static Body member(Request request, String name) {
    return Body.of(request, ErrorCode.MALFORMED_BODY)
        .object(name)
        .orElseThrow(() -> new ApiException(ErrorCode.MALFORMED_BODY, name + " is missing"));
  }

  /** A create of {@code cloudsnapshots}, or of Cinder. */
  static Wanted create(Request request) {
    var snapshot = member(request, "snapshot");
    var volume = volumeId(snapshot);
    var name = name(snapshot);
    var description = description(snapshot);
    boolean force = snapshot.bool("force").orElse(false);
    var metadata = snapshot.strings("metadata");
    METADATA.check(Map.of(), metadata);
    return new Wanted(
        volume,
        name.orElse(""),
        description,
        metadata,
        Map.of(),
        Optional.empty(),
        false,
        true,
        force,
        false);
  }

  /** A create of v5; {@code force} is ours there: see {@link Wanted}. */
  static Wanted createV5(Request request) {
    var snapshot = member(request, "snapshot");
    var volume = volumeId(snapshot);
    var name = nameV5(snapshot);
    var description = descriptionV5(snapshot);
    var tags = snapshot.strings("tags");
    Tags.check(tags);
    var enterpriseProject = snapshot.text("enterprise_project_id");
    enterpriseProject.ifPresent(SnapshotRequest::checkEnterpriseProject);
    return new Wanted(
        volume,
        name.orElse(""),
        description,
        Map.of(),
        tags,
        enterpriseProject,
        snapshot.bool("instant_access").orElse(false),
        snapshot.bool("incremental").orElse(true),
        snapshot.bool("force").orElse(false),
        true);
  }

  /** The volume of a rollback. */
  static VolumeId rollback(Request request) {
    var rollback = member(request, "rollback");
    var volume = volumeId(rollback);
    name(rollback); // of the volume; checked, as documented, and of no further use
    return volume;
  }

  private static VolumeId volumeId(Body body) {
    return body.text("volume_id")
        .flatMap(VolumeId::parse)
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.INVALID_VOLUME_ID, "volume_id must be the id of a volume"));
  }

  static Optional<String> name(Body body) {
    return text(body, "name", ErrorCode.INVALID_NAME);
  }

  static Optional<String> description(Body body) {
    return text(body, "description", ErrorCode.INVALID_DESCRIPTION);
  }

  private static Optional<String> text(Body body, String name, ErrorCode otherwise) {
    var text = body.text(name);
    if (text.isPresent() && !Body.isText(text.get(), MAX_BYTES)) {
      throw new ApiException(
          otherwise, name + " may have " + MAX_BYTES + " bytes and no control characters");
    }
    return text;
  }

  static Optional<String> nameV5(Body body) {
    return text(body, "name", MAX_NAME_CHARACTERS, ErrorCode.INVALID_NAME);
  }

  static Optional<String> descriptionV5(Body body) {
    return text(body, "description", MAX_DESCRIPTION_CHARACTERS, ErrorCode.INVALID_DESCRIPTION);
  }

  private static Optional<String> text(
      Body body, String name, int maxCharacters, ErrorCode otherwise) {
    var text = body.text(name);
    if (text.isPresent()
        && (!Body.isText(text.get(), maxCharacters * MAX_BYTES_OF_CHARACTER)
            || text.get().codePointCount(0, text.get().length()) > maxCharacters)) {
      throw new ApiException(
          otherwise,
          name + " may have " + maxCharacters + " characters, none of them a control character");
    }
    return text;
  }

  private static void checkEnterpriseProject(String id) {
    if (!id.equals(DEFAULT_ENTERPRISE_PROJECT) && VolumeId.parse(id).isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_ENTERPRISE_PROJECT, "enterprise_project_id must be \"0\" or a UUID");
    }
  }

  /**
   * The member {@code metadata} or {@code meta} of a call that changes metadata.
   *
   * @throws ApiException METADATA_TOO_LARGE
   */
  static Map<String, String> metadata(Request request, String member) {
    var body = Body.of(request, ErrorCode.MALFORMED_BODY);
    if (!body.has(member)) {
      throw new ApiException(ErrorCode.MALFORMED_BODY, member + " is missing");
    }
    var metadata = body.strings(member);
    Metadata.sizes(metadata);
    return metadata;
  }
}
