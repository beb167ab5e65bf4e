package platter.db;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import platter.error.DatabaseException;

/** Brings the tables up to date; several nodes may do so at once. */
final class Tables {
  private Tables() {}

  /**
   * @param changes the folder of the versioned files
   * @param database as the operator is told it
   * @throws DatabaseException when they cannot be changed, or are those of a newer version: this
   *     one would not write what that one reads
   */
  static void migrate(DataSource source, String changes, String database) {
    try {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:" + changes)
          .ignoreMigrationPatterns(new String[0]) // else unknown changes of the future pass
          .load()
          .migrate();
    } catch (FlywayValidateException e) {
      throw new DatabaseException(
          "the tables of "
              + database
              + " were changed by a newer version of Platter, or not by Platter: start that version");
    } catch (FlywayException e) {
      throw new DatabaseException(
          "the tables of " + database + " cannot be changed: " + e.getMessage());
    }
  }
}
