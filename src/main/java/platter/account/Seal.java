package platter.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import platter.sign.SigningKey;

/**
 * Closes the secrets of access keys before they are written, and opens them again: a signature can
 * only be checked with the secret itself, so a hash will not do. AES-256-GCM under a key made of
 * the secret of tokens; each secret is bound to its access key. What that protects from, and what
 * not: docs/decisions/0018.
 */
final class Seal {
  private static final String FORM = "1:";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random;

  /**
   * @param secret 32 bytes or more that only the service knows
   */
  Seal(byte[] secret, SecureRandom random) {
    this.key = new SecretKeySpec(SigningKey.of(secret.clone()).sign("platter access keys"), "AES");
    this.random = random;
  }

  /** The text to store. */
  String close(String access, String secret) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      var closed = cipher(Cipher.ENCRYPT_MODE, nonce, access).doFinal(secret.getBytes(UTF_8));
      var all = Arrays.copyOf(nonce, NONCE_BYTES + closed.length);
      System.arraycopy(closed, 0, all, NONCE_BYTES, closed.length);
      return FORM + Base64.getEncoder().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES/GCM", e);
    }
  }

  /** The secret; empty when it was closed with another key, or for another access key. */
  Optional<String> open(String access, String closed) {
    if (!closed.startsWith(FORM)) {
      return Optional.empty();
    }
    try {
      var all = Base64.getDecoder().decode(closed.substring(FORM.length()));
      if (all.length <= NONCE_BYTES) {
        return Optional.empty();
      }
      var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), access);
      var secret = cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
      return Optional.of(new String(secret, UTF_8));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return Optional.empty(); // tampered with, or no Base64
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String access) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(access.getBytes(UTF_8));
    return cipher;
  }
}
