package platter.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is kept of the key of a transfer. A fast hash will do: a key is 64 bits of chance, not a
 * word that somebody chose.
 *
 * @param salt hex
 * @param hash SHA-256 of salt and key, hex
 */
record KeyHash(String salt, String hash) {
  static KeyHash of(String key, String salt) {
    return new KeyHash(salt, digest(key, salt));
  }

  /** In a time that tells nothing about the right key. */
  boolean matches(String key) {
    return MessageDigest.isEqual(digest(key, salt).getBytes(UTF_8), hash.getBytes(UTF_8));
  }

  private static String digest(String key, String salt) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(key.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
