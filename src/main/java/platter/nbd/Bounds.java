package platter.nbd;

import java.time.Duration;

/**
 * What one client, and all of them, may take of the server.
 *
 * @param connections open at once, of all clients
 * @param connectionsPerTicket open at once by one name
 * @param options asked for in one handshake
 * @param handshakes under way at once at one door: whoever comes then, known or not, is sent away
 * @param handshake time from the first byte to the last of a handshake
 * @param stall time without progress in the middle of a request or a reply
 * @param turns threads that serve connections which have something to do
 * @param workers threads that wait for disks
 * @param workersPerConnection requests of one connection that wait for disks
 * @param bufferBytes of all connections together; who comes when they are taken works in smaller
 *     pieces
 */
public record Bounds(
    int connections,
    int connectionsPerTicket,
    int options,
    int handshakes,
    Duration handshake,
    Duration stall,
    int turns,
    int workers,
    int workersPerConnection,
    long bufferBytes) {
  public static final Bounds DEFAULT =
      new Bounds(
          20_000,
          16,
          128,
          512,
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          256,
          128,
          32,
          Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 2));

  public Bounds {
    if (connections < 1
        || connectionsPerTicket < 1
        || options < 1
        || handshakes < 1
        || turns < 1
        || workers < 1
        || workersPerConnection < 1
        || bufferBytes < 0) {
      throw new IllegalArgumentException("a bound that allows nothing");
    }
    if (!handshake.isPositive() || !stall.isPositive()) {
      throw new IllegalArgumentException("a bound of time that allows nothing");
    }
  }
}
