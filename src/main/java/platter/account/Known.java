package platter.account;

import java.util.Optional;
import java.util.function.Function;
import platter.auth.Accounts;
import platter.auth.Domain;
import platter.auth.Password;
import platter.auth.Project;
import platter.error.ApiException;
import platter.error.ErrorCode;
import platter.id.ProjectId;

/**
 * Everybody there is, for a call that looks at them or changes them.
 *
 * @param configured those that no call changes
 * @param rows those that calls change
 * @param merged both together
 */
record Known(Accounts configured, Rows rows, Merged merged) {
  /**
   * @param secret see {@link Merged#of}
   */
  static Known of(Accounts configured, Rows rows, Function<StoredKey, Optional<String>> secret) {
    var nothing = Password.plain(""); // nobody logs in with these
    return new Known(
        configured, rows, Merged.of(configured, rows, _ -> Optional.of(nothing), secret));
  }

  Optional<Domain> domain(String id) {
    return merged.accounts().domain(id);
  }

  /** The domain in which something shall be made. */
  Domain domainToUse(String id) {
    return domain(id)
        .orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, "there is no domain " + id));
  }

  /**
   * A project of the domain.
   *
   * @param idOrName an id wins
   */
  ProjectId projectToUse(Domain domain, String idOrName) {
    return ProjectId.parse(idOrName)
        .flatMap(merged.accounts()::project)
        .filter(project -> project.domainId().equals(domain.id()))
        .or(() -> merged.accounts().projectNamed(domain, idOrName))
        .map(Project::id)
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorCode.INVALID_REQUEST,
                    "domain " + domain.name() + " has no project " + idOrName));
  }

  /** Whether there is such a user, disabled or not. */
  boolean hasUser(String id) {
    return configured.user(id).isPresent() || rows.user(id).isPresent();
  }

  static ApiException notFound(String what, String id) {
    return new ApiException(ErrorCode.NOT_FOUND, "there is no " + what + " " + id);
  }

  static ApiException taken(String what, String name) {
    return new ApiException(ErrorCode.NAME_TAKEN, "there is a " + what + " " + name + " already");
  }

  static ApiException configured(String what, String name) {
    return new ApiException(
        ErrorCode.CONFIGURED,
        what
            + " "
            + name
            + " stands in the configuration (account.json, variables, or the file of --config)");
  }
}
