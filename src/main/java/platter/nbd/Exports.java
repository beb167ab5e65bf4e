package platter.nbd;

import java.io.IOException;
import java.util.Optional;

/** Finds what a client may open by the name it says. */
@FunctionalInterface
public interface Exports {
  /**
   * Opens a volume once more, for one connection.
   *
   * @param ticket what the client says, up to 4096 characters of anything
   * @return empty when it is unknown or ended: the client cannot tell which
   * @throws IOException when the volume cannot be opened now
   */
  Optional<Export> find(String ticket) throws IOException;
}
