package platter.nbd;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which connections are open by which name, and the limits that they share. */
final class Tickets {
  private final int mostPerTicket;
  private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();

  /** What is open by one name. Guarded by itself. */
  private static final class Held {
    final Set<Session> sessions = new HashSet<>();
    Limits limits = Limits.NONE;
    Throttle throttle = Throttle.NONE;
  }

  Tickets(int mostPerTicket) {
    this.mostPerTicket = mostPerTicket;
  }

  /**
   * Counts a connection, before it asks whether the name is good: so none is missed by who ends the
   * name and then looks who has it open.
   *
   * @return false when there are too many
   */
  boolean enter(String ticket, Session session) {
    boolean[] entered = new boolean[1];
    held.compute(
        ticket,
        (_, now) -> {
          var all = now == null ? new Held() : now;
          synchronized (all) {
            entered[0] = all.sessions.size() < mostPerTicket && all.sessions.add(session);
          }
          return all;
        });
    return entered[0];
  }

  void leave(String ticket, Session session) {
    held.computeIfPresent(
        ticket,
        (_, all) -> {
          synchronized (all) {
            all.sessions.remove(session);
            return all.sessions.isEmpty() ? null : all;
          }
        });
  }

  /** The throttle of all that entered by this name. */
  Throttle throttle(String ticket, Limits limits, long now) {
    var all = held.get(ticket);
    if (all == null) {
      throw new IllegalStateException("nobody entered");
    }
    synchronized (all) {
      if (!all.limits.equals(limits)) {
        all.limits = limits;
        all.throttle = Throttle.of(limits, now);
      }
      return all.throttle;
    }
  }

  List<Session> of(String ticket) {
    var all = held.get(ticket);
    if (all == null) {
      return List.of();
    }
    synchronized (all) {
      return List.copyOf(all.sessions);
    }
  }
}
