package platter.auth;

import java.util.List;
import platter.id.ProjectId;

/** An account with two users for tests, and a second account that is nobody's business. */
public final class People {
  public static final String ACCESS = "PLATTERTESTACCESSKEY";
  public static final String SECRET = "platterTestSecretKey0123456789abcdefABCD";
  public static final ProjectId ALPHA = new ProjectId("051375756c80d5eb2ff0c014498645fb");
  public static final ProjectId BETA = new ProjectId("b".repeat(32));
  public static final ProjectId FOREIGN = new ProjectId("f".repeat(32));
  public static final Domain HOME = new Domain("d0".repeat(16), "home");
  public static final Domain AWAY = new Domain("d1".repeat(16), "away");
  public static final User ALICE =
      new User(
          "a0".repeat(16),
          "alice",
          HOME.id(),
          Password.plain("alice's secret"),
          List.of(ALPHA, BETA),
          Role.OPERATOR);
  public static final User BOB =
      new User(
          "b0".repeat(16), "bob", HOME.id(), Password.plain("bob's"), List.of(BETA), Role.MEMBER);
  public static final User MALLORY =
      new User(
          "c0".repeat(16),
          "mallory",
          AWAY.id(),
          Password.plain("m"),
          List.of(FOREIGN),
          Role.MEMBER);

  private People() {}

  public static Directory directory() {
    return new Directory(accounts());
  }

  public static Accounts accounts() {
    return new Accounts(
        List.of(HOME, AWAY),
        List.of(
            new Project(ALPHA, "region-1", HOME.id()),
            new Project(BETA, "region-1_beta", HOME.id()),
            new Project(FOREIGN, "region-1", AWAY.id())),
        List.of(ALICE, BOB, MALLORY),
        List.of(
            new AccessKey(ACCESS, SECRET, ALICE.id()),
            new AccessKey(
                "QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", BOB.id())));
  }
}
