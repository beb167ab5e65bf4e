package platter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import platter.auth.AccessKey;
import platter.auth.Accounts;
import platter.auth.Caller;
import platter.auth.Domain;
import platter.auth.Password;
import platter.auth.Project;
import platter.auth.Role;
import platter.auth.User;
import platter.db.Database;
import platter.db.Tx;
import platter.id.ProjectId;
import platter.json.Json;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * The account that the first start makes and keeps in the data folder, and the further ones of the
 * configuration file.
 */
final class FirstAccount {
  /** What {@code PLATTER_…} variables may set, by the name in the file. */
  static final List<String> NAMES =
      List.of("domain", "user", "password", "project_id", "access_key", "secret_key");

  private static final TypeReference<LinkedHashMap<String, String>> STRINGS =
      new TypeReference<>() {};
  private static final String SETTING = "account";
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String ALPHABET = LETTERS + "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, String> values;

  private FirstAccount(Map<String, String> values) {
    this.values = values;
  }

  /** Reads the account, or makes it; what is overridden is kept too. */
  static FirstAccount open(Path file, String region, Map<String, String> overrides)
      throws IOException {
    var kept = read(file);
    var values = fresh(region);
    values.putAll(kept);
    return keep(file, kept, values, overrides);
  }

  /**
   * As {@link #open}, of several nodes: the account in the database is that of all of them, and the
   * file a copy of it for the clients on this machine.
   */
  static FirstAccount openShared(
      Path file, Database db, String region, Map<String, String> overrides) throws IOException {
    var kept = read(file);
    var candidate = fresh(region);
    candidate.putAll(kept);
    candidate.putAll(overrides);
    new FirstAccount(candidate).accounts(Optional.empty()); // what cannot be used is not kept
    var shared = db.inTxUnguarded(tx -> share(tx, candidate, overrides));
    return keep(file, kept, shared, overrides);
  }

  /** The first node's account stays; what a node overrides is then true for all. */
  private static Map<String, String> share(
      Tx tx, Map<String, String> candidate, Map<String, String> overrides) {
    tx.update(
        "insert into setting (name, value) values (?, ?) on conflict (name) do nothing",
        SETTING,
        textOf(candidate));
    var text =
        tx.find(
                "select value from setting where name = ?" + tx.dialect().forUpdate(),
                row -> row.getString(1),
                SETTING)
            .orElseThrow();
    var shared = Json.mapper().readValue(text, STRINGS);
    shared.putAll(overrides);
    tx.update("update setting set value = ? where name = ?", textOf(shared), SETTING);
    return shared;
  }

  private static String textOf(Map<String, String> values) {
    return Json.mapper().writeValueAsString(values);
  }

  private static FirstAccount keep(
      Path file, Map<String, String> kept, Map<String, String> found, Map<String, String> overrides)
      throws IOException {
    var values = new LinkedHashMap<>(found);
    values.putAll(overrides);
    var account = new FirstAccount(values);
    account.accounts(Optional.empty()); // what cannot be used is not kept
    if (!values.equals(kept)) {
      DataFolder.write(file, Json.pretty(Json.mapper().valueToTree(values)).getBytes(UTF_8));
    }
    return account;
  }

  private static Map<String, String> fresh(String region) {
    var values = new LinkedHashMap<String, String>();
    var random = new SecureRandom();
    values.put("domain", "platter");
    values.put("domain_id", hex(random, 16));
    values.put("user", "admin");
    values.put("user_id", hex(random, 16));
    values.put("password", text(random, ALPHABET, 24));
    values.put("project", region);
    values.put("project_id", hex(random, 16));
    values.put("access_key", text(random, LETTERS, 20));
    values.put("secret_key", text(random, ALPHABET, 40));
    values.put("token_secret", hex(random, 32));
    return values;
  }

  private static Map<String, String> read(Path file) throws IOException {
    try {
      return Json.mapper().readValue(Files.readAllBytes(file), STRINGS);
    } catch (NoSuchFileException e) {
      return Map.of();
    }
  }

  private static String hex(SecureRandom random, int bytes) {
    var some = new byte[bytes];
    random.nextBytes(some);
    return HEX.formatHex(some);
  }

  private static String text(SecureRandom random, String alphabet, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  String get(String name) {
    return Optional.ofNullable(values.get(name))
        .orElseThrow(() -> new IllegalArgumentException("account.json lacks " + name));
  }

  byte[] tokenSecret() {
    return HEX.parseHex(get("token_secret"));
  }

  ProjectId project() {
    return new ProjectId(get("project_id"));
  }

  /** The user of the account, without a login. */
  Caller caller() {
    return new Caller(
        get("user_id"),
        get("user"),
        get("domain_id"),
        get("domain"),
        Optional.empty(),
        Set.of(project()),
        Role.ADMINISTRATOR);
  }

  /**
   * Everybody who may call: this account and those of the configuration file.
   *
   * @throws IllegalArgumentException when the file's accounts cannot be used: it says why
   */
  Accounts accounts(Optional<JsonNode> more) {
    var domains = new ArrayList<Domain>();
    var projects = new ArrayList<Project>();
    var users = new ArrayList<User>();
    var keys = new ArrayList<AccessKey>();
    domains.add(new Domain(get("domain_id"), get("domain")));
    projects.add(new Project(project(), get("project"), get("domain_id")));
    users.add(
        new User(
            get("user_id"),
            get("user"),
            get("domain_id"),
            Password.plain(get("password")),
            List.of(project()),
            Role.ADMINISTRATOR));
    keys.add(new AccessKey(get("access_key"), get("secret_key"), get("user_id")));
    more.ifPresent(
        accounts -> new ConfiguredAccounts(domains, projects, users, keys).addAll(accounts));
    return new Accounts(domains, projects, users, keys);
  }
}
