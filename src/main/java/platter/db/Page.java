package platter.db;

import java.util.List;

/**
 * One page of a list.
 *
 * @param count all that match, whatever the page
 * @param rows those of this page
 * @param limit what the page could have held
 * @param more whether others follow
 */
public record Page<T>(long count, List<T> rows, int limit, boolean more) {
  public Page {
    rows = List.copyOf(rows);
  }
}
