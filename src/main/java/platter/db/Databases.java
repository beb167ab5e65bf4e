package platter.db;

import java.nio.file.Path;
import java.time.Duration;
import platter.error.DatabaseException;

/** Opens the database that the settings name. */
public final class Databases {
  private Databases() {}

  /**
   * Opens it and brings its tables up to date.
   *
   * @param file of the embedded one
   * @param patience so long a shared database waits for the next statement of a transaction that
   *     holds locks, before it ends it: the node may be dead or stopped. An unguarded write waits
   *     for half of it, for the network or a lock
   * @throws DatabaseException when it cannot be opened
   */
  public static Database open(Place place, Path file, Duration patience) {
    return switch (place) {
      case Place.Embedded _ -> SqliteDatabase.open(file);
      case Place.Shared shared -> PostgresDatabase.open(shared, patience);
    };
  }
}
