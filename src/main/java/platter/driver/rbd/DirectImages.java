package platter.driver.rbd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import platter.driver.Direct;
import platter.id.VolumeId;

/**
 * Images that hosts open by librbd or the kernel. Who has one open to write watches it, so the
 * cluster can tell who does; those who use the pool by Platter's lock are Platters.
 */
final class DirectImages {
  /** For as long as such a client can live. */
  private static final int LOCKED_OUT_SECONDS = 365 * 24 * 3600;

  private static final Pattern ADDRESS =
      Pattern.compile("\"addr\":\"(\\[[0-9a-f:]+\\]|[^\":\\[]+):(\\d{1,5})/\\d+\"");

  private final Pool pool;
  private final PoolLock lock;
  private volatile List<Direct.Monitor> monitors = List.of(); // as they were when first asked for

  DirectImages(Pool pool, PoolLock lock) {
    this.pool = pool;
    this.lock = lock;
  }

  Direct.Connection connection(VolumeId id) throws CephException {
    if (monitors.isEmpty()) {
      monitors = monitors(pool.ask("{\"prefix\":\"mon dump\",\"format\":\"json\"}"));
    }
    return new Direct.Connection(pool.place() + "/" + Names.of(id), pool.place().user(), monitors);
  }

  /** Of the answer to {@code mon dump}: the addresses that every client understands. */
  static List<Direct.Monitor> monitors(String dump) {
    var found = new ArrayList<Direct.Monitor>();
    int mons = dump.indexOf("\"mons\":");
    var match = ADDRESS.matcher(mons < 0 ? "" : dump.substring(mons));
    while (match.find()) {
      var one = new Direct.Monitor(match.group(1), Integer.parseInt(match.group(2)));
      if (one.port() > 0 && !found.contains(one)) {
        found.add(one);
      }
    }
    return found;
  }

  /** Those that have it open to write, but for Platters. */
  List<Image.Watcher> strangers(VolumeId id) throws CephException {
    try (var image = pool.openReadOnly(Names.of(id))) {
      var platters = platters();
      return image.watchers().stream().filter(one -> !platters.contains(one.client())).toList();
    } catch (CephException e) {
      if (e.is(CephException.ENOENT)) {
        return List.of();
      }
      throw e;
    }
  }

  private Set<Long> platters() throws CephException {
    var all = new HashSet<>(lock.holders());
    all.add(pool.instance());
    return all;
  }

  void cutOff(VolumeId id) throws CephException {
    for (var one : strangers(id)) {
      pool.lockOut(one.address(), LOCKED_OUT_SECONDS);
    }
  }
}
