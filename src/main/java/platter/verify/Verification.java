package platter.verify;

import java.util.List;
import platter.auth.Action;
import platter.db.Database;
import platter.driver.StorageDriver;
import platter.error.ApiException;
import platter.error.BackendException;
import platter.error.ErrorCode;
import platter.http.Answer;
import platter.http.Body;
import platter.http.Face;
import platter.http.Request;
import platter.http.Route;
import platter.http.Shape;
import platter.job.Jobs;
import platter.quota.Quotas;
import platter.snapshot.Snapshots;
import platter.volume.Volumes;

/** The door: compare and repair, by a call or from within. */
public final class Verification {
  private final Comparison comparison;
  private final Repairer repairer;

  public Verification(
      Database db,
      Volumes volumes,
      Snapshots snapshots,
      Quotas quotas,
      Jobs jobs,
      StorageDriver driver) {
    comparison = new Comparison(db, volumes, snapshots, quotas, jobs, driver);
    repairer = new Repairer(db, volumes, snapshots, quotas, driver, comparison);
  }

  /** Compares, and changes nothing. */
  public Report run() throws BackendException {
    return comparison.all();
  }

  /**
   * Repairs what differs.
   *
   * @param by who asked for it, for humans
   * @param deleteData whether storage may be removed
   */
  public Outcome repair(String by, boolean deleteData) throws BackendException {
    return repairer.run(by, deleteData);
  }

  public List<Route> routes() {
    return List.of(
        new Route("GET", "/platter/v1/verify", Face.PLATTER, Action.OPERATE, _ -> show()),
        new Route("POST", "/platter/v1/verify/repair", Face.PLATTER, Action.OPERATE, this::repair)
            .body(Shape.object(Shape.may("delete_data", Shape.flag()))));
  }

  private Answer show() {
    try {
      var report = run();
      return Answer.json(200, g -> VerificationJson.write(g, report));
    } catch (BackendException e) {
      throw unavailable(e);
    }
  }

  private Answer repair(Request request) {
    boolean deleteData = Body.of(request, ErrorCode.INVALID_BODY).bool("delete_data").orElse(false);
    var caller = request.caller();
    try {
      var outcome = repair("user " + caller.userName() + " " + caller.userId(), deleteData);
      return Answer.json(200, g -> VerificationJson.write(g, outcome));
    } catch (BackendException e) {
      throw unavailable(e);
    }
  }

  private static ApiException unavailable(BackendException e) {
    return new ApiException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()));
  }
}
