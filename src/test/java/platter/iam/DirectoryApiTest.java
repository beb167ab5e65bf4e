package platter.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import platter.auth.AuthException.BadToken;
import platter.auth.Caller;
import platter.auth.People;
import platter.auth.TestClock;
import platter.auth.TokenScope;
import platter.auth.Tokens;
import platter.auth.User;
import platter.error.IamException;
import platter.http.Answer;
import platter.http.Face;
import platter.http.Route;
import platter.id.ProjectId;
import platter.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Projects, domains, catalog, regions and versions. */
final class DirectoryApiTest {
  private static final String BASE = "http://evs.example:8776";

  private final TestClock clock = new TestClock(Instant.parse("2026-11-21T18:20:15Z"));
  private final Tokens tokens = new Tokens(People.directory(), new byte[32], clock);
  private final ProjectsApi projects = new ProjectsApi(People.directory());
  private final CatalogApi catalog =
      new CatalogApi(People.directory(), new Catalog("region-1"), "region-1");
  private final VersionsApi versions = new VersionsApi();

  private Caller of(User user, ProjectId project) throws BadToken {
    return tokens.caller(tokens.issue(user, new TokenScope.OfProject(project), "password"));
  }

  private Caller ofDomain(User user) throws BadToken {
    return tokens.caller(tokens.issue(user, new TokenScope.OfDomain(user.domainId()), "password"));
  }

  private static JsonNode body(Answer answer) {
    return Json.read(answer.body());
  }

  private List<String> listed(Caller caller, Map<String, String> query) {
    var answer = projects.list(caller, name -> Optional.ofNullable(query.get(name)), BASE);
    assertThat(answer.status()).isEqualTo(200);
    var names = new ArrayList<String>();
    body(answer).get("projects").forEach(project -> names.add(project.get("name").asString()));
    return names;
  }

  @Test
  void aCallerSeesTheProjectsOfItsUserAndNoOthers() throws BadToken {
    for (var caller : List.of(of(People.ALICE, People.ALPHA), ofDomain(People.ALICE))) {
      assertThat(listed(caller, Map.of())).containsExactly("region-1", "region-1_beta");
    }
    assertThat(listed(ofDomain(People.BOB), Map.of())).containsExactly("region-1_beta");
  }

  @Test
  void projectsAreFiltered() throws BadToken {
    var alice = ofDomain(People.ALICE);
    var all = List.of("region-1", "region-1_beta");
    assertThat(listed(alice, Map.of("name", "region-1"))).containsExactly("region-1");
    assertThat(listed(alice, Map.of("name", "region"))).isEmpty();
    assertThat(listed(alice, Map.of("domain_id", People.HOME.id()))).isEqualTo(all);
    assertThat(listed(alice, Map.of("domain_id", People.AWAY.id()))).isEmpty();
    assertThat(listed(alice, Map.of("parent_id", People.HOME.id()))).isEqualTo(all);
    assertThat(listed(alice, Map.of("enabled", "true", "is_domain", "false"))).isEqualTo(all);
    assertThat(listed(alice, Map.of("enabled", "false"))).isEmpty();
    assertThat(listed(alice, Map.of("is_domain", "true"))).isEmpty();
    assertThat(listed(alice, Map.of("page", "2", "per_page", "1"))).containsExactly(all.get(1));
    assertThat(listed(alice, Map.of("page", "3", "per_page", "1"))).isEmpty();
    assertThat(listed(alice, Map.of("page", "2147483647", "per_page", "5000"))).isEmpty();
  }

  @Test
  void aBadFilterIsRefused() throws BadToken {
    var alice = ofDomain(People.ALICE);
    for (var query :
        List.of(
            Map.of("enabled", "yes"),
            Map.of("is_domain", "1", "name", "nowhere"),
            Map.of("page", "1"),
            Map.of("per_page", "1"),
            Map.of("page", "0", "per_page", "1"),
            Map.of("page", "1", "per_page", "5001"),
            Map.of("page", "x", "per_page", "1"))) {
      assertThatThrownBy(() -> listed(alice, query))
          .isInstanceOfSatisfying(
              IamException.class, error -> assertThat(error.status()).isEqualTo(400));
    }
  }

