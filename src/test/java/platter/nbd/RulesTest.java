package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static platter.nbd.Protocol.*;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of request against every reason to refuse it. */
class RulesTest {
  private static final long SIZE = 100L << 30;
  private static final Rules ALL = new Rules(false, true, true);
  private static final Rules SIMPLE = new Rules(false, false, false);
  private static final Rules READ_ONLY_ONE = new Rules(true, true, true);

  private static final Map<String, Integer> COMMANDS =
      Map.of(
          "READ", CMD_READ,
          "WRITE", CMD_WRITE,
          "DISC", CMD_DISC,
          "FLUSH", CMD_FLUSH,
          "TRIM", CMD_TRIM,
          "CACHE", CMD_CACHE,
          "ZEROES", CMD_WRITE_ZEROES,
          "STATUS", CMD_BLOCK_STATUS);

  private static String refusal(Rules rules, int flags, int command, long at, long length) {
    return rules
        .refusal(new Request(flags, command, 1, at, length), SIZE)
        .map(Errno::name)
        .orElse("-");
  }

  private static int command(String name) {
    return Optional.ofNullable(COMMANDS.get(name)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    // command, one byte, the last one, beyond, far beyond, before, nothing, read only
    "READ,   -, -, EINVAL, EINVAL, EINVAL, EINVAL, -",
    "WRITE,  -, -, ENOSPC, ENOSPC, ENOSPC, EINVAL, EPERM",
    "DISC,   -, -, -,      -,      -,      -,      -",
    "FLUSH,  -, -, -,      -,      -,      -,      -",
    "TRIM,   -, -, EINVAL, EINVAL, EINVAL, EINVAL, EPERM",
    "CACHE,  -, -, EINVAL, EINVAL, EINVAL, EINVAL, -",
    "ZEROES, -, -, ENOSPC, ENOSPC, ENOSPC, EINVAL, EPERM",
    "STATUS, -, -, EINVAL, EINVAL, EINVAL, EINVAL, -",
  })
  void aRangeHasToBeThere(
      String name,
      String one,
      String last,
      String beyond,
      String far,
      String before,
      String nothing,
      String readOnly) {
    int command = command(name);
    assertThat(refusal(ALL, 0, command, 0, 1)).isEqualTo(one);
    assertThat(refusal(ALL, 0, command, SIZE - 1, 1)).isEqualTo(last);
    assertThat(refusal(ALL, 0, command, SIZE - 1, 2)).isEqualTo(beyond);
    assertThat(refusal(ALL, 0, command, Long.MAX_VALUE, 2)).isEqualTo(far);
    assertThat(refusal(ALL, 0, command, -1, 2)).isEqualTo(before);
    assertThat(refusal(ALL, 0, command, 0, 0)).isEqualTo(nothing);
    assertThat(refusal(READ_ONLY_ONE, 0, command, 0, 1)).isEqualTo(readOnly);
  }

  @ParameterizedTest
  @CsvSource({
    // command, FUA, NO_HOLE, DF, REQ_ONE, FAST_ZERO, DF with simple replies
    "READ,   -, EINVAL, -,      EINVAL, EINVAL, EINVAL",
    "WRITE,  -, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL",
    "DISC,   -, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL",
    "FLUSH,  -, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL",
    "TRIM,   -, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL",
    "CACHE,  -, EINVAL, EINVAL, EINVAL, EINVAL, EINVAL",
    "ZEROES, -, -,      EINVAL, EINVAL, -,      EINVAL",
    "STATUS, -, EINVAL, EINVAL, -,      EINVAL, EINVAL",
  })
  void aFlagHasItsCommands(
      String name, String fua, String noHole, String df, String one, String fast, String simple) {
    int command = command(name);
    assertThat(refusal(ALL, CMD_FLAG_FUA, command, 0, 1)).isEqualTo(fua);
    assertThat(refusal(ALL, CMD_FLAG_NO_HOLE, command, 0, 1)).isEqualTo(noHole);
    assertThat(refusal(ALL, CMD_FLAG_DF, command, 0, 1)).isEqualTo(df);
    assertThat(refusal(ALL, CMD_FLAG_REQ_ONE, command, 0, 1)).isEqualTo(one);
    assertThat(refusal(ALL, CMD_FLAG_FAST_ZERO, command, 0, 1)).isEqualTo(fast);
    assertThat(refusal(SIMPLE, CMD_FLAG_DF, command, 0, 1)).isEqualTo(simple);
    for (int unknown = 1 << 5; unknown < 1 << 16; unknown <<= 1) {
      assertThat(refusal(ALL, unknown, command, 0, 1)).isEqualTo("EINVAL");
    }
  }

  @Test
  void onlyPayloadsHaveALongestLength() {
    for (int command : new int[] {CMD_READ, CMD_WRITE}) {
      assertThat(refusal(ALL, 0, command, 0, MAX_PAYLOAD_BYTES)).isEqualTo("-");
      assertThat(refusal(ALL, 0, command, 0, MAX_PAYLOAD_BYTES + 1L)).isEqualTo("EINVAL");
    }
    for (int command : new int[] {CMD_TRIM, CMD_CACHE, CMD_WRITE_ZEROES, CMD_BLOCK_STATUS}) {
      assertThat(refusal(ALL, 0, command, 0, 0xffffffffL)).isEqualTo("-");
    }
  }

  @Test
  void blockStatusNeedsItsContextAndUnknownCommandsAreNone() {
    assertThat(refusal(SIMPLE, 0, CMD_BLOCK_STATUS, 0, 1)).isEqualTo("EINVAL");
    for (int command : new int[] {8, 9, 255, 65535}) {
      assertThat(refusal(ALL, 0, command, 0, 1)).isEqualTo("EINVAL");
    }
  }
}
