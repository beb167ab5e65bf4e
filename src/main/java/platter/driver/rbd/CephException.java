package platter.driver.rbd;

import java.io.IOException;

/** A call of Ceph's libraries that failed. */
final class CephException extends IOException {
  // of Linux, where alone these libraries are
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ERANGE = 34;
  static final int ENOTEMPTY = 39;
  static final int ENOTCONN = 107;
  static final int ESHUTDOWN = 108;
  static final int ETIMEDOUT = 110;
  static final int EDQUOT = 122;

  private final int errno;

  /**
   * @param function which one
   * @param errno above zero
   */
  CephException(String function, int errno) {
    super(text(errno) + " (" + function + ")");
    this.errno = errno;
  }

  int errno() {
    return errno;
  }

  boolean is(int number) {
    return errno == number;
  }

  boolean isFull() {
    return errno == ENOSPC || errno == EDQUOT;
  }

  private static String text(int errno) {
    return switch (errno) {
      case EPERM, EACCES -> "the Ceph user may not do that";
      case ENOENT -> "it is not in the pool";
      case EBUSY -> "somebody has the image open";
      case EEXIST -> "it is in the pool already";
      case ENOSPC -> "the pool is full";
      case EROFS -> "the image is locked by somebody else";
      case ENOTEMPTY -> "other images depend on it";
      case ENOTCONN -> "the Ceph cluster is not connected";
      case ESHUTDOWN -> "the Ceph cluster has locked this Platter out: start it again";
      case ETIMEDOUT -> "the Ceph cluster does not answer";
      case EDQUOT -> "the quota of the pool is used up";
      default -> "error " + errno + " of Ceph";
    };
  }
}
