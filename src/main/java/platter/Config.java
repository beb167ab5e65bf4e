package platter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import platter.db.Place;
import platter.job.Jobs;
import platter.quota.Pool;
import platter.quota.Quotas;
import platter.type.Types;
import platter.type.VolumeType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The settings of a server, read once: flags win over {@code PLATTER_…} variables, which win over
 * the file, which wins over the defaults. Each is described in docs/operating.md.
 *
 * @param listen port 0 takes a free one
 * @param data where everything is kept that the server keeps
 * @param database knows its user and password, and shows no password
 * @param storage where volumes are kept, such as {@code dir:/srv/volumes}
 * @param pool how much of the storage may be promised
 * @param region the name of the region, and of the first project
 * @param types the zones of each type of volume that is offered
 * @param soldOutTypes the zones where it is offered, and cannot be had
 * @param lease how long a node that says nothing is taken for alive
 * @param authOff whether anybody may call everything; only on loopback
 * @param strictDelete whether deleting a volume that is being deleted is refused, as in the cloud
 * @param metrics where the server's numbers are told
 * @param nbd where volumes are served to hosts
 * @param account overrides of what the first start makes, by name, such as {@code access_key}
 * @param accounts the {@code accounts} of the file
 */
record Config(
    InetSocketAddress listen,
    Path data,
    Place database,
    String storage,
    Pool.Limits pool,
    String region,
    List<String> zones,
    Map<VolumeType, Set<String>> types,
    Map<VolumeType, Set<String>> soldOutTypes,
    String node,
    Duration lease,
    boolean authOff,
    Quotas.Limits quotas,
    boolean strictDelete,
    Jobs.Limits jobs,
    Optional<InetSocketAddress> metrics,
    NbdSettings nbd,
    Map<String, String> account,
    Optional<JsonNode> accounts) {

  /** The names of the settings and their defaults; a flag is {@code --name} with dashes. */
  static final Map<String, String> DEFAULTS = defaults();

  private static final String ACCOUNTS = "accounts";
  private static final String USUAL_DATA = "./platter-data";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final int MAX_JOBS_AT_ONCE = 1000;
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern RATIO = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);

  private static Map<String, String> defaults() {
    var defaults = new LinkedHashMap<String, String>();
    defaults.put("listen", "127.0.0.1:8776");
    defaults.put("data", USUAL_DATA);
    defaults.put("database", "sqlite:");
    defaults.put("database_user", "");
    defaults.put("database_password", "");
    defaults.put("storage", "dir:");
    defaults.put("max_over_subscription_ratio", "-1");
    defaults.put("storage_reserved_percent", "0");
    defaults.put("region", "region-1");
    defaults.put("zones", "az1");
    defaults.put("volume_types", "SATA,SAS,GPSSD,SSD,ESSD,GPSSD2,ESSD2");
    defaults.put("sold_out_types", "");
    defaults.put("node", "node-1");
    defaults.put("auth", "on");
    defaults.put("quota_volumes", "-1");
    defaults.put("quota_gigabytes", "-1");
    defaults.put("quota_snapshots", "-1");
    defaults.put("quota_per_volume_gigabytes", "-1");
    defaults.put("strict_delete", "false");
    defaults.put("jobs_at_once", "16");
    defaults.put("copies_at_once", "4");
    defaults.put("step_deadline", "20s");
    defaults.put("job_deadline", "10m");
    defaults.put("keep_jobs", "30d");
    defaults.put("lease", "10s");
    defaults.put("metrics_listen", "off");
    defaults.put("nbd_listen", "auto");
    defaults.put("nbd_socket", "");
    defaults.put("nbd_tls", "");
    return defaults;
  }

  /** Whether the commands of the client find the data folder by themselves. */
  boolean hasUsualData() {
    return data.toAbsolutePath()
        .normalize()
        .equals(Path.of(USUAL_DATA).toAbsolutePath().normalize());
  }

  /** Settings that cannot be used: all that is wrong, a line each. */
  static final class BadConfig extends Exception {
    BadConfig(List<String> problems) {
      super(String.join("\n", problems));
    }
  }

  /**
   * Reads all sources.
   *
   * @param flags by name, only those that were given
   * @param environment all variables
   * @param file the configuration file, if there is one
   */
  static Config read(
      Map<String, String> flags, Map<String, String> environment, Optional<Path> file)
      throws BadConfig {
    var problems = new ArrayList<String>();
    var values = new LinkedHashMap<>(DEFAULTS);
    values.put("database_user", environment.getOrDefault("PGUSER", ""));
    values.put("database_password", environment.getOrDefault("PGPASSWORD", ""));
    var accounts = file.flatMap(path -> readFile(path, values, problems));
    for (var name : DEFAULTS.keySet()) {
      var value = environment.get("PLATTER_" + name.toUpperCase(Locale.ROOT));
      if (value != null) {
        values.put(name, value);
      }
    }
    values.putAll(flags);
    var reader = new Reader(values, problems);
    var zones = reader.get("zones", Config::names);
    var config =
        new Config(
            reader.get("listen", Config::address),
            reader.get("data", Path::of),
            database(values, problems),
            reader.get("storage", Function.identity()),
            new Pool.Limits(
                reader.get("max_over_subscription_ratio", Config::ratio),
                reader.get("storage_reserved_percent", text -> number(text, 0, 99))),
            reader.get("region", Config::name),
            zones,
            reader.get("volume_types", text -> Types.inZones(text, zones)),
            reader.get("sold_out_types", text -> Types.inZones(text, zones)),
            reader.get("node", Config::name),
            reader.get("lease", Config::lease),
            reader.get("auth", text -> !onOff(text)),
            new Quotas.Limits(
                reader.get("quota_volumes", Config::limit),
                reader.get("quota_gigabytes", Config::limit),
                reader.get("quota_snapshots", Config::limit),
                reader.get("quota_per_volume_gigabytes", Config::limit)),
            reader.get("strict_delete", Config::yesNo),
            new Jobs.Limits(
                reader.get("jobs_at_once", text -> number(text, 1, MAX_JOBS_AT_ONCE)),
                reader.get("copies_at_once", text -> number(text, 1, MAX_JOBS_AT_ONCE)),
                Jobs.Limits.DEFAULT.maxUnfinished(),
                Jobs.Limits.DEFAULT.answerCacheBytes(),
                reader.get("step_deadline", Config::duration),
                reader.get("job_deadline", Config::duration),
                reader.get("keep_jobs", Config::duration)),
            reader.get(
                "metrics_listen",
                text -> text.equals("off") ? Optional.empty() : Optional.of(address(text))),
            new NbdSettings(
                reader.get("nbd_listen", Config::nbdListen),
                reader.get("nbd_socket", Config::path),
                reader.get("nbd_tls", Config::path)),
            account(environment),
            accounts);
    problems.addAll(config.nbd.problems());
    if (config.authOff && !config.listen.getAddress().isLoopbackAddress()) {
      problems.add(
          "auth: none is refused unless the server listens on loopback only, and "
              + config.listen
              + " is not loopback");
    }
    if (!problems.isEmpty()) {
      throw new BadConfig(problems);
    }
    return config;
  }

  private static Optional<JsonNode> readFile(
      Path file, Map<String, String> values, List<String> problems) {
    JsonNode tree;
    try {
      tree = YAMLMapper.builder().build().readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      problems.add("config file " + file + " does not exist");
      return Optional.empty();
    } catch (IOException e) {
      problems.add("config file " + file + " cannot be read: " + e.getMessage());
      return Optional.empty();
    } catch (JacksonException e) {
      var at = e.getLocation();
      problems.add(
          "config file "
              + file
              + " is not valid YAML"
              + (at == null ? "" : " at line " + at.getLineNr()));
      return Optional.empty();
    }
    if (tree.isMissingNode() || tree.isNull()) {
      return Optional.empty(); // an empty file
    }
    if (!tree.isObject()) {
      problems.add("config file " + file + " must hold settings, such as listen: 127.0.0.1:8776");
      return Optional.empty();
    }
    for (var entry : tree.properties()) {
      if (entry.getKey().equals(ACCOUNTS)) {
        continue;
      }
      if (!DEFAULTS.containsKey(entry.getKey())) {
        problems.add(
            entry.getKey() + ": no such setting; there are " + DEFAULTS.keySet() + " and accounts");
      } else if (entry.getValue().isArray()) {
        values.put(
            entry.getKey(),
            String.join(",", entry.getValue().valueStream().map(JsonNode::asString).toList()));
      } else {
        values.put(entry.getKey(), entry.getValue().asString(""));
      }
    }
    return Optional.ofNullable(tree.get(ACCOUNTS));
  }

  /** What CI sets instead of what the first start would make. */
  private static Map<String, String> account(Map<String, String> environment) {
    var account = new LinkedHashMap<String, String>();
    for (var name : FirstAccount.NAMES) {
      var value = environment.get("PLATTER_" + name.toUpperCase(Locale.ROOT));
      if (value != null) {
        account.put(name, value);
      }
    }
    return account;
  }

  /** Takes values by name and remembers what is wrong with them. */
  private record Reader(Map<String, String> values, List<String> problems) {
    <T> T get(String name, Function<String, T> parse) {
      var text = String.valueOf(values.get(name));
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException e) {
        problems.add(name + ": '" + text + "' " + e.getMessage());
        return parse.apply(String.valueOf(DEFAULTS.get(name)));
      }
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("must be HOST:PORT");
    }
    int port = number(text.substring(colon + 1), 0, 65_535);
    try {
      return new InetSocketAddress(InetAddress.getByName(text.substring(0, colon)), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("names a host that is not known", e);
    }
  }

  private static NbdSettings.Listen nbdListen(String text) {
    return switch (text) {
      case "auto" -> new NbdSettings.Listen.Anywhere();
      case "off" -> new NbdSettings.Listen.Nowhere();
      default -> new NbdSettings.Listen.At(address(text));
    };
  }

  private static Optional<Path> path(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException("must be a name of A-Z a-z 0-9 . _ -");
    }
    return text;
  }

  private static List<String> names(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).map(Config::name).toList();
  }

  private static boolean onOff(String text) {
    return switch (text) {
      case "on" -> true;
      case "none" -> false;
      default -> throw new IllegalArgumentException("must be on or none");
    };
  }

  private static boolean yesNo(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("must be true or false");
    };
  }

  private static int limit(String text) {
    return number(text, Quotas.UNLIMITED, Integer.MAX_VALUE);
  }

  /** -1 is without a limit, as of quotas. */
  private static OptionalDouble ratio(String text) {
    if (text.equals("-1")) {
      return OptionalDouble.empty();
    }
    if (!RATIO.matcher(text).matches() || Double.parseDouble(text) < 1) {
      throw new IllegalArgumentException("must be a number from 1 on, such as 20 or 1.5, or -1");
    }
    return OptionalDouble.of(Double.parseDouble(text));
  }

  private static int number(String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException("must be a number from " + min + " to " + max);
  }

  /** A number and its unit: {@code 500ms}, {@code 20s}, {@code 10m}, {@code 12h}, {@code 30d}. */
  private static Duration duration(String text) {
    var parts = DURATION.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("must be a time such as 500ms, 20s, 10m, 12h or 30d");
    }
    long number = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  private static Duration lease(String text) {
    var lease = duration(text);
    if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException("must be a time from 1s to 10m");
    }
    return lease;
  }

  /** The problem is told without the text, which may hold a password. */
  private static Place database(Map<String, String> values, List<String> problems) {
    try {
      return Place.of(
          String.valueOf(values.get("database")),
          String.valueOf(values.get("database_user")),
          String.valueOf(values.get("database_password")));
    } catch (IllegalArgumentException e) {
      problems.add("database: " + e.getMessage());
      return new Place.Embedded();
    }
  }
}
