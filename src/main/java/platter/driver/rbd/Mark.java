package platter.driver.rbd;

import java.util.Optional;
import java.util.regex.Pattern;
import platter.id.SnapshotId;
import platter.id.VolumeId;

/**
 * What a whole image says in its metadata that it is. Clones inherit the mark of their parent, so
 * it counts only when it names the image itself.
 *
 * @param owner such as {@code volume ID}
 * @param depth how many images it depends on, one behind the other
 */
record Mark(String owner, int depth) {
  static final String KEY = "platter";

  /** Of an image that is on its way out, or was never whole. */
  static final String DEAD = "dead";

  private static final Pattern FORM =
      Pattern.compile("((?:volume|snapshot) [0-9a-f-]{36}) (\\d{1,4})");
  private static final String MAKING = "making ";

  static String owner(VolumeId id) {
    return "volume " + id;
  }

  static String owner(SnapshotId id) {
    return "snapshot " + id;
  }

  /** What the image says while it is being made. */
  static String making(String owner) {
    return MAKING + owner;
  }

  /** Empty when the text is not that of a whole image. */
  static Optional<Mark> parse(String text) {
    var form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new Mark(form.group(1), Integer.parseInt(form.group(2))))
        : Optional.empty();
  }

  /** Whether Platter has written it, whole or not. */
  static boolean isOurs(String text) {
    return text.equals(DEAD) || text.startsWith(MAKING) || parse(text).isPresent();
  }

  /** As it stands in the metadata. */
  @Override
  public String toString() {
    return owner + " " + depth;
  }
}
