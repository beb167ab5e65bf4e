package platter.account;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids and secrets that nobody can guess. */
final class Chance {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String ALPHABET = LETTERS + "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_BYTES = 16;

  private final SecureRandom random;

  Chance(SecureRandom random) {
    this.random = random;
  }

  /** 32 lower-case hex. */
  String id() {
    var some = new byte[ID_BYTES];
    random.nextBytes(some);
    return HexFormat.of().formatHex(some);
  }

  /** As the cloud's: 20 capitals. */
  String access() {
    return text(LETTERS, 20);
  }

  /** As the cloud's: 40 letters and digits. */
  String secret() {
    return text(ALPHABET, 40);
  }

  String password() {
    return text(ALPHABET, 24);
  }

  private String text(String alphabet, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
