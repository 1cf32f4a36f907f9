package io.tidemark.storage.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// Keys as PEM files.
public final class PemFiles {
  private static final int LINE = 64;

  private PemFiles() {}

  public static String encode(String label, byte[] der) {
    String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /// Reads a private key in PKCS #8 or in the older form of OpenSSL, not encrypted.
  public static PrivateKey readPrivateKey(Path file) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
      Object content = parser.readObject();
      PrivateKeyInfo key =
          switch (content) {
            case PrivateKeyInfo info -> info;
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case null, default ->
                throw new IOException(file + ": an unencrypted private key in PEM expected");
          };
      return new JcaPEMKeyConverter().getPrivateKey(key);
    }
  }

  /// The RSA key pair of two files, empty if the private one does not exist.
  public static Optional<KeyPair> findKeyPair(Path privateFile, Path publicFile)
      throws IOException {
    if (!Files.exists(privateFile)) {
      return Optional.empty();
    }
    String text = Files.readString(publicFile).replaceAll("-----[A-Z ]+-----", "");
    try {
      PublicKey publicKey =
          KeyFactory.getInstance("RSA")
              .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
      return Optional.of(new KeyPair(publicKey, readPrivateKey(privateFile)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(publicFile + ": an RSA public key in PEM expected", e);
    }
  }

  /// Writes a file that only its owner may read, whole or not at all.
  public static void writePrivate(Path file, String text) throws IOException {
    write(file, text, PosixFilePermissions.fromString("rw-------"));
  }

  /// Writes a file that all may read, whole or not at all.
  public static void writePublic(Path file, String text) throws IOException {
    write(file, text, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static void write(Path file, String text, Set<PosixFilePermission> permissions)
      throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    if (temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(temporary, PosixFilePermissions.asFileAttribute(permissions));
    }
    Files.writeString(temporary, text, StandardCharsets.US_ASCII);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
