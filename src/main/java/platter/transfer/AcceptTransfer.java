package platter.transfer;

import static java.lang.System.Logger.Level.INFO;

import platter.auth.Caller;
import platter.db.Database;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.volume.Volumes;

/** Takes a volume that is on offer: row and quota move, and the offer is gone. */
final class AcceptTransfer {
  private static final System.Logger LOG = System.getLogger(AcceptTransfer.class.getName());

  private final Database db;
  private final Volumes volumes;
  private final TransferStore store;

  AcceptTransfer(Database db, Volumes volumes, TransferStore store) {
    this.db = db;
    this.volumes = volumes;
    this.store = store;
  }

  /**
   * Everything is written together or not at all.
   *
   * @throws ApiException INVALID_REQUEST when there is no such transfer or the key is wrong, which
   *     nobody can tell apart; VOLUMES_QUOTA, GIGABYTES_QUOTA
   */
  Transfer accept(Caller caller, ProjectId project, TransferId id, String key) {
    var taken =
        db.inTx(
            tx -> {
              var transfer =
                  store
                      .findToChange(tx, id)
                      .filter(one -> one.key().matches(key))
                      .orElseThrow(() -> wrongKey(id.text()));
              volumes.handOver(tx, transfer.volume(), transfer.project(), project, caller.userId());
              store.delete(tx, id);
              return transfer;
            });
    LOG.log(
        INFO,
        "volume {0} went from project {1} to {2}, by user {3} {4}",
        taken.volume(),
        taken.project(),
        project,
        caller.userName(),
        caller.userId());
    return taken;
  }

  static ApiException wrongKey(String id) {
    return new ApiException(
        ErrorCode.INVALID_REQUEST, "Attempt to transfer " + id + " with invalid auth key.");
  }
}
