package platter.nbd;

/** What a client is told when a request fails: the numbers of the protocol's "Error values". */
public enum Errno {
  EPERM(1),
  EIO(5),
  EINVAL(22),
  /** qemu pauses its guest on this one, and breaks the disk on the others. */
  ENOSPC(28),
  ENOTSUP(95);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
