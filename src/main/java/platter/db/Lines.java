package platter.db;

import static java.lang.System.Logger.Level.INFO;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections to one PostgreSQL, and can break all of them at once. */
final class Lines extends PGSimpleDataSource {
  private static final long serialVersionUID = 1;
  private static final System.Logger LOG = System.getLogger(Lines.class.getName());

  private final transient Set<Connection> open = ConcurrentHashMap.newKeySet();

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    open.removeIf(Lines::isClosed);
    var connection = super.getConnection(user, password);
    open.add(connection);
    return connection;
  }

  private static boolean isClosed(Connection one) {
    try {
      return one.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** What waits for an answer gets an error instead, at once. */
  void breakAll() {
    for (var one : open) {
      try {
        one.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.log(INFO, "while breaking a connection: " + e.getMessage());
      }
    }
  }
}
