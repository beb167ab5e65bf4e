package platter.guest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import platter.guest.Told.Shown;

class ToldTest {
  private final There there = new There();

  /** A machine after its start, of which each test takes something away. */
  private static final class There implements Told.World {
    final Map<String, String> jobs = new HashMap<>(Map.of("j1", "SUCCESS", "j2", "SUCCESS"));
    final Map<String, Shown> volumes =
        new HashMap<>(Map.of("a", new Shown("in-use", 20), "b", new Shown("available", 10)));
    final Set<String> attachments = new HashSet<>(Set.of("t"));
    final long[] blocks = new long[Told.BLOCKS];

    There() {
      for (int i = 1; i <= 9; i++) {
        blocks[i] = i;
      }
    }

    @Override
    public Optional<String> ended(String job) {
      return Optional.ofNullable(jobs.get(job));
    }

    @Override
    public Optional<Shown> volume(String id) {
      return Optional.ofNullable(volumes.get(id));
    }

    @Override
    public boolean isAttached(String attachment) {
      return attachments.contains(attachment);
    }

    @Override
    public long[] blocks(String volume, String attachment) {
      return blocks.clone();
    }
  }

  private static final String TOLD =
      """
      accepted j1 create a,b 10\r
      ended j1 SUCCESS\r
      wish extend a 20\r
      accepted j2 extend a 20\r
      attached t a\r
      flushed a 7\r
      through a 9\r
      """;

  private static Told told(String... more) {
    return Told.of(TOLD + Stream.of(more).map(line -> line + '\n').collect(joining()));
  }

  private List<String> differences(String... more) {
    return told(more).differences(there);
  }

  @Test
  void nothingDiffersWhenAllIsThere() {
    assertThat(differences()).isEmpty();
  }

  @Test
  void anAcceptedJobMustBeKnownAndEndWell() {
    there.jobs.remove("j2");
    assertThat(differences()).hasSize(1).first().asString().contains("j2", "unknown");
    there.jobs.put("j2", "FAIL");
    assertThat(differences()).hasSize(1).first().asString().contains("is FAIL");
  }

  @Test
  void aJobEndsAsItWasSeenToEnd() {
    assertThat(differences("ended j2 FAIL")).hasSize(1).first().asString().contains("was FAIL");
  }

  @Test
  void aVolumeMustBeThereInItsSize() {
    there.volumes.put("a", new Shown("in-use", 10));
    assertThat(differences()).hasSize(1).first().asString().contains("was 20 GiB");
    there.volumes.put("a", new Shown("error", 20));
    assertThat(differences()).hasSize(1);
    there.volumes.remove("a");
    assertThat(differences()).containsExactly("volume a is gone");
  }

  @Test
  void whatWasOnlyWishedMayBeSoOrNot() {
    assertThat(differences("wish extend b 30")).isEmpty();
    there.volumes.put("b", new Shown("available", 30));
    assertThat(differences("wish extend b 30")).isEmpty();
    there.volumes.remove("b");
    assertThat(differences("wish delete b 0")).isEmpty();
    there.attachments.clear();
    assertThat(differences("wish delete b 0", "wish detach t 0")).isEmpty();
  }

  @Test
  void anAttachmentThatWasOnlyWishedMayHaveBegun() {
    there.volumes.put("b", new Shown("attaching", 10));
    assertThat(differences("wish attach b 0")).isEmpty();
    assertThat(told("wish attach b 0").left()).containsOnlyKeys("a");
    there.attachments.add("u");
    assertThat(differences("wish attach b 0", "attached u b")).hasSize(1);
    assertThat(differences()).hasSize(1);
  }

  @Test
  void aDeletedVolumeStaysAway() {
    there.jobs.put("j3", "SUCCESS");
    assertThat(differences("wish delete b 0", "accepted j3 delete b 0")).hasSize(1);
    there.volumes.remove("b");
    assertThat(differences("wish delete b 0", "accepted j3 delete b 0")).isEmpty();
  }

  @Test
  void anAttachmentIsThereUntilItIsDetached() {
    assertThat(differences("detached t")).hasSize(1);
    there.attachments.clear();
    assertThat(differences("detached t")).isEmpty();
    assertThat(differences()).containsExactly("attachment t of volume a is gone");
  }

  @Test
  void aBlockHoldsWhatWasFlushedOrSomethingLater() {
    there.blocks[7] = 7 + Told.BLOCKS;
    there.blocks[8] = 0; // was never told
    assertThat(differences()).isEmpty();
    there.blocks[9] = 0;
    there.blocks[3] = Told.TORN;
    there.blocks[5] = 6; // of another block
    assertThat(differences()).hasSize(3);
  }

  @Test
  void whatWasFlushedLongAgoStillCounts() {
    assertThat(differences("flushed a " + (Told.BLOCKS + 3))).hasSize(Told.BLOCKS - 6);
  }

  @Test
  void aLineThatWasCutOffIsNothing() {
    assertThat(Told.of(TOLD + "accepted j9 create c 1").differences(there)).isEmpty();
  }

  @Test
  void whatIsLeftToGoOnWithIsCertain() {
    assertThat(told().left()).isEqualTo(Map.of("a", Optional.of("t"), "b", Optional.empty()));
    assertThat(told("wish detach t 0", "wish delete b 0").left()).isEmpty();
    assertThat(told().highest("a")).isEqualTo(9);
  }
}
