package platter.auth;

/** What a caller wants to do; the wire names are the IAM actions of EVS (page "Permissions"). */
public enum Action {
  /** No action is listed for it: any caller of the project. */
  ANY(""),
  VOLUME_CREATE("evs:volumes:create"),
  VOLUME_GET("evs:volumes:get"),
  VOLUME_LIST("evs:volumes:list"),
  VOLUME_UPDATE("evs:volumes:update"),
  VOLUME_DELETE("evs:volumes:delete"),
  VOLUME_EXTEND("evs:volumes:extend"),
  /** The page names no action for it. */
  VOLUME_RETYPE("evs:volumes:retype"),
  /** The page names no action for it. */
  VOLUME_QOS("evs:volumes:modifyQos"),
  TYPE_GET("evs:types:get"),
  /** Also changes their values, and removes them: one call does all. */
  VOLUME_TAG_CREATE("evs:volumeTags:create"),
  VOLUME_TAG_GET("evs:volumeTags:getById"),
  VOLUME_TAG_LIST("evs:volumeTags:list"),
  VOLUME_TAG_SEARCH("evs:volumeTags:get"),
  SNAPSHOT_TAG_CREATE("evs:snapshotTags:create"),
  SNAPSHOT_TAG_DELETE("evs:snapshotTags:delete"),
  TRANSFER_CREATE("evs:transfers:create"),
  TRANSFER_ACCEPT("evs:transfers:accept"),
  TRANSFER_DELETE("evs:transfers:delete"),
  TRANSFER_LIST("evs:transfers:list"),
  TRANSFER_GET("evs:transfers:get"),
  QUOTA_GET("evs:quotas:get"),
  SNAPSHOT_CREATE("evs:snapshots:create"),
  SNAPSHOT_GET("evs:snapshots:get"),
  SNAPSHOT_LIST("evs:snapshots:list"),
  SNAPSHOT_UPDATE("evs:snapshots:update"),
  SNAPSHOT_DELETE("evs:snapshots:delete"),
  SNAPSHOT_ROLLBACK("evs:snapshots:rollback"),
  /** Platter's own: cancels a job, retries it, undoes or accepts what remains of it. */
  JOB_CHANGE("platter:jobs:change"),
  /** Platter's own: looks at the whole service, over all projects. */
  OPERATE("platter:service:operate");

  private final String wireName;

  Action(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}
