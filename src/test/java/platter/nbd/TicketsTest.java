package platter.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TicketsTest {
  private static final long SECOND = 1_000_000_000;
  private static final String TICKET = "ticket";

  private final AtomicReference<Limits> limits = new AtomicReference<>(new Limits(10, 0));
  private final Export export =
      new Odd() {
        @Override
        public Limits limits() {
          return limits.get();
        }
      };
  private final Tickets tickets = new Tickets(2);
  private final Turns turns = new Turns(1);
  private House house;

  @BeforeEach
  void build() throws IOException {
    house =
        new House(
            Served.patient(), new Buffers(0), turns, new Lot(turns), Runnable::run, new Traffic());
  }

  @AfterEach
  void stop() {
    house.lot().close();
    turns.close();
  }

  private Session session() throws IOException {
    return new Session(
        SocketChannel.open(), Optional.empty(), _ -> Optional.empty(), tickets, house, _ -> {});
  }

  private Throttle throttle() {
    return tickets.throttle(TICKET, export, 0).orElseThrow();
  }

  @Test
  void whatIsOwedStaysOwedWhenTheLastConnectionHasLeft() throws IOException {
    var session = session();
    assertThat(tickets.enter(TICKET, session)).isTrue();
    for (int i = 0; i < 11; i++) {
      throttle().charge(0, 0);
    }
    tickets.leave(TICKET, session, 0);
    assertThat(tickets.of(TICKET)).isEmpty();
    assertThat(throttle().owed(0)).isEqualTo(SECOND);
    tickets.forget(SECOND / 2);
    assertThat(throttle().owed(0)).isEqualTo(SECOND);
    assertThat(tickets.enter(TICKET, session())).isTrue();
    assertThat(throttle().owed(0)).isEqualTo(SECOND);
  }

  @Test
  void whoHasRestedIsForgotten() throws IOException {
    var session = session();
    assertThat(tickets.enter(TICKET, session)).isTrue();
    assertThat(throttle().charge(0, 0)).as("used up, and nothing owed").isZero();
    tickets.forget(SECOND);
    assertThat(tickets.throttle(TICKET, export, 0)).as("somebody is there").isPresent();
    tickets.leave(TICKET, session, 0);
    assertThat(tickets.throttle(TICKET, export, 0)).as("it is used up").isPresent();
    tickets.forget(SECOND / 20);
    assertThat(tickets.throttle(TICKET, export, 0)).isPresent();
    tickets.forget(SECOND);
    assertThat(tickets.throttle(TICKET, export, 0)).isEmpty();

    assertThat(tickets.enter(TICKET, session)).isTrue();
    tickets.leave(TICKET, session, 0);
    assertThat(tickets.throttle(TICKET, export, 0)).as("nothing was used").isEmpty();
  }

  @Test
  void theLimitsOfNowHoldForWhoHasTheThrottleAlready() throws IOException {
    assertThat(tickets.enter(TICKET, session())).isTrue();
    var early = throttle();
    limits.set(new Limits(1, 0));
    var _ = throttle();
    early.charge(0, 0);
    assertThat(early.charge(0, 0)).isEqualTo(SECOND);
  }
}
