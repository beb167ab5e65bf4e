package platter.nbd;

/** What a client is told when a request fails: the numbers of the protocol's "Error values". */
public enum Errno {
  EPERM(1),
  EIO(5),
  ENOMEM(12),
  EINVAL(22),
  /** qemu pauses its guest on this one, and breaks the disk on the others. */
  ENOSPC(28),
  EOVERFLOW(75),
  ENOTSUP(95),
  ESHUTDOWN(108);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
