package platter.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest implements DatabaseContract {
  @Override
  public Database open(Path folder) {
    return SqliteDatabase.open(folder.resolve("platter.db"));
  }

  @Test
  void itWritesAheadAndSyncsEveryCommit(@TempDir Path folder) {
    try (var db = open(folder)) {
      assertThat(pragma(db, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(db, "synchronous")).isEqualTo("2"); // FULL
    }
  }

  private static String pragma(Database db, String name) {
    return db.inTx(tx -> tx.find("pragma " + name, row -> row.getString(1)).orElseThrow());
  }

  @Test
  void itsFilesArePrivateToTheirOwner(@TempDir Path folder) throws Exception {
    try (var db = open(folder)) {
      db.inTx(tx -> tx.update("delete from quota_usage"));
      try (var files = Files.list(folder)) {
        for (var file : files.toList()) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as(file.toString())
              .isEqualTo("rw-------");
        }
      }
    }
  }
}
