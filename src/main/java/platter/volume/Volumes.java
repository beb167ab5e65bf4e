package platter.volume;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import platter.db.Database;
import platter.db.Tx;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.id.JobId;
import platter.id.ProjectId;
import platter.id.SnapshotId;
import platter.id.VolumeId;
import platter.job.Asked;
import platter.job.JobType;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.tag.TagsApi;
import platter.type.Types;
import platter.zone.Zones;

/** The door: the routes and job types of volumes, and what other features may ask. */
public final class Volumes {
  private final VolumeStore store;
  private final Jobs jobs;
  private final CreateVolume create;
  private final ExtendVolume extend;
  private final RetypeVolume retype;
  private final ModifyQos modifyQos;
  private final DeleteVolume delete;
  private final DeleteVolume deleteInBatch;
  private final RepairVolume repair;
  private final CloudVolumesApi api;
  private final ChangeVolumesApi changesApi;
  private final VolumeTagsApi tagsApi;
  private final EmptyRecycleBin emptyBin;
  private final RecycleBinApi binApi;
  private final HandOver handOver;
  private final Attachments attachments;
  private final DetachVolume detach;
  private final Served served;
  private final List<Route> cinder;

  /**
   * What the volumes of one type make for the quotas of a project.
   *
   * @param type such as {@code SSD}
   */
  public record Use(ProjectId project, String type, long volumes, long gib) {}

  /**
   * @param served whoever brings the bytes of volumes to hosts
   * @param strictDelete whether deleting a volume that is being deleted is refused as in the cloud,
   *     instead of answering with the running job
   */
  public Volumes(
      Database db,
      Jobs jobs,
      Quotas quotas,
      Zones zones,
      Types types,
      Origins origins,
      StorageDriver driver,
      Served served,
      Supplier<VolumeId> ids,
      InstantSource clock,
      boolean strictDelete) {
    store = new VolumeStore(clock);
    create = new CreateVolume(db, store, jobs, quotas, origins, driver, ids, clock);
    extend = new ExtendVolume(db, store, jobs, quotas, driver, served);
    retype = new RetypeVolume(db, store, jobs, quotas, types, driver, served);
    modifyQos = new ModifyQos(db, store, jobs, driver, served);
    var recycled = new RecycleStore();
    var bin = new RecycleBin(store, recycled, clock);
    delete = DeleteVolume.alone(db, store, jobs, quotas, origins, driver, bin);
    deleteInBatch = DeleteVolume.inBatch(db, store, jobs, quotas, origins, driver, bin);
    emptyBin = new EmptyRecycleBin(db, recycled, delete, jobs, clock);
    binApi = new RecycleBinApi(db, recycled, bin, delete, zones);
    handOver = new HandOver(store, quotas, origins);
    repair = new RepairVolume(db, store, jobs, quotas);
    attachments = new Attachments(store, ids, clock);
    detach = new DetachVolume(db, store, attachments, served);
    this.served = served;
    this.jobs = jobs;
    var createRequest = new CreateRequest(zones, types, driver.limits().maxBytes());
    var list = new ListVolumes(db, store, zones);
    var update = new UpdateVolume(db, store);
    api =
        new CloudVolumesApi(
            createRequest, create, delete, deleteInBatch, list, update, strictDelete);
    changesApi = new ChangeVolumesApi(extend, retype, modifyQos);
    tagsApi = new VolumeTagsApi(new TagsApi(db, new VolumeTags(store)), new ListVolumesByTags(db));
    cinder =
        Stream.of(
                new VolumesApi(
                        new CinderCreateRequest(createRequest, zones, types),
                        create,
                        delete,
                        list,
                        update,
                        strictDelete)
                    .routes(),
                new VolumeMetadataApi(list, new ChangeMetadata(db, store)).routes(),
                new VolumeActionsApi(
                        extend,
                        new FlagVolume(db, store),
                        new ReserveVolume(db, store, origins),
                        new AttachVolume(db, store, origins, attachments, ids, clock),
                        detach)
                    .routes(),
                new CinderServiceApi(db, quotas).routes())
            .flatMap(List::stream)
            .toList();
  }

  public List<Route> routes() {
    return Stream.of(api.routes(), changesApi.routes(), tagsApi.routes(), binApi.routes(), cinder)
        .flatMap(List::stream)
        .toList();
  }

  public List<JobType<?>> jobTypes() {
    return List.of(create, extend, retype, modifyQos, delete, deleteInBatch, repair);
  }

  /** Destroys what is over in the recycle bin, from now on; the engine must run. */
  public void start() {
    emptyBin.start();
  }

  /**
   * Puts a volume on offer: it awaits its transfer.
   *
   * @throws ApiException NOT_FOUND, INVALID_REQUEST when it is not available, HAS_SNAPSHOTS
   */
  public void offer(Tx tx, ProjectId project, VolumeId id) {
    handOver.offer(tx, project, id);
  }

