package io.tidemark.log.transport;

import io.grpc.Metadata;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.tidemark.storage.certificate.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// By what a node proves that it belongs to the cluster, and how it checks the others: a
/// certificate that the cluster's authority has signed, and the cluster's token. Immutable.
public final class NodeCredentials {
  static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("tidemark-cluster-token", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern TOKEN_FORM = Pattern.compile("[\\x21-\\x7E]{16,256}");
  private static final char[] NO_PASSWORD = {};
  private static final NodeCredentials NONE = new NodeCredentials(null, null, "");

  private final @Nullable SslContext server;
  private final @Nullable SslContext client;
  private final String token;

  private NodeCredentials(@Nullable SslContext server, @Nullable SslContext client, String token) {
    this.server = server;
    this.client = client;
    this.token = token;
  }

  /// Neither encryption nor token: only for links within one machine, see [NodeServer#open].
  public static NodeCredentials none() {
    return NONE;
  }

  /// Reads the authority's certificate, and this node's certificate and key, all in PEM. The token
  /// is 16 to 256 printable ASCII characters without spaces, the same on every node.
  ///
  /// @throws IOException if a file does not hold what it should, or the authority has not signed
  ///   the certificate
  public static NodeCredentials load(
      Path authorityFile, Path certificateFile, Path keyFile, String token) throws IOException {
    if (!TOKEN_FORM.matcher(token).matches()) {
      throw new IOException("cluster token: 16 to 256 printable characters expected");
    }
    try {
      X509Certificate[] authorities = readCertificates(authorityFile);
      X509Certificate[] chain = readCertificates(certificateFile);
      ClusterTrust trust = new ClusterTrust(trustIn(authorities));
      checkSigned(authorityFile, authorities, certificateFile, chain);
      PrivateKey key = PemFiles.readPrivateKey(keyFile);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(keysOf(key, chain), new TrustManager[] {trust}, null);
      return new NodeCredentials(
          wrap(tls, false, ClientAuth.REQUIRE), wrap(tls, true, ClientAuth.NONE), token);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "cannot use certificate " + certificateFile + " with key " + keyFile, e);
    }
  }

  boolean isNone() {
    return server == null;
  }

  Optional<SslContext> server() {
    return Optional.ofNullable(server);
  }

  Optional<SslContext> client() {
    return Optional.ofNullable(client);
  }

  /// What goes in front of each stream.
  Metadata headers() {
    Metadata headers = new Metadata();
    if (!token.isEmpty()) {
      headers.put(TOKEN, token);
    }
    return headers;
  }

  /// Whether `found`, if there is one, is the cluster's token; takes equally long whatever it is.
  boolean accepts(@Nullable String found) {
    return token.isEmpty()
        || (found != null
            && MessageDigest.isEqual(
                token.getBytes(StandardCharsets.US_ASCII),
                found.getBytes(StandardCharsets.US_ASCII)));
  }

  /// As gRPC wants it. Not by Netty's builder: that looks for Bouncy Castle and initialises all of
  /// it, half a second of each start.
  private static SslContext wrap(SSLContext tls, boolean client, ClientAuth clientAuth) {
    ApplicationProtocolConfig http2 =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);
    return new JdkSslContext(
        tls,
        client,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        http2,
        clientAuth,
        null,
        false);
  }

  private static KeyManager[] keysOf(PrivateKey key, X509Certificate[] chain)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    store.setKeyEntry("node", key, NO_PASSWORD, chain);
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }

  private static X509Certificate[] readCertificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (certificates.length == 0) {
        throw new IOException(file + ": a certificate in PEM expected, found none");
      }
      return certificates;
    }
  }

  private static X509ExtendedTrustManager trustIn(X509Certificate[] authorities)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    for (int i = 0; i < authorities.length; i++) {
      store.setCertificateEntry("authority-" + i, authorities[i]);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager one : factory.getTrustManagers()) {
      if (one instanceof X509ExtendedTrustManager manager) {
        return manager;
      }
    }
    throw new GeneralSecurityException("this JDK has no X.509 trust manager");
  }

  private static void checkSigned(
      Path authorityFile,
      X509Certificate[] authorities,
      Path certificateFile,
      X509Certificate[] chain)
      throws IOException {
    X509Certificate top = chain[chain.length - 1];
    boolean signed =
        Arrays.stream(authorities)
            .anyMatch(authority -> {
              try {
                top.verify(authority.getPublicKey());
                return true;
              } catch (GeneralSecurityException e) {
                return false;
              }
            });
    if (!signed) {
      throw new IOException(
          certificateFile + ": is not signed by the authority in " + authorityFile);
    }
  }
}
