package platter.job;

import java.util.List;
import org.jspecify.annotations.Nullable;
import platter.db.Tx;

/** The SQL of the table job_event: what happened to a job beyond the usual. Most jobs have none. */
final class JobEvents {
  /**
   * What happened.
   *
   * @param kind one word, such as {@code attempt-failed}
   * @param step empty: not about a step
   * @param text for humans: the storage's own words where there are some
   */
  record Note(long atMillis, String kind, String step, String text) {}

  private JobEvents() {}

  static void add(Tx tx, long job, List<Note> notes) {
    if (notes.isEmpty()) {
      return;
    }
    long seq = tx.number("select coalesce(max(seq), 0) from job_event where job = ?", job);
    for (var note : notes) {
      seq++;
      tx.update(
          "insert into job_event (job, seq, at, kind, step, note) values (?, ?, ?, ?, ?, ?)",
          job,
          seq,
          note.atMillis(),
          note.kind(),
          orNull(note.step()),
          note.text());
    }
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** In the order in which they happened. */
  static List<Note> of(Tx tx, long job) {
    return tx.list(
        "select at, kind, coalesce(step, ''), note from job_event where job = ? order by seq",
        row -> new Note(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
        job);
  }
}
