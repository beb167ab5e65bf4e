package platter.account;

import static java.lang.System.Logger.Level.WARNING;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import platter.auth.Accounts;
import platter.auth.Directory;
import platter.auth.Password;
import platter.db.Database;
import platter.http.Route;

/**
 * The door: keeps the {@link Directory} as the database has it, and changes it. What is changed
 * here holds here at once, on other nodes when they {@link #look}.
 */
public final class StoredAccounts {
  private static final System.Logger LOG = System.getLogger(StoredAccounts.class.getName());

  private final Database db;
  private final Accounts configured;
  private final Directory directory;
  private final Seal seal;
  private final AccountStore store = new AccountStore();
  private final List<Route> routes;

  /** Of the version that the directory shows; none was read before the first. */
  private long version = -1;

  /** By their hash: one that was proven right once is quick, also after a change of others. */
  private Map<String, Password> passwords = Map.of();

  private Set<String> told = Set.of();

  /**
   * Of what is in the directory only the configured accounts are known until {@link #load}.
   *
   * @param configured wins over what is in the database
   * @param secret that only the service knows, the same on all nodes and after each start
   * @param belongings whether a project still owns something
   */
  public StoredAccounts(
      Database db,
      Accounts configured,
      Directory directory,
      byte[] secret,
      Belongings belongings,
      InstantSource clock,
      SecureRandom random) {
    this.db = db;
    this.configured = configured;
    this.directory = directory;
    this.seal = new Seal(secret, random);
    var chance = new Chance(random);
    var changes = new Changes(db, store, configured, this::secret, this::load);
    var createKey = new CreateKey(changes, store, chance, seal);
    var domains =
        new DomainsApi(
            changes,
            new CreateDomain(changes, store, chance),
            new DeleteDomain(changes, store),
            clock);
    var projects =
        new ProjectsApi(
            changes,
            new CreateProject(changes, store, chance),
            new DeleteProject(changes, store, belongings),
            clock);
    var users =
        new UsersApi(
            changes,
            new CreateUser(changes, store, chance),
            new ChangeUser(changes, store),
            new DeleteUser(changes, store),
            chance,
            password -> Password.hash(password, random),
            clock);
    var keys =
        new KeysApi(
            changes,
            createKey,
            new ChangeKey(changes, store),
            new DeleteKey(changes, store),
            clock);
    routes =
        Stream.of(
                domains.routes(),
                projects.routes(),
                users.routes(),
                keys.routes(),
                new CredentialsApi(createKey, clock).routes())
            .flatMap(List::stream)
            .toList();
  }

  public List<Route> routes() {
    return routes;
  }

  /** Reads everything, unless it is known. */
  public synchronized void load() {
    var rows = db.read(store::read);
    if (rows.version() == version) {
      return;
    }
    var used = new HashMap<String, Password>();
    var merged = Merged.of(configured, rows, user -> password(user, used), this::secret);
    directory.become(merged.accounts());
    passwords = used;
    version = rows.version();
    tell(merged.ignored());
  }

  /** Reads everything when somebody has changed it: one short question otherwise. */
  public synchronized void look() {
    long now = db.lookUp(store::version);
    if (now != version) {
      load();
    }
  }

  private Optional<Password> password(StoredUser user, Map<String, Password> used) {
    var hash = user.password();
    try {
      var password =
          Optional.ofNullable(passwords.get(hash)).orElseGet(() -> Password.hashed(hash));
      used.put(hash, password);
      return Optional.of(password);
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // told by the one who merges
    }
  }

  private Optional<String> secret(StoredKey key) {
    return seal.open(key.access(), key.sealed());
  }

  /** Each once, for as long as it is so. */
  private void tell(Map<String, String> ignored) {
    for (var one : ignored.entrySet()) {
      if (!told.contains(one.getKey())) {
        LOG.log(
            WARNING,
            "an account of the database is ignored ({0}): {1}",
            one.getKey(),
            one.getValue());
      }
    }
    told = new HashSet<>(ignored.keySet());
  }
}
