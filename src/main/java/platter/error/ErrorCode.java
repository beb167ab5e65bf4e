package platter.error;

/**
 * The codes Platter answers with: wire code, HTTP status and wire text, spelling included, as the
 * EVS API reference lists them (page "Error Codes"; the gateway's from "API Gateway errors").
 */
public enum ErrorCode {
  INVALID_TENANT("EVS.0001", 400, "invalid tenant id!"),
  NULL_VOLUME("EVS.1001", 400, "null volume!"),
  INVALID_VOLUME_ID("EVS.1002", 400, "invalid volume id!"),
  INVALID_NAME("EVS.1003", 400, "invalid volume name!"),
  INVALID_DESCRIPTION("EVS.1004", 400, "invalid volume description!"),
  METADATA_TOO_LARGE("EVS.1005", 400, "size of metadata is too large!"),
  INVALID_BACKUP_ID("EVS.1006", 400, "invalid backup id!"),
  NOTHING_TO_UPDATE("EVS.1007", 400, "volume name and description can not both be empty!"),
  NULL_CREATE("EVS.1008", 400, "null createVolumeReq!"),
  INVALID_CREATE("EVS.1009", 400, "invalid volumeForCreate!"),
  INVALID_SIZE("EVS.1010", 400, "invalid volume size!"),
  NULL_EXTEND("EVS.1011", 400, "null extendVolumeReq!"),
  /** Ours in its meaning: the storage has no room for it. */
  CANNOT_EXTEND("EVS.1014", 400, "volume can not be extended!"),
  SIZE_NOT_GREATER("EVS.1015", 400, "new volume Size must be greater than old Size!"),
  MANY_SOURCES(
      "EVS.1016",
      400,
      "Invalid input received: May specify only one of imageRef, snapshot_id, backup_id!"),
  WRONG_TYPE("EVS.1018", 400, "Type conversion error , parameter type is unexpected"),
  INVALID_TYPE("EVS.1020", 400, "invalid volume type!"),
  INVALID_COUNT("EVS.1021", 400, "the quantity of volume is invalid!"),
  INVALID_LIMIT("EVS.1023", 400, "invalid filter limit!"),
  INVALID_MARKER("EVS.1024", 400, "invalid filter marker!"),
  URL_ENCODING("EVS.1025", 400, "url encoding failed!"),
  INVALID_STATUS("EVS.1031", 400, "invalid resources status!"),
  INVALID_RESOURCE_ID("EVS.1032", 400, "invalid resources ID!"),
  VOLUMES_QUOTA("EVS.1034", 400, "volume count exceeded volume count quota!"),
  INVALID_ZONE("EVS.1036", 400, "invalid availability zone!"),
  INVALID_SORT_KEY("EVS.1039", 400, "invalid sort_key!"),
  INVALID_SORT_DIR("EVS.1040", 400, "invalid sort_dir!"),
  INVALID_ZONE_FILTER("EVS.1041", 400, "invalid filter availablity-zone!"),
  GIGABYTES_QUOTA("EVS.1042", 400, "volume gigabytes exceeded volume gigabytes quota!"),
  METADATA_WITH_SOURCE(
      "EVS.1043",
      400,
      "encrypt and cmk and passthrougth in metadata is not support when create volume from snapshot"
          + " or image!"),
  DELETE_REFUSED(
      "EVS.1046",
      400,
      "volume status must be available, error, error_extending, error_restoring,"
          + " error_rollbacking when delete volume!"),
  SNAPSHOT_DELETE_REFUSED(
      "EVS.1047", 400, "snapshot status must be available or error when delete snapshot!"),
  BATCH_FROM_BACKUP("EVS.1051", 400, "can not batch create volume from backup!"),
  INVALID_BODY("EVS.1052", 400, "invalid http body!"),
  BATCH_TOO_LARGE("EVS.1053", 400, "the size of volumes to be deleted is too large!"),
  INVALID_SHAREABLE("EVS.1054", 400, "invalid shareable parameter!"),
  INVALID_PASSTHROUGH("EVS.1057", 400, "invalid hw:passthrough in metadata!"),
  INVALID_METADATA_FILTER("EVS.1058", 400, "invalid metadata filter!"),
  TOO_MANY_TAGS("EVS.1061", 400, "The Volume Tags is Exceed Max Limit Num."),
  INVALID_TAG("EVS.1062", 400, "invalid tag!"),
  INVALID_FULL_CLONE("EVS.1063", 400, "invalid full_clone in metadata!"),
  EXTEND_REFUSED("EVS.1064", 400, "volume status must be available or in-use when extending!"),
  EXTEND_SHARED_REFUSED(
      "EVS.1065", 400, "multiattach volume status must be available when extending!"),
  INVALID_REQUEST("EVS.1070", 400, "invalid request."),
  SUBMIT_FAILED("EVS.2001", 500, "submit job failed!"),
  INTERNAL("EVS.2002", 500, "internal error!"),
  SNAPSHOT_ERROR_DELETING("EVS.2019", 500, "snapshot is error_deleting!"),
  VOLUME_ERROR_DELETING("EVS.2020", 500, "volume is error_deleting!"),
  VOLUME_ERROR("EVS.2024", 500, "volume is error!"),
  VOLUME_ERROR_EXTENDING("EVS.2026", 500, "volume is error_extending!"),
  QOS_NOT_SET("EVS.2050", 500, "set volume Qos failed!"),
  ENCRYPT_PARAM("EVS.2041", 400, "The encrypt Param is invalid!"),
  SNAPSHOT_NOT_USABLE("EVS.2043", 400, "The status of snapshot is not available or backing-up."),
  INVALID_SNAPSHOT_ID("EVS.2045", 400, "invalid snapshot_id!"),
  INVALID_IMAGE("EVS.2046", 400, "invalid imageRef!"),
  METADATA_PROTECTED("EVS.2047", 400, "the metadata Param is not allowed to be updated!"),
  SNAPSHOT_OF_OTHER_ZONE(
      "EVS.2054", 400, "Cannot create volume from snapshot as the az is invalid!"),
  POLICY_DENIED("EVS.2056", 403, "action in pdp check deny!"),
  INVALID_ENTERPRISE_PROJECT("EVS.2059", 400, "invalid enterpriseProjectID"),
  TYPE_UNSUPPORTED("EVS.2070", 400, "VolumeTypes are not supported !"),
  TYPE_NOT_IN_ZONE(
      "EVS.2071",
      400,
      "Invalid input received: Availability zone [%s] do not have volume type [%s]"),
  TYPE_SOLD_OUT("EVS.2072", 400, "Volume type [%s] in availability zone [%s] is sold out !"),
  RETYPE_REFUSED(
      "EVS.2087",
      400,
      "retype failed. please make sure that type is supported and the new one is higher than"
          + " origin"),
  SNAPSHOT_OF_OTHER_TYPE(
      "EVS.2096", 400, "Target volumeType[%s] is not matched with snapshot[%s] !"),
  RECYCLE_BIN_NOT_EMPTY(
      "EVS.2110", 400, "You have to clean up the recycling bin before you can close it."),
  SERVER_UNKNOWN("EVS.2131", 400, "Query server info from ecs fail"),
  LIMIT_TOO_LARGE("EVS.2142", 400, "invalid filter limit, can not greater than 1000."),
  INVALID_BSS("EVS.2147", 400, "invalid bssParam."),
  QOS_REFUSED("EVS.2234", 400, "only ESSD2 and GPSSD2 can modify qos."),
  /** The cloud's text was not seen. */
  SNAPSHOT_UNDER_WAY("EVS.2409", 409, "another snapshot of the volume is being made!"),
  MALFORMED_BODY("EVS.5400", 400, "Malformed request body."),
  BODY_AND_URI("EVS.5400", 400, "Request body and URI mismatch."),
  /** What was asked for does not suit the status of the volume. */
  WRONG_STATUS("EVS.5400", 400, "Must specify a valid status."),
  /** The cloud's text is not documented; this is Cinder's. */
  HAS_SNAPSHOTS("EVS.5400", 400, "Invalid volume: Volume has dependent snapshots."),
  LIMIT_NOT_INTEGER("EVS.5400", 400, "limit param must be an integer."),
  LIMIT_NOT_POSITIVE("EVS.5400", 400, "limit param must be positive."),
  OFFSET_NOT_INTEGER("EVS.5400", 400, "offset param must be an integer."),
  SNAPSHOT_METADATA_PROTECTED("EVS.5403", 403, "metadata can not be operated."),
  NOT_FOUND("EVS.5404", 404, "Resource(Volume, Snapshot, Backup .etc) cound not be found."),
  /** Of a microversion; the reference has no code, so it is numbered as the others of its kind. */
  VERSION_NOT_OFFERED("EVS.5406", 406, "Version is not supported by the API."),
  INSUFFICIENT_QUOTA("EVS.5413", 413, "Insufficient volume quota."),
  BACKEND_FAILED("EVS.5500", 500, "Internal server error."),
  UNAVAILABLE("EVS.5503", 503, "Service unavailable."),
  JOB_NOT_FOUND("Common.0011", 400, "query job fail."),
  NO_JOB_ID("Common.0011", 400, "No jobs found."),
  JOB_TOKEN("Common.0013", 400, "Invalid token in the header."),
  JOB_TENANT("Common.0018", 400, "Invalid token in the header"),
  API_NOT_FOUND(
      "APIGW.0101", 404, "The API does not exist or has not been published in the environment."),
  API_REQUEST("APIGW.0201", 400, "API request error."),
  REQUEST_TIMEOUT("APIGW.0201", 408, "API request error."),
  BODY_TOO_LARGE("APIGW.0201", 413, "Request entity too large"),
  URI_TOO_LARGE("APIGW.0201", 414, "Request URI too large"),
  UNAUTHENTICATED("APIGW.0301", 401, "Incorrect IAM authentication information"),
  FORBIDDEN("APIGW.0302", 403, "The IAM user is not authorized to access this API."),
  THROTTLED("APIGW.0308", 429, "The throttling threshold has been reached."),
  /** Ours: the cloud does not document what it does. */
  KEY_REUSED(
      "PLATTER.0001", 400, "this X-Client-Token or Idempotency-Key was used with another request!"),
  /** Ours: of a job that was cancelled; the cloud cannot cancel. */
  CANCELLED("PLATTER.0002", 409, "the job was cancelled!"),
  /** Ours: cancel, retry, undo or accept of a job that is not in the state for it. */
  JOB_STATE("PLATTER.0003", 409, "the job is not in a state for this!"),
  /** Ours: a detach that was to wait for its client. */
  STILL_CONNECTED("PLATTER.0004", 409, "a client of the attachment is still connected!"),
  /** Ours: of a domain, project or user that shall be made. */
  NAME_TAKEN("PLATTER.0011", 409, "there is one of this name already!"),
  /**
   * Ours: a domain, project, user or access key of the configuration cannot be changed by a call.
   */
  CONFIGURED("PLATTER.0012", 409, "it is defined by the configuration and changed only there!"),
  /** Ours: a project that still has volumes, a domain that still has users or projects. */
  IN_USE("PLATTER.0013", 409, "it is still in use!");

  private final String code;
  private final int status;
  private final String message;

  ErrorCode(String code, int status, String message) {
    this.code = code;
    this.status = status;
    this.message = message;
  }

  /** The code on the wire, such as {@code EVS.1010}. */
  public String code() {
    return code;
  }

  /** The HTTP status of an answer with this code. */
  public int status() {
    return status;
  }

  /** The wire text. */
  public String message() {
    return message;
  }
}
