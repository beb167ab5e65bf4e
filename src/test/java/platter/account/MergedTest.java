package platter.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import platter.auth.Domain;
import platter.auth.Password;
import platter.auth.People;
import platter.auth.Project;
import platter.auth.Role;
import platter.auth.User;
import platter.id.ProjectId;

final class MergedTest {
  private static final Domain ACME = new Domain("e0".repeat(16), "acme");
  private static final Project TEAM =
      new Project(new ProjectId("e1".repeat(16)), "team", ACME.id());
  private static final StoredUser EVE = user("e2", "eve", ACME.id(), true, TEAM.id());
  private static final StoredKey KEY = key("EVEKEY", EVE.id(), true);

  private static StoredUser user(
      String id, String name, String domain, boolean enabled, ProjectId... projects) {
    return new StoredUser(
        id.repeat(16), name, domain, "hash", Role.MEMBER, enabled, 3, List.of(projects), 0);
  }

  private static StoredKey key(String access, String user, boolean enabled) {
    return new StoredKey(access, user, "sealed", "", enabled, OptionalLong.empty(), 0);
  }

  private static Merged merged(
      List<Domain> domains, List<Project> projects, List<StoredUser> users, List<StoredKey> keys) {
    return Merged.of(
        People.accounts(),
        new Rows(
            1,
            domains.stream().map(one -> new StoredDomain(one, 0)).toList(),
            projects.stream().map(one -> new StoredProject(one, 0)).toList(),
            users,
            keys),
        user ->
            user.password().equals("hash") ? Optional.of(Password.plain("p")) : Optional.empty(),
        key -> key.sealed().equals("sealed") ? Optional.of("secret") : Optional.empty());
  }

  @Test
  void whatIsInTheDatabaseIsBesideWhatIsConfigured() {
    var all = merged(List.of(ACME), List.of(TEAM), List.of(EVE), List.of(KEY));
    assertThat(all.ignored()).isEmpty();
    var accounts = all.accounts();
    assertThat(accounts.domainNamed("home")).contains(People.HOME);
    assertThat(accounts.domainNamed("acme")).contains(ACME);
    assertThat(accounts.projectNamed(ACME, "team")).contains(TEAM);
    assertThat(accounts.userNamed(ACME, "eve").orElseThrow().generation()).isEqualTo(3);
    assertThat(accounts.accessKey("EVEKEY").orElseThrow().userId()).isEqualTo(EVE.id());
    assertThat(accounts.accessKey(People.ACCESS)).isPresent();
  }

  @Test
  void whatIsMadeMayBelongToWhatIsConfigured() {
    var gail = user("e3", "gail", People.HOME.id(), true, People.ALPHA, TEAM.id());
    var all =
        merged(
            List.of(ACME), List.of(TEAM), List.of(gail), List.of(key("K", People.BOB.id(), true)));
    assertThat(all.ignored()).isEmpty();
    assertThat(all.accounts().userNamed(People.HOME, "gail").map(User::projects))
        .contains(List.of(People.ALPHA)); // not one of another domain
    assertThat(all.accounts().accessKey("K")).isPresent();
  }

  @Test
  void theConfigurationWinsAndHidesWhatBelongsToWhatItHides() {
    var home = new Domain(ACME.id(), "home"); // its name is configured
    var all = merged(List.of(home), List.of(TEAM), List.of(EVE), List.of(KEY));
    assertThat(all.ignored().keySet())
        .containsExactly(ACME.id(), TEAM.id().text(), EVE.id(), "EVEKEY");
    assertThat(all.accounts().domainNamed("home")).contains(People.HOME);
    assertThat(all.accounts().users()).hasSize(3);
    assertThat(all.accounts().accessKey("EVEKEY")).isEmpty();
  }

  @Test
  void aUserOrAProjectOfAConfiguredNameIsHidden() {
    var alice = user("e4", "alice", People.HOME.id(), true);
    var beta = new Project(new ProjectId("e5".repeat(16)), "region-1_beta", People.HOME.id());
    var all = merged(List.of(), List.of(beta), List.of(alice), List.of());
    assertThat(all.ignored().keySet()).containsExactly(beta.id().text(), alice.id());
    assertThat(all.accounts().userNamed(People.HOME, "alice")).contains(People.ALICE);
    assertThat(all.accounts().project(beta.id())).isEmpty();
  }

  @Test
  void whoeverIsDisabledIsNotAmongThoseWhoMayCallAndIsNotIgnored() {
    var fay = user("e6", "fay", ACME.id(), false);
    var all =
        merged(
            List.of(ACME),
            List.of(),
            List.of(EVE, fay),
            List.of(KEY, key("OFF", EVE.id(), false), key("FAYS", fay.id(), true)));
    assertThat(all.ignored()).isEmpty();
    assertThat(all.accounts().user(fay.id())).isEmpty();
    assertThat(all.accounts().user(EVE.id())).isPresent();
    assertThat(all.accounts().accessKey("OFF")).isEmpty();
    assertThat(all.accounts().accessKey("FAYS")).isEmpty();
    assertThat(all.accounts().accessKey("EVEKEY")).isPresent();
  }

  @Test
  void whatCannotBeReadIsIgnored() {
    var broken =
        new StoredUser("e7".repeat(16), "hal", ACME.id(), "?", Role.MEMBER, true, 0, List.of(), 0);
    var lost = new StoredKey("LOST", EVE.id(), "?", "", true, OptionalLong.empty(), 0);
    var all = merged(List.of(ACME), List.of(TEAM), List.of(EVE, broken), List.of(lost));
    assertThat(all.ignored().keySet()).containsExactly(broken.id(), "LOST");
    assertThat(all.accounts().user(broken.id())).isEmpty();
    assertThat(all.accounts().accessKey("LOST")).isEmpty();
  }

  @Test
  void aSealOpensWhatItClosedForTheSameKeyOnly() {
    var random = new SecureRandom();
    var seal = new Seal(new byte[32], random);
    var closed = seal.close("KEY", "the-secret");
    assertThat(closed).doesNotContain("secret").isNotEqualTo(seal.close("KEY", "the-secret"));
    assertThat(seal.open("KEY", closed)).contains("the-secret");
    assertThat(seal.open("OTHER", closed)).isEmpty();
    var other = new byte[32];
    other[0] = 1;
    assertThat(new Seal(other, random).open("KEY", closed)).isEmpty();
    for (var bad : List.of("", "1:", "1:%%%", "1:AAAA", "2:" + closed.substring(2))) {
      assertThat(seal.open("KEY", bad)).as(bad).isEmpty();
    }
    assertThat(seal.open("KEY", closed.substring(0, closed.length() - 4))).isEmpty();
  }

  @Test
  void nothingThatIsPrintedHoldsASecret() {
    assertThat(EVE + " " + KEY + " " + new CreateKey.Made(KEY, "the-secret"))
        .doesNotContain("hash")
        .doesNotContain("sealed")
        .doesNotContain("the-secret");
  }
}