  /** Takes the offer back: it is available. */
  public void withdraw(Tx tx, VolumeId id) {
    handOver.withdraw(tx, id);
  }

  /**
   * Gives a volume on offer to another project, with its quota.
   *
   * @throws ApiException VOLUMES_QUOTA, GIGABYTES_QUOTA when that one has no room
   */
  public void handOver(Tx tx, VolumeId id, ProjectId from, ProjectId to, String userId) {
    handOver.handOver(tx, id, from, to, userId);
  }

  /** What hosts have of the volumes. */
  public Attachments attachments() {
    return attachments;
  }

  /**
   * Takes an attachment away, and closes its connections.
   *
   * @return the other attachments of the volume
   * @throws ApiException NOT_FOUND, WRONG_STATUS while a job works on the volume, UNAVAILABLE when
   *     a connection of it cannot be closed yet
   */
  public List<Attachment> detach(ProjectId project, String attachment) {
    return detach.one(project, attachment, new DetachVolume.Connected.Cut());
  }

  /**
   * Takes an attachment away when its client has gone.
   *
   * @return the other attachments of the volume
   * @throws ApiException as {@link #detach}, and STILL_CONNECTED when the client stays
   */
  public List<Attachment> detachWhenLeft(ProjectId project, String attachment, Duration patience) {
    return detach.one(project, attachment, new DetachVolume.Connected.Wait(patience));
  }

  /** Of one that is detaching, and whose connections are closed for good; may be repeated. */
  public void detached(ProjectId project, VolumeId id, String attachment) {
    boolean _ = detach.finish(project, id, attachment);
  }

  /**
   * Sees to it that no other node serves the volume while this one copies it.
   *
   * @see Served#onlyHere
   */
  public Served.Hold serveOnlyHere(VolumeId id, SnapshotId copy) throws BackendException {
    return served.onlyHere(id, copy);
  }

  /** Every volume of every project; for a comparison with storage and quotas. */
  public List<Volume> all(Tx tx) {
    return store.all(tx);
  }

  /** A volume of any project. */
  public Optional<Volume> find(Tx tx, VolumeId id) {
    return store.find(tx, id);
  }

  /** A volume of this project; another's does not exist, nor does one in the recycle bin. */
  public Optional<Volume> find(Tx tx, ProjectId project, VolumeId id) {
    return store.find(tx, project, id);
  }

  /** A volume of this project that nobody else changes before the transaction ends. */
  public Optional<Volume> findToChange(Tx tx, ProjectId project, VolumeId id) {
    return store.findToChange(tx, project, id);
  }

  /** Moves its status, where another status is a bug. */
  public void move(Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId job) {
    store.move(tx, id, from, to, job);
  }

  /**
   * Moves its status for a job that does a failed one's work again.
   *
   * @throws ApiException JOB_STATE when it is not any more what the failure left
   */
  public void again(
      Tx tx, VolumeId id, VolumeStatus from, VolumeStatus to, JobId failed, JobId job) {
    store.again(tx, id, from, to, failed, job);
  }

  /** The volumes that are being made of a snapshot now. */
  public List<VolumeId> beingMadeOf(Tx tx, SnapshotId snapshot) {
    return store.beingMadeOf(tx, snapshot);
  }

  public List<Use> uses(Tx tx) {
    return store.uses(tx);
  }

  /** What those make that are about to become another type, for the quotas of that type alone. */
  public List<Use> usesToBe(Tx tx) {
    return store.usesToBe(tx);
  }

  /** Whether the job that explains its status is a create that failed. */
  public boolean failedToBeCreated(Tx tx, Volume volume) {
    return jobs.hasFailed(tx, volume.job(), create);
  }

  /**
   * Brings a row to what its storage is.
   *
   * @param seen the row as it was compared with the storage
   * @param lost what was lost, for the job's fail_reason; empty when nothing was
   * @return the job that explains it; empty when the row has changed since it was seen
   */
  public Optional<JobId> repair(
      Asked asked, Volume seen, VolumeStatus to, int sizeGib, String lost) {
    return repair.start(asked, seen, to, sizeGib, lost);
  }

  /** What the storage must have when only the row changes. */
  static void mustBeThere(StorageDriver driver, VolumeId id) throws BackendException {
    if (driver.inspect(id).isEmpty()) {
      throw new BackendException.NotFound("volume " + id + " has no storage");
    }
  }

  /**
   * Whether type and performance may change now.
   *
   * @throws ApiException WRONG_STATUS when not
   */
  static void mustBeAtRest(Volume volume) {
    if (volume.status() != VolumeStatus.AVAILABLE && volume.status() != VolumeStatus.IN_USE) {
      throw new ApiException(
          ErrorCode.WRONG_STATUS,
          "volume "
              + volume.id()
              + " is "
              + volume.status().wireName()
              + ", it must be available or in-use; see job "
              + volume.job());
    }
  }

  public static ApiException notFound(VolumeId id) {
    return new ApiException(ErrorCode.NOT_FOUND, "Volume " + id + " could not be found.");
  }
}