  @Test
  void aForeignProjectAndOneThatDoesNotExistAreNotFoundAlike() throws BadToken {
    var alice = ofDomain(People.ALICE);
    for (var id : List.of(People.FOREIGN.text(), "0".repeat(32), "no id", "")) {
      assertThatThrownBy(() -> projects.show(alice, id, BASE))
          .hasMessage("Could not find the project")
          .isInstanceOfSatisfying(
              IamException.class, error -> assertThat(error.status()).isEqualTo(404));
    }
  }

  @Test
  void answersHaveTheDocumentedShape() throws BadToken {
    var alice = of(People.ALICE, People.ALPHA);
    Example.assertShape(
        body(projects.list(alice, _ -> Optional.empty(), BASE)),
        "iamKeystoneListProjects.response");
    Example.assertShape(
        body(projects.show(alice, People.BETA.text(), BASE)), "iamKeystoneShowProject.response");
    Example.assertShape(
        body(projects.listOwn(alice, BASE)), "iamKeystoneListAuthProjects.response");
    Example.assertShape(body(projects.domains(alice, BASE)), "iamKeystoneListAuthDomains.response");
    Example.assertShape(body(catalog.catalog(alice, BASE)), "iamKeystoneShowCatalog.response");
    Example.assertShape(body(catalog.regions(BASE)), "iamKeystoneListRegions.response");
  }

  @Test
  void theCatalogPointsToWhereTheClientCameFrom() throws BadToken {
    var beta = "/" + People.BETA;
    assertThat(urls(of(People.ALICE, People.BETA)))
        .containsExactly(
            Map.entry("iam", BASE + "/v3"),
            Map.entry("evs", BASE),
            Map.entry("volumev3", BASE + "/v3" + beta),
            Map.entry("volumev2", BASE + "/v2" + beta),
            Map.entry("volume", BASE + "/v1" + beta));
  }

  @Test
  void theCatalogOfACallerWithoutAScopeNamesTheFirstProject() throws BadToken {
    assertThat(urls(ofDomain(People.ALICE)))
        .contains(Map.entry("volumev3", BASE + "/v3/" + People.ALPHA));
  }

  private List<Map.Entry<String, String>> urls(Caller caller) {
    var urls = new ArrayList<Map.Entry<String, String>>();
    for (var service : body(catalog.catalog(caller, BASE)).get("catalog")) {
      urls.add(
          Map.entry(
              service.get("type").asString(),
              service.get("endpoints").get(0).get("url").asString()));
    }
    return urls;
  }

  @Test
  void theVersionsAreThoseOfTheExample() {
    var all = versions.all("https://evs.localdomain.com");
    assertThat(all.status()).isEqualTo(300);
    var example = Example.read("listVersions.response");
    // the example says 3.0 where the prose says that the highest microversion is 3.50
    ((ObjectNode) example.get("versions").get(2)).put("version", "3.50");
    assertThat(body(all)).isEqualTo(example);
    Example.assertShape(body(all), "listVersions.response");
    assertThat(body(versions.second("https://evs.localdomain.com")))
        .isEqualTo(Example.read("showVersion.response"));
    assertThat(body(versions.first(BASE)).get("versions").get(0).get("id").asString())
        .isEqualTo("v1.0");
  }

  @Test
  void theThirdVersionIsAlsoTheIdentityServices() {
    var both = body(versions.third("https://iam.myhuaweicloud.com"));
    assertThat(both.propertyNames()).containsExactly("versions", "version");
    assertThat(both.get("version"))
        .isEqualTo(Example.read("iamKeystoneShowVersion.response").get("version"));
    assertThat(both.get("versions").get(0).get("id").asString()).isEqualTo("v3.0");
  }

  @Test
  void onlyLoginAndVersionsAreOpen() {
    var iam = new Iam(People.directory(), tokens, (_, _) -> {}, "region-1");
    assertThat(iam.routes())
        .filteredOn(route -> route.face() == Face.OPEN)
        .extracting(route -> route.method() + " " + route.pattern())
        .containsExactly("GET /", "GET /v1", "GET /v2", "GET /v3", "POST /v3/auth/tokens");
    assertThat(iam.routes())
        .filteredOn(route -> route.face() != Face.OPEN)
        .allMatch(route -> route.face() == Face.IAM)
        .extracting(Route::pattern)
        .containsExactly(
            "/v3/auth/tokens",
            "/v3/auth/tokens",
            "/v3/projects",
            "/v3/projects/{id}",
            "/v3/auth/projects",
            "/v3/auth/domains",
            "/v3/auth/catalog",
            "/v3/endpoints",
            "/v3/services",
            "/v3/regions");
  }
}
