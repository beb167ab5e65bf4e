package platter.volume;

import java.util.Optional;
import platter.db.Database;
import platter.id.ProjectId;
import platter.id.VolumeId;

/** Changes a volume's name and description. */
final class UpdateVolume {
  private final Database db;
  private final VolumeStore store;

  UpdateVolume(Database db, VolumeStore store) {
    this.db = db;
    this.store = store;
  }

  /** Returns the volume as it is now. What is empty stays as it was. */
  Volume update(
      ProjectId project, VolumeId id, Optional<String> name, Optional<String> description) {
    return db.inTx(
        tx -> {
          var now = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
          store.rename(
              tx,
              id,
              name.orElse(now.name()),
              description.isPresent() ? description : now.description());
          return store.find(tx, id).orElseThrow();
        });
  }
}
