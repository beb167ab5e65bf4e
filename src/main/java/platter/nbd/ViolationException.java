package platter.nbd;

import java.io.IOException;

/** The client does not speak the protocol: the connection ends. */
final class ViolationException extends IOException {
  ViolationException(String message) {
    super(message);
  }
}
