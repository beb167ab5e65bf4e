package platter.driver.rbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import platter.driver.Blocks;

/** What needs no cluster. */
class RbdPartsTest {
  @Test
  void aPlaceIsAPoolWithMoreWhereItIsNeeded() {
    assertThat(Place.of("volumes")).isEqualTo(new Place("volumes", "", "admin", Optional.empty()));
    assertThat(Place.of("volumes/lab:id=platter:conf=/etc/ceph/lab.conf"))
        .isEqualTo(new Place("volumes", "lab", "platter", Optional.of("/etc/ceph/lab.conf")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/lab", "volumes/", "volumes:", "volumes:key=x", "a b", "volumes:id="})
  void anotherFormIsRefusedAndTold(String text) {
    assertThatThrownBy(() -> Place.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rbd:POOL[/NAMESPACE][:id=USER][:conf=FILE]");
  }

  @Test
  void aMissingLibraryIsToldWithWhatToInstall() {
    assertThatThrownBy(() -> Libraries.library("librados.so.nowhere"))
        .isInstanceOfSatisfying(
            IllegalArgumentException.class,
            e ->
                assertThat(Libraries.missing(e))
                    .contains("librados.so.2", "librbd.so.1", "install", "librados.so.nowhere"));
  }

  @Test
  void theFirstRunOfARangeIsFoundFromItsParts() {
    var run = new ImageBlocks.FirstRun(100, 1000);
    assertThat(run.run()).isEqualTo(new Blocks.Run(900, true));
    run.add(50, 100, true);
    run.add(150, 50, true);
    run.add(300, 50, true);
    assertThat(run.run()).isEqualTo(new Blocks.Run(100, false));
    run.reset();
    run.add(400, 100, true);
    assertThat(run.run()).isEqualTo(new Blocks.Run(300, true));
  }

  @Test
  void whatIsInUseIsClosedByTheLastWhoLeavesIt() throws IOException {
    var closed = new AtomicInteger();
    var image = new LastOneOut(closed::incrementAndGet);
    image.enter();
    image.enter();
    image.leave();
    image.close();
    assertThat(closed).hasValue(0);
    assertThatThrownBy(image::enter).isInstanceOf(ClosedChannelException.class);
    image.leave();
    assertThat(closed).hasValue(1);
    image.close();
    assertThat(closed).hasValue(1);
  }

  @Test
  void aMarkIsReadAsItWasWritten() {
    var text = "volume 00000000-0000-4000-8000-0000000000ab 3";
    assertThat(Mark.parse(text).orElseThrow().toString()).isEqualTo(text);
    assertThat(Mark.parse("volume ab 3")).isEmpty();
    assertThat(Mark.isOurs("dead")).isTrue();
    assertThat(Mark.isOurs("by somebody else")).isFalse();
  }

  @Test
  void aProcessIsToldFromOneThatHasItsNumberAfterIt() {
    var mine = LivingProcess.newName();
    assertThat(LivingProcess.isAlive(mine)).isTrue();
    assertThat(LivingProcess.isDead(mine)).isFalse();
    var parts = mine.split(" ", -1);
    parts[3] = "1";
    assertThat(LivingProcess.isDead(String.join(" ", parts))).isTrue();
    parts[0] = "another machine";
    assertThat(LivingProcess.isDead(String.join(" ", parts))).isFalse();
    assertThat(LivingProcess.isAlive(String.join(" ", parts))).isFalse();
  }
}
