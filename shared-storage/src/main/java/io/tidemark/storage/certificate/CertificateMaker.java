package io.tidemark.storage.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes keys on the curve P-256 and certificates for them, valid for ten years.
///
/// For a cluster: [#authority] once, then [#node] for each node. Keys are readable by their owner
/// only; `ca-key.pem` is needed for making certificates and belongs on no node.
public final class CertificateMaker {
  public static final String AUTHORITY_CERTIFICATE = "ca-cert.pem";
  public static final String AUTHORITY_KEY = "ca-key.pem";

  private static final Duration VALIDITY = Duration.ofDays(3650);
  private static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|.*:.*");

  private CertificateMaker() {}

  /// Makes a certificate for `localhost` that only itself vouches for.
  public static void selfSigned(String name, Path certificateFile, Path keyFile)
      throws IOException {
    writeSelfSigned(name, certificateFile, keyFile, false);
  }

  /// Makes the authority of a cluster in `directory`.
  ///
  /// @throws IOException also if one is there already
  public static void authority(Path directory) throws IOException {
    Path certificate = directory.resolve(AUTHORITY_CERTIFICATE);
    Path key = directory.resolve(AUTHORITY_KEY);
    if (Files.exists(certificate) || Files.exists(key)) {
      throw new IOException(directory + ": there is a certificate authority already");
    }
    Files.createDirectories(directory);
    writeSelfSigned("Tidemark cluster authority", certificate, key, true);
  }

  /// Makes `<name>-cert.pem` and `<name>-key.pem` in `directory`, signed by the authority there,
  /// for a node that others reach by any of `hosts` (names or addresses) and by `localhost`.
  public static void node(Path directory, String name, List<String> hosts) throws IOException {
    if (!NODE_NAME.matcher(name).matches() || name.equals("ca")) {
      throw new IOException("node \"" + name + "\": letters, digits and - expected");
    }
    PrivateKey authorityKey = PemFiles.readPrivateKey(directory.resolve(AUTHORITY_KEY));
    try (InputStream in = Files.newInputStream(directory.resolve(AUTHORITY_CERTIFICATE))) {
      X509Certificate authority =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      KeyPair pair = newKeyPair();
      Set<String> all = new LinkedHashSet<>(hosts);
      all.addAll(LOCAL);
      X509v3CertificateBuilder builder =
          builder(new JcaX509CertificateHolder(authority).getSubject(), "CN=" + name, pair)
              .addExtension(Extension.subjectAlternativeName, false, names(all))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      write(
          builder,
          authorityKey,
          pair,
          directory.resolve(name + "-cert.pem"),
          directory.resolve(name + "-key.pem"));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make a certificate for node " + name, e);
    }
  }

  private static void writeSelfSigned(
      String name, Path certificateFile, Path keyFile, boolean authority) throws IOException {
    try {
      KeyPair pair = newKeyPair();
      X509v3CertificateBuilder builder = builder(new X500Name("CN=" + name), "CN=" + name, pair);
      if (authority) {
        builder
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      } else {
        builder.addExtension(
            Extension.subjectAlternativeName, false, names(new LinkedHashSet<>(LOCAL)));
      }
      write(builder, pair.getPrivate(), pair, certificateFile, keyFile);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make certificate " + certificateFile, e);
    }
  }

  private static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, String subject, KeyPair pair)
      throws CertIOException {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()).add(BigInteger.ONE),
        Date.from(now.minus(CLOCK_TOLERANCE)),
        Date.from(now.plus(VALIDITY)),
        new X500Name(subject),
        pair.getPublic());
  }

  private static GeneralNames names(Set<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .map(host ->
                new GeneralName(
                    IP_ADDRESS.matcher(host).matches()
                        ? GeneralName.iPAddress
                        : GeneralName.dNSName,
                    host))
            .toArray(GeneralName[]::new));
  }

  private static void write(
      X509v3CertificateBuilder builder,
      PrivateKey signer,
      KeyPair pair,
      Path certificateFile,
      Path keyFile)
      throws IOException, OperatorCreationException {
    byte[] certificate =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)).getEncoded();
    PemFiles.writePrivate(keyFile, PemFiles.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
    PemFiles.writePublic(certificateFile, PemFiles.encode("CERTIFICATE", certificate));
  }
}
