package io.tidemark.log.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trusts nodes whose certificate the cluster's authority has signed, and says in the log whom it
/// did not trust: TLS itself tells the refused side only. Immutable.
final class ClusterTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterTrust.class);

  private final X509ExtendedTrustManager authority;

  ClusterTrust(X509ExtendedTrustManager authority) {
    this.authority = authority;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void check(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      String who =
          chain.length == 0
              ? "a node without a certificate"
              : "a node with certificate \"%s\" issued by \"%s\""
                  .formatted(chain[0].getSubjectX500Principal(), chain[0].getIssuerX500Principal());
      String message = "refused " + who + ": " + e.getMessage();
      LOG.warn(message);
      throw new CertificateException(message, e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> authority.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> authority.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, () -> authority.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain, () -> authority.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, () -> authority.checkClientTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain, () -> authority.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authority.getAcceptedIssuers();
  }
}
