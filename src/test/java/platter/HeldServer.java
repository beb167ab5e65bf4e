package platter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import platter.driver.ForwardingDriver;
import platter.driver.StorageDriver;
import platter.driver.Watch;
import platter.error.BackendException;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * A real server, to be killed in the middle of a copy: beside its data folder a file {@code hold}
 * says how many bytes may be copied as long as it is there, and the server appends to {@code said}
 * where each copy began, and where it is held.
 */
final class HeldServer {
  private static final long LOOK_NANOS = 2_000_000;

  private HeldServer() {}

  public static void main(String[] args) throws Exception {
    var flags = new HashMap<String, String>();
    for (int i = 0; i < args.length; i += 2) {
      flags.put(args[i].substring(2), args[i + 1]);
    }
    var beside = Path.of(flags.getOrDefault("data", "")).resolveSibling("hold");
    var config = Config.read(flags, System.getenv(), Optional.empty());
    var parts =
        new Platter.Parts(
            InstantSource.system(), UnaryOperator.identity(), real -> new Holding(real, beside));
    var server = Platter.start(config, parts);
    System.out.println("Platter ready at " + server.endpoint());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
  }

  private static final class Holding extends ForwardingDriver {
    private final Path hold;

    Holding(StorageDriver real, Path hold) {
      super(real);
      this.hold = hold;
    }

    private Watch held(Watch real) {
      var begun = new AtomicBoolean();
      var there = new AtomicBoolean();
      return (done, all) -> {
        real.at(done, all);
        if (begun.compareAndSet(false, true)) {
          say("begins " + done);
        }
        while (done >= allowed()) {
          if (there.compareAndSet(false, true)) {
            say("held " + done);
          }
          LockSupport.parkNanos(LOOK_NANOS);
          real.at(done, all);
        }
      };
    }

    private long allowed() {
      try {
        var text = Files.readString(hold).strip();
        return text.isEmpty() ? Long.MAX_VALUE : Long.parseLong(text);
      } catch (NoSuchFileException _) {
        return Long.MAX_VALUE;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void say(String line) {
      try {
        Files.write(
            hold.resolveSibling("said"),
            List.of(line),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void ensure(VolumeId id, long bytes, SnapshotId source, Watch watch)
        throws BackendException {
      super.ensure(id, bytes, source, held(watch));
    }

    @Override
    public void snapshot(VolumeId id, SnapshotId snapshot, long bytes, Watch watch)
        throws BackendException {
      super.snapshot(id, snapshot, bytes, held(watch));
    }

    @Override
    public void revert(VolumeId id, SnapshotId snapshot, Watch watch) throws BackendException {
      super.revert(id, snapshot, held(watch));
    }
  }
}
