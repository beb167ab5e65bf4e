package platter.nbd;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS 1.3 with certificates of both sides, on every connection over TCP. */
public final class Tls {
  private final SSLContext context;

  private Tls(SSLContext context) {
    this.context = context;
  }

  /**
   * From files as openssl and certtool write them.
   *
   * @param certificates PEM: the server's own, and those between it and its authority
   * @param key PEM: PKCS #8, not encrypted
   * @param clientAuthorities PEM: who signs the certificates of clients
   */
  public static Tls of(Path certificates, Path key, Path clientAuthorities)
      throws IOException, GeneralSecurityException {
    var own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    var chain = Pem.certificates(certificates);
    own.setKeyEntry("server", Pem.key(key), new char[0], chain.toArray(Certificate[]::new));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, new char[0]);

    var authorities = KeyStore.getInstance("PKCS12");
    authorities.load(null, null);
    for (var authority : Pem.certificates(clientAuthorities)) {
      authorities.setCertificateEntry("client-" + authorities.size(), authority);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);

    var context = SSLContext.getInstance("TLSv1.3");
    context.init(
        keys.getKeyManagers(),
        new TrustManager[] {new Silent((X509ExtendedTrustManager) trust.getTrustManagers()[0])},
        null);
    return new Tls(context);
  }

  /**
   * Names no authorities in its request for a certificate, which then is any that the client has:
   * GnuTLS, which qemu and libnbd use, finds none by the names as Java writes them.
   */
  private static final class Silent extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;

    Silent(X509ExtendedTrustManager judge) {
      this.judge = judge;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      judge.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      judge.checkServerTrusted(chain, type);
    }
  }

  SSLEngine engine() {
    var engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setEnabledProtocols(new String[] {"TLSv1.3"}); // so nothing is renegotiated
    engine.setNeedClientAuth(true);
    return engine;
  }
}
