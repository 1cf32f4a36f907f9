package io.tidemark.mysql.auth;

import io.tidemark.storage.certificate.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Optional;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/// The RSA key pair with which a client without TLS sends its password. Made when it is first
/// needed, and kept in a directory if there is one, because clients may know its public half.
/// Thread-safe.
public final class PasswordKeys {
  private static final int BITS = 2048;
  private static final String PRIVATE_FILE = "private_key.pem";
  private static final String PUBLIC_FILE = "public_key.pem";

  private final Optional<Path> directory;
  private @Nullable KeyPair pair;

  public PasswordKeys(Optional<Path> directory) {
    this.directory = directory;
  }

  /// The public key as clients ask for it.
  byte[] publicPem() throws IOException {
    return PemFiles.encode("PUBLIC KEY", pair().getPublic().getEncoded())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// The password that a client has encrypted after XOR with the scramble; empty if it cannot be
  /// decrypted.
  Optional<byte[]> decrypt(byte[] encrypted, byte[] scramble) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
      cipher.init(Cipher.DECRYPT_MODE, pair().getPrivate());
      return Optional.of(unmask(cipher.doFinal(encrypted), scramble));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] unmask(byte[] masked, byte[] scramble) {
    byte[] password = new byte[masked.length];
    for (int i = 0; i < masked.length; i++) {
      password[i] = (byte) (masked[i] ^ scramble[i % scramble.length]);
    }
    return password;
  }

  private synchronized KeyPair pair() throws IOException {
    KeyPair known = pair;
    if (known == null) {
      known = directory.isPresent() ? loadOrCreate(directory.get()) : create();
      pair = known;
    }
    return known;
  }

  private static KeyPair loadOrCreate(Path directory) throws IOException {
    Path privateFile = directory.resolve(PRIVATE_FILE);
    Optional<KeyPair> stored = PemFiles.findKeyPair(privateFile, directory.resolve(PUBLIC_FILE));
    if (stored.isPresent()) {
      return stored.get();
    }
    KeyPair created = create();
    PemFiles.writePrivate(
        privateFile, PemFiles.encode("PRIVATE KEY", created.getPrivate().getEncoded()));
    PemFiles.writePublic(
        directory.resolve(PUBLIC_FILE),
        PemFiles.encode("PUBLIC KEY", created.getPublic().getEncoded()));
    return created;
  }

  private static KeyPair create() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make an RSA key", e);
    }
  }
}
