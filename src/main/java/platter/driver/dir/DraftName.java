package platter.driver.dir;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import platter.id.VolumeId;

/**
 * What a copy in the making is called, by which another call, or the next start, can go on with it:
 * {@code ID.N.SOURCE.STAMP.MARK.part}.
 *
 * @param attempt {@code ID.N}, as an attempt is called that nobody can go on with
 * @param source what it is a copy of
 * @param stamp of the bytes of the source, in hex; see {@link Draft#stamp}
 * @param mark what lies before is durable
 */
record DraftName(String attempt, VolumeId source, String stamp, long mark) {
  private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern SHAPE =
      Pattern.compile(
          "(.*)\\.(" + UUID + ")\\.([0-9a-f]{1,16})\\.([0-9a-f]{1,15})\\.part", Pattern.DOTALL);

  String text() {
    return attempt + "." + source + "." + stamp + "." + Long.toHexString(mark) + ".part";
  }

  static Optional<DraftName> of(String file) {
    var match = SHAPE.matcher(file);
    return match.matches() && Layout.attemptOf(match.group(1)).isPresent()
        ? Optional.of(
            new DraftName(
                match.group(1),
                new VolumeId(match.group(2)),
                match.group(3),
                HexFormat.fromHexDigitsToLong(match.group(4))))
        : Optional.empty();
  }

  /** What is being made. */
  VolumeId id() {
    return Layout.attemptOf(attempt).orElseThrow();
  }

  /** The same, called so by another attempt. */
  DraftName by(String other) {
    return new DraftName(other, source, stamp, mark);
  }

  DraftName marked(long upTo) {
    return new DraftName(attempt, source, stamp, upTo);
  }

  /** Whether it is a copy of these bytes of that source. */
  boolean isOf(VolumeId one, String bytes) {
    return source.equals(one) && stamp.equals(bytes);
  }
}
