package platter.auth;

/** What a caller wants to do; the wire names are the IAM actions of EVS (page "Permissions"). */
public enum Action {
  /** No action is listed for it: any caller of the project. */
  ANY(Kind.READ, ""),
  VOLUME_CREATE(Kind.CHANGE, "evs:volumes:create"),
  VOLUME_GET(Kind.READ, "evs:volumes:get"),
  VOLUME_LIST(Kind.READ, "evs:volumes:list"),
  VOLUME_UPDATE(Kind.CHANGE, "evs:volumes:update"),
  VOLUME_DELETE(Kind.CHANGE, "evs:volumes:delete"),
  VOLUME_EXTEND(Kind.CHANGE, "evs:volumes:extend"),
  VOLUME_ATTACH(Kind.CHANGE, "evs:volumes:attach"),
  VOLUME_DETACH(Kind.CHANGE, "evs:volumes:detach"),
  /** The page names no action for it. */
  VOLUME_RETYPE(Kind.CHANGE, "evs:volumes:retype"),
  /** The page names no action for it. */
  VOLUME_QOS(Kind.CHANGE, "evs:volumes:modifyQos"),
  TYPE_GET(Kind.READ, "evs:types:get"),
  /** Also changes their values, and removes them: one call does all. */
  VOLUME_TAG_CREATE(Kind.CHANGE, "evs:volumeTags:create"),
  VOLUME_TAG_GET(Kind.READ, "evs:volumeTags:getById"),
  VOLUME_TAG_LIST(Kind.READ, "evs:volumeTags:list"),
  VOLUME_TAG_SEARCH(Kind.READ, "evs:volumeTags:get"),
  SNAPSHOT_TAG_CREATE(Kind.CHANGE, "evs:snapshotTags:create"),
  SNAPSHOT_TAG_DELETE(Kind.CHANGE, "evs:snapshotTags:delete"),
  TRANSFER_CREATE(Kind.CHANGE, "evs:transfers:create"),
  TRANSFER_ACCEPT(Kind.CHANGE, "evs:transfers:accept"),
  TRANSFER_DELETE(Kind.CHANGE, "evs:transfers:delete"),
  TRANSFER_LIST(Kind.READ, "evs:transfers:list"),
  TRANSFER_GET(Kind.READ, "evs:transfers:get"),
  QUOTA_GET(Kind.READ, "evs:quotas:get"),
  SNAPSHOT_CREATE(Kind.CHANGE, "evs:snapshots:create"),
  SNAPSHOT_GET(Kind.READ, "evs:snapshots:get"),
  SNAPSHOT_LIST(Kind.READ, "evs:snapshots:list"),
  SNAPSHOT_UPDATE(Kind.CHANGE, "evs:snapshots:update"),
  SNAPSHOT_DELETE(Kind.CHANGE, "evs:snapshots:delete"),
  SNAPSHOT_ROLLBACK(Kind.CHANGE, "evs:snapshots:rollback"),
  /** Platter's own: cancels a job, retries it, undoes or accepts what remains of it. */
  JOB_CHANGE(Kind.CHANGE, "platter:jobs:change"),
  /** Platter's own: looks at the whole service, over all projects. */
  OPERATE(Kind.SERVICE, "platter:service:operate"),
  /** Makes an access key for oneself; the cloud's page of IAM actions names it so. */
  KEY_CREATE(Kind.CHANGE, "iam:credentials:createCredential"),
  /** Platter's own: changes who exists and what they may do. */
  ACCOUNTS_CHANGE(Kind.ACCOUNTS, "platter:accounts:change");

  /** What it does to what is there. */
  enum Kind {
    READ,
    CHANGE,
    /** Concerns more than the caller's projects. */
    SERVICE,
    /** Concerns everybody, and is for administrators. */
    ACCOUNTS
  }

  private final Kind kind;
  private final String wireName;

  Action(Kind kind, String wireName) {
    this.kind = kind;
    this.wireName = wireName;
  }

  Kind kind() {
    return kind;
  }

  /** Whether it concerns more than the caller's projects. */
  public boolean isOfService() {
    return kind == Kind.SERVICE || kind == Kind.ACCOUNTS;
  }

  public String wireName() {
    return wireName;
  }
}
