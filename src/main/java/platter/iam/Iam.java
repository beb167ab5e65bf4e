package platter.iam;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import platter.auth.Directory;
import platter.auth.Token;
import platter.auth.Tokens;
import platter.http.Route;

/** The routes of the identity service and of the version documents. */
public final class Iam {
  private final VersionsApi versions = new VersionsApi();
  private final TokensApi tokens;
  private final ProjectsApi projects;
  private final CatalogApi catalog;

  /**
   * Makes the service.
   *
   * @param revoke takes back a token, of which the text and what it says are given
   * @param region the id of the one region there is
   */
  public Iam(Directory directory, Tokens tokens, BiConsumer<String, Token> revoke, String region) {
    var rows = new Catalog(region);
    this.tokens = new TokensApi(directory, tokens, revoke, rows);
    this.projects = new ProjectsApi(directory);
    this.catalog = new CatalogApi(directory, rows, region);
  }

  public List<Route> routes() {
    return Stream.of(versions.routes(), tokens.routes(), projects.routes(), catalog.routes())
        .flatMap(List::stream)
        .toList();
  }
}
