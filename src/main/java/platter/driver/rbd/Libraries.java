package platter.driver.rbd;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.NoSuchElementException;
import platter.error.BackendException;

/**
 * Ceph's libraries as they are on the machine. They are looked for when somebody wants a pool, and
 * stay until the process ends.
 */
record Libraries(Librados rados, Librbd rbd) {
  static final String RADOS = "librados.so.2";
  static final String RBD = "librbd.so.1";

  private static final class Found {
    static final Libraries LIBRARIES =
        new Libraries(new Librados(library(RADOS)), new Librbd(library(RBD)));
  }

  /**
   * @throws BackendException with a sentence that says what to install
   */
  static Libraries find() throws BackendException {
    try {
      library(RADOS);
      library(RBD);
    } catch (IllegalArgumentException e) {
      throw new BackendException.Unavailable(missing(e), e);
    }
    try {
      return Found.LIBRARIES;
    } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
      if (e.getCause() instanceof NoSuchElementException) {
        throw new BackendException.Unavailable(
            "Ceph's libraries on this machine are too old: version 16 or newer is needed", e);
      }
      throw e;
    }
  }

  @SuppressWarnings("restricted") // the manifest enables native access
  static SymbolLookup library(String name) {
    return SymbolLookup.libraryLookup(name, Arena.global());
  }

  static String missing(IllegalArgumentException cause) {
    return "a storage rbd: needs Ceph's libraries "
        + RADOS
        + " and "
        + RBD
        + " on this machine: install the packages librados2 and librbd1 (Debian, Ubuntu, Fedora,"
        + " RHEL; "
        + cause.getMessage()
        + ")";
  }
}
