package platter.driver.rbd;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where images are: {@code POOL[/NAMESPACE][:id=USER][:conf=FILE]}, as qemu writes it.
 *
 * @param namespace of the pool; empty is the one without a name
 * @param user without {@code client.}
 * @param conf the configuration file, else where Ceph looks for it ({@code CEPH_CONF}, {@code
 *     /etc/ceph/ceph.conf}, …)
 */
record Place(String pool, String namespace, String user, Optional<String> conf) {
  private static final String FORM = "rbd:POOL[/NAMESPACE][:id=USER][:conf=FILE]";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

  /**
   * @param text what follows {@code rbd:}
   * @throws IllegalArgumentException when it has another form
   */
  static Place of(String text) {
    var parts = text.split(":", -1);
    int slash = parts[0].indexOf('/');
    var pool = slash < 0 ? parts[0] : parts[0].substring(0, slash);
    var namespace = slash < 0 ? "" : parts[0].substring(slash + 1);
    var user = "admin";
    var conf = Optional.<String>empty();
    boolean good = isName(pool) && (slash < 0 || isName(namespace));
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].startsWith("id=") && isName(parts[i].substring(3))) {
        user = parts[i].substring(3);
      } else if (parts[i].startsWith("conf=") && parts[i].length() > 5) {
        conf = Optional.of(parts[i].substring(5));
      } else {
        good = false;
      }
    }
    if (!good) {
      throw new IllegalArgumentException("storage 'rbd:" + text + "' is not of the form " + FORM);
    }
    return new Place(pool, namespace, user, conf);
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** As people read it in messages. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? pool : pool + "/" + namespace;
  }
}
