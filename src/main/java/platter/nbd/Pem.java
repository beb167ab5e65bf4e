package platter.nbd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Reads certificates and keys in PEM. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private Pem() {}

  static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      var found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new GeneralSecurityException(file + " has no certificate");
      }
      return found;
    }
  }

  static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    var key = KEY.matcher(Files.readString(file));
    if (!key.find()) {
      throw new GeneralSecurityException(
          file + " has no \"BEGIN PRIVATE KEY\" (openssl pkcs8 -topk8 -nocrypt makes one)");
    }
    var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
    for (var kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(spec);
      } catch (InvalidKeySpecException _) {
        // of another kind
      }
    }
    throw new GeneralSecurityException(file + ": none of " + KINDS);
  }
}
