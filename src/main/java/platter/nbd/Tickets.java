package platter.nbd;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which connections are open by which name, and the limits that they share. What they have used up
 * of these outlives them: nobody gains by coming anew.
 */
final class Tickets {
  private final int mostPerTicket;
  private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();

  /** What is open by one name. Guarded by itself. */
  private static final class Held {
    final Set<Session> sessions = new HashSet<>();
    final Throttle throttle = new Throttle();

    boolean isOver(long now) {
      return sessions.isEmpty() && throttle.isRested(now);
    }
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

  void leave(String ticket, Session session, long now) {
    held.computeIfPresent(
        ticket,
        (_, all) -> {
          synchronized (all) {
            all.sessions.remove(session);
            return all.isOver(now) ? null : all;
          }
        });
  }

  /** Forgets the names by which nothing is open any more, and whose limits are at rest again. */
  void forget(long now) {
    for (var ticket : held.keySet()) {
      held.computeIfPresent(
          ticket,
          (_, all) -> {
            synchronized (all) {
              return all.isOver(now) ? null : all;
            }
          });
    }
  }

  /**
   * The throttle of all that entered by this name, held to the limits that the volume has now; also
   * for who has entered before.
   *
   * @return empty when nobody has
   */
  Optional<Throttle> throttle(String ticket, Export export, long now) {
    var all = held.get(ticket);
    if (all == null) {
      return Optional.empty();
    }
    synchronized (all) { // asked within, so that nobody brings older ones later
      all.throttle.limit(export.limits(), now);
    }
    return Optional.of(all.throttle);
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
