package platter.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import platter.sign.SigningKey;

/**
 * What a user's password is checked against. Never the password's own text for longer than it takes
 * to hash it, and never printed.
 */
public sealed interface Password {
  /**
   * In constant time with respect to the right password. A wrong one takes the time of a slow hash,
   * whatever it is compared with.
   *
   * @throws Crowded when too many are being checked
   */
  boolean matches(String attempt);

  /** There is no telling now: others are trying passwords. */
  final class Crowded extends RuntimeException {
    Crowded() {
      super("too many passwords are being checked", null, false, false);
    }
  }

  /** Of a user who is not there: nothing matches it, and that takes as long as for any other. */
  static Password nobodys() {
    var random = new SecureRandom();
    return new Hashed(Hashed.ITERATIONS, chance(random, 16), chance(random, 32));
  }

  private static byte[] chance(SecureRandom random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * A password that the configuration holds in plain text: a slow hash in memory would protect
   * nothing, so it is a fast one, keyed by chance. Costs nothing until the first login.
   */
  static Password plain(String password) {
    return new Plain(password);
  }

  /**
   * A password of which only the hash is stored.
   *
   * @param stored {@code pbkdf2-sha256$iterations$salt$hash}, the last two in Base64, as {@link
   *     #hash} makes it
   * @throws IllegalArgumentException when it has another form
   */
  static Password hashed(String stored) {
    var parts = stored.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(Hashed.NAME)) {
      throw new IllegalArgumentException(
          "a stored password must be " + Hashed.NAME + "$iterations$salt$hash");
    }
    var base64 = Base64.getDecoder();
    return new Hashed(Integer.parseInt(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
  }

  /** The text to store for a new password. Takes a tenth of a second, on purpose. */
  static String hash(String password, SecureRandom random) {
    var salt = chance(random, 16);
    var base64 = Base64.getEncoder();
    return Hashed.NAME
        + "$"
        + Hashed.ITERATIONS
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(Hashed.pbkdf2(password, salt, Hashed.ITERATIONS));
  }

  /** See {@link Password#plain}. */
  final class Plain implements Password {
    private static final Password NOBODYS = nobodys();

    private final Fingerprint fingerprint = new Fingerprint();
    private volatile byte @Nullable [] expected;
    private volatile @Nullable String configured;

    private Plain(String configured) {
      this.configured = configured;
    }

    @Override
    public boolean matches(String attempt) {
      return MessageDigest.isEqual(expected(), fingerprint.of(attempt))
          || NOBODYS.matches(attempt); // never: it only takes its time
    }

    private byte[] expected() {
      var known = expected;
      if (known != null) {
        return known;
      }
      synchronized (this) {
        var text = configured;
        known = expected;
        if (known == null && text != null) {
          known = fingerprint.of(text);
          expected = known;
          configured = null; // from now on no dump of the memory shows it
        }
      }
      if (known == null) {
        throw new IllegalStateException("a password has neither text nor fingerprint");
      }
      return known;
    }

    @Override
    public String toString() {
      return "Password(plain)";
    }
  }

  /** See {@link Password#hashed}. */
  final class Hashed implements Password {
    private static final String NAME = "pbkdf2-sha256";

    /** As OWASP's cheat sheet on password storage wants for PBKDF2-HMAC-SHA256 (2023). */
    private static final int ITERATIONS = 600_000;

    /** So that nobody can keep all processors busy with logins. */
    private static final Semaphore AT_ONCE = new Semaphore(1, true);

    /** So many are checked in that time, at most, before the next one. */
    private static final long PATIENCE_MILLIS = 5_000;

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;
    private final Fingerprint fingerprint = new Fingerprint();
    private volatile byte @Nullable [] proven; // the right password's, so its next login is quick

    private Hashed(int iterations, byte[] salt, byte[] hash) {
      if (iterations < 1 || salt.length == 0 || hash.length != 32) {
        throw new IllegalArgumentException("a stored password has a bad count, salt or hash");
      }
      this.iterations = iterations;
      this.salt = salt;
      this.hash = hash;
    }

    @Override
    public boolean matches(String attempt) {
      var seen = fingerprint.of(attempt);
      var known = proven;
      if (known != null && MessageDigest.isEqual(known, seen)) {
        return true;
      }
      waitForTurn();
      try {
        boolean right = MessageDigest.isEqual(hash, pbkdf2(attempt, salt, iterations));
        if (right) {
          proven = seen;
        }
        return right;
      } finally {
        AT_ONCE.release();
      }
    }

    private static void waitForTurn() {
      try {
        if (!AT_ONCE.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new Crowded();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new Crowded();
      }
    }

    private static byte[] pbkdf2(String password, byte[] salt, int iterations) {
      try {
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
            .getEncoded();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
      }
    }

    @Override
    public String toString() {
      return "Password(hashed)";
    }
  }

  /** A hash under a key that only this process knows: of equal length, and useless elsewhere. */
  final class Fingerprint {
    private volatile @Nullable SigningKey key;

    private Fingerprint() {}

    private byte[] of(String password) {
      var known = key;
      if (known == null) {
        synchronized (this) {
          known = key;
          if (known == null) {
            known = SigningKey.of(chance(new SecureRandom(), 32));
            key = known;
          }
        }
      }
      return known.sign(password.getBytes(UTF_8));
    }
  }
}
