package io.tidemark.mysql.tls;

import io.tidemark.storage.certificate.CertificateMaker;
import io.tidemark.storage.certificate.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The certificate and key with which the server speaks TLS.
public final class ServerCertificate {
  private static final String CERTIFICATE_FILE = "server-cert.pem";
  private static final String KEY_FILE = "server-key.pem";

  private ServerCertificate() {}

  /// TLS with the certificate in `directory`, which is made if it is not there: self-signed, for
  /// `localhost`, on the curve P-256.
  public static SSLContext openOrCreate(Path directory) throws IOException {
    Path certificate = directory.resolve(CERTIFICATE_FILE);
    Path key = directory.resolve(KEY_FILE);
    if (!Files.exists(certificate) || !Files.exists(key)) {
      Files.createDirectories(directory);
      CertificateMaker.selfSigned("Tidemark generated server certificate", certificate, key);
    }
    return open(certificate, key);
  }

  /// TLS with a given certificate chain and its private key, both in PEM.
  public static SSLContext open(Path certificateFile, Path keyFile) throws IOException {
    try (InputStream in = Files.newInputStream(certificateFile)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(certificateFile + ": a certificate in PEM expected, found none");
      }
      PrivateKey key = PemFiles.readPrivateKey(keyFile);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, new char[0], chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use certificate " + certificateFile + " with key " + keyFile, e);
    }
  }
}
