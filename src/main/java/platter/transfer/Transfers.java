package platter.transfer;

import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import platter.db.Database;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.http.Route;
import platter.volume.Volumes;

/** The door: the routes of volume transfers. */
public final class Transfers {
  private final TransfersApi api;

  /**
   * @param random chance that nobody can guess: keys are made of it
   */
  public Transfers(Database db, Volumes volumes, InstantSource clock, LongSupplier random) {
    var store = new TransferStore();
    api =
        new TransfersApi(
            db,
            store,
            new OfferVolume(db, volumes, store, clock, random),
            new AcceptTransfer(db, volumes, store),
            new WithdrawTransfer(db, volumes, store));
  }

  public List<Route> routes() {
    return api.routes();
  }

  static ApiException notFound(String id) {
    return new ApiException(ErrorCode.NOT_FOUND, "Transfer " + id + " could not be found.");
  }
}
