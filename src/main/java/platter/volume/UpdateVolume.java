package platter.volume;

import java.util.Map;
import java.util.Optional;
import platter.db.Database;
import platter.id.ProjectId;
import platter.id.VolumeId;

/** Changes a volume's name and description, and by Cinder's call its metadata. */
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
    return update(project, id, name, description, Optional.empty());
  }

  /**
   * All of it or nothing.
   *
   * @param metadata takes the place of the present one, see {@link ChangeMetadata#replace}
   */
  Volume update(
      ProjectId project,
      VolumeId id,
      Optional<String> name,
      Optional<String> description,
      Optional<Map<String, String>> metadata) {
    return db.inTx(
        tx -> {
          var now = store.findToChange(tx, project, id).orElseThrow(() -> Volumes.notFound(id));
          store.rename(
              tx,
              id,
              name.orElse(now.name()),
              description.isPresent() ? description : now.description());
          if (metadata.isPresent()) {
            var changed = ChangeMetadata.replaced(now.metadata(), metadata.get());
            ChangeMetadata.check(now.metadata(), changed);
            store.setMetadata(tx, id, changed);
          }
          return store.find(tx, id).orElseThrow();
        });
  }
}
