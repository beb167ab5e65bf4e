package platter.transfer;

import platter.db.Database;
import platter.error.ApiException;
import platter.id.ProjectId;
import platter.id.TransferId;
import platter.volume.Volumes;

/** Takes an offer back: the volume is available where it always was. */
final class WithdrawTransfer {
  private final Database db;
  private final Volumes volumes;
  private final TransferStore store;

  WithdrawTransfer(Database db, Volumes volumes, TransferStore store) {
    this.db = db;
    this.volumes = volumes;
    this.store = store;
  }

  /**
   * Both rows are written together or not at all.
   *
   * @throws ApiException NOT_FOUND
   */
  void withdraw(ProjectId project, TransferId id) {
    db.inTx(
        tx -> {
          var transfer =
              store
                  .findToChange(tx, id)
                  .filter(one -> one.project().equals(project))
                  .orElseThrow(() -> Transfers.notFound(id.text()));
          volumes.withdraw(tx, transfer.volume());
          store.delete(tx, id);
          return true;
        });
  }
}
