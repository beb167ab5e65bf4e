package platter.db;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The programs of a PostgreSQL, unpacked from the jar that Maven fetched. */
final class PostgresBinaries {
  /** An ordinary user that every system has: PostgreSQL refuses to run as root. */
  private static final int NOBODY = 65_534;

  private static Optional<PostgresBinaries> unpacked = Optional.empty();

  private final Path folder;

  private PostgresBinaries(Path folder) {
    this.folder = folder;
  }

  /** Unpacks them, once in a process, into a folder that goes with it. */
  static synchronized PostgresBinaries unpacked() {
    if (unpacked.isEmpty()) {
      try {
        var folder = Files.createTempDirectory("platter-postgres-programs");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Runtime.getRuntime()
            .addShutdownHook(Thread.ofPlatform().unstarted(() -> TestPostgres.remove(folder)));
        unpacked = Optional.of(unpack(folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return unpacked.get();
  }

  private static PostgresBinaries unpack(Path folder) {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    var name = "/postgres-" + (os.contains("mac") ? "darwin" : "linux") + "-" + arch + ".txz";
    try (var packed = PostgresBinaries.class.getResourceAsStream(name)) {
      if (packed == null) {
        throw new IllegalStateException(
            "no PostgreSQL for this machine (" + name + "): set PLATTER_TEST_POSTGRES");
      }
      unpack(packed, folder);
      return new PostgresBinaries(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(InputStream packed, Path folder) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var target = folder.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(target.getParent());
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(tar, target);
          if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }

  /** A command line of one of the programs, as a user under whom it runs. */
  List<String> command(String program, String... arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(asNobody());
    }
    command.add(folder.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Gives a folder to the user under whom the programs run. */
  void own(Path data) throws IOException {
    if (isRoot()) {
      Files.setAttribute(data, "unix:uid", NOBODY);
      Files.setAttribute(data, "unix:gid", NOBODY);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** With whichever program there is. */
  private static List<String> asNobody() {
    if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      return List.of(
          "/usr/bin/setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }
    for (var runuser : List.of("/usr/sbin/runuser", "/sbin/runuser")) {
      if (Files.isExecutable(Path.of(runuser))) {
        return List.of(runuser, "-u", "nobody", "--");
      }
    }
    return List.of("unshare", "-U"); // where it is nobody
  }
}
