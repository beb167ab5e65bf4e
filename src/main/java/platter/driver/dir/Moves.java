package platter.driver.dir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import platter.error.BackendException;
import platter.id.VolumeId;

/**
 * The system calls that cannot be taken back: how a volume appears, grows and goes. Each asks the
 * guard right before.
 */
interface Moves {
  /**
   * Gives a whole attempt its place. The attempt is gone afterwards.
   *
   * @return false when the place is taken
   */
  boolean publish(VolumeId id, Path attempt, Path file) throws IOException, BackendException;

  /**
   * Gives a whole attempt the place of what is there, in one instant. The attempt is gone
   * afterwards.
   */
  void replace(VolumeId id, Path attempt, Path file) throws IOException, BackendException;

  /**
   * Takes away the attempts and drafts of others, so that none of them is published, or replaces,
   * later.
   *
   * @param mine the one that stays
   */
  void clear(VolumeId id, Optional<Path> mine) throws IOException, BackendException;

  /**
   * Makes the file of a volume at least that large, durably.
   *
   * @param now its size when it was looked at
   * @return its size
   */
  long grow(Path file, long now, long atLeastBytes) throws IOException, BackendException;

  /**
   * Brings a volume to the trash.
   *
   * @return false when nothing was there
   */
  boolean retire(VolumeId id, Path file) throws IOException, BackendException;

  /** Cleans a nursery when the storage is opened. */
  void tidy(Path nursery) throws IOException;
}
