package io.tidemark.sql.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/// `caching_sha2_password`: the account keeps `$A$005$`, a salt of 20 bytes and the 43 characters
/// of a SHA-256 crypt of 5,000 rounds. Once a client has shown its password,
/// SHA256(SHA256(password)) is remembered, and further logins answer a scramble with
/// SHA256(password) XOR SHA256(SHA256(SHA256(password)) + scramble).
///
/// Source: MySQL manual, Client/Server Protocol, "Caching SHA-2 Pluggable Authentication".
public final class CachingSha2Password {
  public static final String PLUGIN = "caching_sha2_password";

  /// What an account that does not exist is checked against: as long to compute as any other.
  public static final String DECOY =
      "$A$005$AAAAAAAAAAAAAAAAAAAA0000000000000000000000000000000000000000000";

  /// Longer passwords are refused: the cost of a check grows with the square of the length.
  static final int MAX_PASSWORD = 256;

  private static final String PREFIX = "$A$";
  private static final int ROUNDS_UNIT = 1000;
  private static final int DEFAULT_ROUNDS = 5;
  private static final int SALT_OFFSET = 7;
  private static final int SALT = 20;
  private static final int DIGEST = 32;
  private static final int CRYPT = 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private CachingSha2Password() {}

  /// The authentication string of a password with a fresh salt, empty for the empty password.
  public static String store(byte[] password) {
    if (password.length == 0) {
      return "";
    }
    byte[] salt = salt();
    return "$A$005$"
        + new String(salt, StandardCharsets.ISO_8859_1)
        + Sha256Crypt.hash(password, salt, DEFAULT_ROUNDS * ROUNDS_UNIT);
  }

  /// Random printable characters other than the `$` that separates the parts.
  private static byte[] salt() {
    byte[] salt = new byte[SALT];
    for (int i = 0; i < SALT; i++) {
      int character = RANDOM.nextInt('!', 0x7E);
      salt[i] = (byte) (character >= '$' ? character + 1 : character);
    }
    return salt;
  }

  /// Whether `stored` has the form of an authentication string of this plugin.
  public static boolean isStored(String stored) {
    return stored.length() == SALT_OFFSET + SALT + CRYPT
        && stored.startsWith(PREFIX)
        && stored.charAt(SALT_OFFSET - 1) == '$';
  }

  /// Whether `password` is the one behind `stored`.
  public static boolean verify(String stored, byte[] password) {
    if (password.length > MAX_PASSWORD || !isStored(stored)) {
      return false;
    }
    int rounds;
    try {
      rounds = Integer.parseInt(stored, 3, 6, 16) * ROUNDS_UNIT;
    } catch (NumberFormatException e) {
      return false;
    }
    byte[] bytes = stored.getBytes(StandardCharsets.ISO_8859_1);
    byte[] salt = Arrays.copyOfRange(bytes, SALT_OFFSET, SALT_OFFSET + SALT);
    byte[] expected = Arrays.copyOfRange(bytes, SALT_OFFSET + SALT, bytes.length);
    byte[] found = Sha256Crypt.hash(password, salt, rounds).getBytes(StandardCharsets.ISO_8859_1);
    return MessageDigest.isEqual(expected, found);
  }

  /// What is remembered of a password.
  public static byte[] digestTwice(byte[] password) {
    MessageDigest sha = Digests.sha256();
    return sha.digest(sha.digest(password));
  }

  /// Whether `response` proves knowledge of the password behind [#digestTwice].
  public static boolean verifyFast(byte[] twice, byte[] scramble, byte[] response) {
    if (response.length != DIGEST) {
      return false;
    }
    MessageDigest sha = Digests.sha256();
    sha.update(twice);
    byte[] once = Digests.xor(response, sha.digest(scramble));
    return MessageDigest.isEqual(sha.digest(once), twice);
  }
}
