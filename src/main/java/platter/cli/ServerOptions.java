package platter.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the server is and who calls. For each, the first that is given wins: the option, the
 * variable, the data folder of a server on this machine.
 */
public final class ServerOptions {
  static final String DEFAULT_DATA = "./platter-data";

  private final Map<String, String> environment;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      order = 100,
      description = "The server. Else PLATTER_ENDPOINT, else the one of the data folder.")
  private @Nullable String endpoint;

  @Option(
      names = "--project-id",
      paramLabel = "ID",
      order = 101,
      description = "Else PLATTER_PROJECT_ID, else that of the data folder.")
  private @Nullable String projectId;

  @Option(
      names = "--access-key",
      paramLabel = "KEY",
      order = 102,
      description =
          "Else PLATTER_ACCESS_KEY, else that of the data folder. Its secret comes from"
              + " PLATTER_SECRET_KEY or the data folder, never from an option.")
  private @Nullable String accessKey;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      order = 103,
      description = "Data folder of a server here. Else PLATTER_DATA, else ./platter-data")
  private @Nullable String data;

  /**
   * None is given yet.
   *
   * @param environment all variables
   */
  public ServerOptions(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Everything that a call needs. */
  record Connection(URI endpoint, String project, String accessKey, String secretKey) {
    /** Without the secret. */
    @Override
    public String toString() {
      return endpoint + " project " + project + " key " + accessKey;
    }
  }

  /** Whether the command line itself names a server, and no folder to look into instead. */
  public boolean insistsOnServer() {
    return endpoint != null && data == null;
  }

  /** The data folder, which need not exist. */
  public Path folder() {
    return Path.of(first(data, "PLATTER_DATA").orElse(DEFAULT_DATA));
  }

  LocalFolder local() {
    return new LocalFolder(folder());
  }

  /** A variable, unless it is empty. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private Optional<String> first(@Nullable String option, String variable) {
    return Optional.ofNullable(option)
        .filter(value -> !value.isEmpty())
        .or(() -> variable(variable));
  }

  /** Ready to call. */
  public Api api() {
    return new Api(connection());
  }

  Connection connection() {
    var server = endpoint();
    var key = accessKey();
    return new Connection(server, project(), key, secretOf(key));
  }

  private URI endpoint() {
    var text =
        first(endpoint, "PLATTER_ENDPOINT")
            .or(() -> local().endpoint())
            .orElseThrow(
                () ->
                    new CliException.Unreachable(
                        "no server to talk to",
                        "neither --endpoint nor PLATTER_ENDPOINT is given, and no server runs on"
                            + " the data folder "
                            + folder(),
                        "start one in another terminal:  ./platter server\n"
                            + "or name yours:  --endpoint http://HOST:PORT, or --data FOLDER"));
    try {
      var uri = new URI(text.replaceAll("/+$", ""));
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw CliException.wrongUsage(
        "cannot use the endpoint", "it must be http://HOST:PORT or https://HOST", "");
  }

  private String project() {
    return first(projectId, "PLATTER_PROJECT_ID")
        .or(() -> local().account("project_id"))
        .orElseThrow(() -> missing("project id", "--project-id or PLATTER_PROJECT_ID"));
  }

  private String accessKey() {
    return first(accessKey, "PLATTER_ACCESS_KEY")
        .or(() -> local().account("access_key"))
        .orElseThrow(() -> missing("access key", "--access-key or PLATTER_ACCESS_KEY"));
  }

  /** A key and its secret belong together: the folder's secret is taken for its own key only. */
  private String secretOf(String key) {
    boolean keyOfFolder = first(accessKey, "PLATTER_ACCESS_KEY").isEmpty();
    Optional<String> given = keyOfFolder ? Optional.empty() : variable("PLATTER_SECRET_KEY");
    return given
        .or(
            () ->
                local()
                    .account("access_key")
                    .filter(key::equals)
                    .flatMap(_ -> local().account("secret_key")))
        .orElseThrow(() -> missing("secret of access key " + key, "PLATTER_SECRET_KEY"));
  }

  private CliException missing(String what, String how) {
    return CliException.wrongUsage(
        "no credentials",
        "the " + what + " is given nowhere, and not in the data folder " + folder(),
        "set " + how + ", or name the server's data folder:  --data FOLDER");
  }
}
