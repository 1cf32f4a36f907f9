package io.tidemark.mysql.tls;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate and key with which the server speaks TLS.
public final class ServerCertificate {
  private static final String CERTIFICATE_FILE = "server-cert.pem";
  private static final String KEY_FILE = "server-key.pem";
  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);

  private ServerCertificate() {}

  /// TLS with the certificate in `directory`, which is made if it is not there: self-signed, for
  /// `localhost`, on the curve P-256.
  public static SSLContext openOrCreate(Path directory) throws IOException {
    Path certificate = directory.resolve(CERTIFICATE_FILE);
    Path key = directory.resolve(KEY_FILE);
    if (!Files.exists(certificate) || !Files.exists(key)) {
      Files.createDirectories(directory);
      create(certificate, key);
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

  private static void create(Path certificateFile, Path keyFile) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Instant now = Instant.now();
      X500Name name = new X500Name("CN=Tidemark generated server certificate");
      GeneralNames hosts =
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")
              });
      X509CertificateHolder certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
                  Date.from(now.minus(CLOCK_TOLERANCE)),
                  Date.from(now.plus(VALIDITY)),
                  name,
                  pair.getPublic())
              .addExtension(Extension.subjectAlternativeName, false, hosts)
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
      PemFiles.writePrivate(
          keyFile, PemFiles.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
      PemFiles.writePublic(
          certificateFile, PemFiles.encode("CERTIFICATE", certificate.getEncoded()));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make a certificate in " + certificateFile.getParent(), e);
    }
  }
}
