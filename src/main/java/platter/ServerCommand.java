package platter;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code platter server}: runs the service until it is told to stop. */
@Command(
    mixinStandardHelpOptions = true,
    name = "server",
    description = "Run the service.",
    footer = {
      "",
      "Each option can also be a variable (PLATTER_LISTEN, PLATTER_DATA, …) or a line of the"
          + " config file (listen: …); an option wins over a variable, a variable over the file.",
      "The first start makes an account and keeps it in the data folder (account.json); set"
          + " PLATTER_PROJECT_ID, PLATTER_ACCESS_KEY, PLATTER_SECRET_KEY, PLATTER_USER,"
          + " PLATTER_PASSWORD and PLATTER_DOMAIN to choose it."
    })
final class ServerCommand implements Callable<Integer> {
  private static final int CANNOT_START = 1;
  private static final int WRONG_USAGE = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--config", paramLabel = "FILE", description = "Settings in YAML.")
  private @Nullable Path file;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen; port 0 takes a free one. Default: 127.0.0.1:8776")
  private @Nullable String listen;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where everything is kept. Default: ./platter-data")
  private @Nullable String data;

  @Option(
      names = "--database",
      paramLabel = "DATABASE",
      description =
          "jdbc:postgresql://HOST[:PORT]/DATABASE for several nodes; its password comes from"
              + " PLATTER_DATABASE_PASSWORD, PGPASSWORD or the config file. Default: SQLite in the"
              + " data folder")
  private @Nullable String database;

  @Option(
      names = "--database-user",
      paramLabel = "NAME",
      description = "Default: PGUSER, else the user that runs the server.")
  private @Nullable String databaseUser;

  @Option(
      names = "--storage",
      paramLabel = "STORAGE",
      description = "Where volumes are kept: dir:/some/path. Default: dir: in the data folder")
  private @Nullable String storage;

  @Option(names = "--region", paramLabel = "NAME", description = "Default: region-1")
  private @Nullable String region;

  @Option(
      names = "--zones",
      paramLabel = "NAME,…",
      description = "Availability zones. Default: az1")
  private @Nullable String zones;

  @Option(
      names = "--volume-types",
      paramLabel = "NAMES",
      description = "Types of volumes that are offered, such as SSD or SSD@az1. Default: all")
  private @Nullable String volumeTypes;

  @Option(
      names = "--sold-out-types",
      paramLabel = "NAMES",
      description = "Types that are listed and cannot be had. Default: none")
  private @Nullable String soldOutTypes;

  @Option(names = "--node", paramLabel = "NAME", description = "Default: node-1")
  private @Nullable String node;

  @Option(
      names = "--auth",
      paramLabel = "on|none",
      description = "none lets anybody in; only on loopback. Default: on")
  private @Nullable String auth;

  @Option(
      names = "--quota-volumes",
      paramLabel = "N",
      description = "Volumes a project may have. Default: -1, no limit")
  private @Nullable String quotaVolumes;

  @Option(
      names = "--quota-gigabytes",
      paramLabel = "N",
      description = "GiB a project may have. Default: -1, no limit")
  private @Nullable String quotaGigabytes;

  @Option(
      names = "--quota-snapshots",
      paramLabel = "N",
      description = "Snapshots a project may have. Default: -1, no limit")
  private @Nullable String quotaSnapshots;

  @Option(
      names = "--quota-per-volume-gigabytes",
      paramLabel = "N",
      description = "GiB that one volume may have. Default: -1, no limit")
  private @Nullable String quotaPerVolumeGigabytes;

  @Option(
      names = "--strict-delete",
      description = "Refuse to delete a volume that is being deleted, as the cloud does.")
  private boolean strictDelete;

  @Option(
      names = "--jobs-at-once",
      paramLabel = "N",
      description = "Steps of jobs that run at the same time. Default: 16")
  private @Nullable String jobsAtOnce;

  @Option(
      names = "--step-deadline",
      paramLabel = "TIME",
      description = "How long a step is attempted while the storage is away. Default: 20s")
  private @Nullable String stepDeadline;

  @Option(
      names = "--job-deadline",
      paramLabel = "TIME",
      description = "How long a job is attempted before it is undone. Default: 10m")
  private @Nullable String jobDeadline;

  @Option(
      names = "--keep-jobs",
      paramLabel = "TIME",
      description = "How long a finished job is kept. Default: 30d")
  private @Nullable String keepJobs;

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      description =
          "Jobs of a node that died are taken over within that time; the same on all nodes."
              + " Default: 10s")
  private @Nullable String lease;

  @Option(
      names = "--copies-at-once",
      paramLabel = "N",
      description = "Copies of snapshots that run beside them. Default: 4")
  private @Nullable String copiesAtOnce;

  @Option(
      names = "--max-over-subscription-ratio",
      paramLabel = "N",
      description =
          "GiB of volumes that may be promised for each GiB of the storage. Default: -1, any number")
  private @Nullable String maxOverSubscriptionRatio;

  @Option(
      names = "--storage-reserved-percent",
      paramLabel = "N",
      description =
          "Percent of the storage that are kept free for what is written to volumes that are there."
              + " Default: 0")
  private @Nullable String storageReservedPercent;

  @Option(
      names = "--metrics-listen",
      paramLabel = "HOST:PORT",
      description =
          "Where GET /metrics tells numbers to Prometheus, without credentials. Default: off")
  private @Nullable String metricsListen;

  @Option(
      names = "--nbd-listen",
      paramLabel = "HOST:PORT",
      description =
          "Where volumes are served to hosts by NBD; off: nowhere. Default: loopback, port 10809 or"
              + " a free one")
  private @Nullable String nbdListen;

  @Option(
      names = "--nbd-socket",
      paramLabel = "PATH",
      description = "A UNIX socket where volumes are served, too. Default: none")
  private @Nullable String nbdSocket;

  @Option(
      names = "--nbd-tls",
      paramLabel = "FOLDER",
      description =
          "ca-cert.pem, server-cert.pem and server-key.pem: volumes are served with TLS, to clients"
              + " with a certificate")
  private @Nullable String nbdTls;

  @Override
  public Integer call() throws InterruptedException {
    Logging.start();
    var err = spec.commandLine().getErr();
    Config config;
    Platter platter;
    try {
      config = Config.read(flags(), System.getenv(), Optional.ofNullable(file));
      platter = Platter.start(config, Platter.Parts.REAL);
    } catch (Config.BadConfig e) {
      err.println("platter server: the settings cannot be used\n" + e.getMessage());
      return WRONG_USAGE;
    } catch (Platter.CannotStart e) {
      err.println("platter server: " + e.getMessage());
      return CANNOT_START;
    }
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(
                    () -> {
                      platter.close();
                      stopped.countDown();
                    }));
    var out = spec.commandLine().getOut();
    out.println("Platter ready at " + platter.endpoint());
    out.flush();
    err.println(
        "Try, in another terminal:  ./platter volume create --name first --size 10"
            + (config.hasUsualData() ? "" : " --data " + config.data()));
    platter.nbd().ifPresent(nbd -> err.println("Volumes are served at " + nbd));
    platter.metrics().ifPresent(metrics -> err.println("Numbers are told at " + metrics));
    err.println("Settings for your client:  ./platter env --help");
    stopped.await();
    return 0;
  }

  /** What was said on the command line, by the names of the settings. */
  Map<String, String> flags() {
    var flags = new LinkedHashMap<String, String>();
    put(flags, "listen", listen);
    put(flags, "data", data);
    put(flags, "database", database);
    put(flags, "database_user", databaseUser);
    put(flags, "storage", storage);
    put(flags, "region", region);
    put(flags, "zones", zones);
    put(flags, "volume_types", volumeTypes);
    put(flags, "sold_out_types", soldOutTypes);
    put(flags, "node", node);
    put(flags, "auth", auth);
    put(flags, "quota_volumes", quotaVolumes);
    put(flags, "quota_gigabytes", quotaGigabytes);
    put(flags, "quota_snapshots", quotaSnapshots);
    put(flags, "quota_per_volume_gigabytes", quotaPerVolumeGigabytes);
    put(flags, "strict_delete", strictDelete ? "true" : null);
    put(flags, "jobs_at_once", jobsAtOnce);
    put(flags, "step_deadline", stepDeadline);
    put(flags, "job_deadline", jobDeadline);
    put(flags, "keep_jobs", keepJobs);
    put(flags, "lease", lease);
    put(flags, "copies_at_once", copiesAtOnce);
    put(flags, "max_over_subscription_ratio", maxOverSubscriptionRatio);
    put(flags, "storage_reserved_percent", storageReservedPercent);
    put(flags, "metrics_listen", metricsListen);
    put(flags, "nbd_listen", nbdListen);
    put(flags, "nbd_socket", nbdSocket);
    put(flags, "nbd_tls", nbdTls);
    return flags;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }
}
