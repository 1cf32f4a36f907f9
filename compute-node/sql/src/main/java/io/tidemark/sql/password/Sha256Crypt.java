package io.tidemark.sql.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// The SHA-256 variant of Unix crypt.
///
/// Source: Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", version 0.6; MySQL uses it with
/// salts of 20 bytes. The numbers of steps in comments are those of that text.
final class Sha256Crypt {
  private static final int BLOCK = 32;
  private static final byte[] ALPHABET =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
          .getBytes(StandardCharsets.US_ASCII);

  private Sha256Crypt() {}

  /// The digest in crypt's own base-64, 43 characters.
  static String hash(byte[] password, byte[] salt, int rounds) {
    MessageDigest sha = Digests.sha256();
    // 4-8: digest B.
    sha.update(password);
    sha.update(salt);
    byte[] b = sha.digest(password);
    // 1-3, 9-12: digest A.
    sha.update(password);
    sha.update(salt);
    sha.update(repeat(b, password.length));
    for (int length = password.length; length > 0; length >>= 1) {
      sha.update((length & 1) != 0 ? b : password);
    }
    byte[] a = sha.digest();
    // 13-16: sequence P.
    for (int i = 0; i < password.length; i++) {
      sha.update(password);
    }
    byte[] p = repeat(sha.digest(), password.length);
    // 17-20: sequence S.
    for (int i = 0; i < 16 + (a[0] & 0xFF); i++) {
      sha.update(salt);
    }
    byte[] s = repeat(sha.digest(), salt.length);
    // 21: the rounds.
    byte[] c = a;
    for (int i = 0; i < rounds; i++) {
      boolean odd = (i & 1) != 0;
      sha.update(odd ? p : c);
      if (i % 3 != 0) {
        sha.update(s);
      }
      if (i % 7 != 0) {
        sha.update(p);
      }
      sha.update(odd ? c : p);
      c = sha.digest();
    }
    return encode(c);
  }

  private static byte[] repeat(byte[] block, int length) {
    byte[] result = new byte[length];
    for (int at = 0; at < length; at += BLOCK) {
      System.arraycopy(block, 0, result, at, Math.min(BLOCK, length - at));
    }
    return result;
  }

  /// Step 22: groups of three bytes in their odd order, lowest six bits first.
  private static String encode(byte[] digest) {
    byte[] text = new byte[43];
    int at = 0;
    int first = 0;
    int second = 10;
    int third = 20;
    for (int group = 0; group < 10; group++) {
      int bits = (digest[first] & 0xFF) << 16 | (digest[second] & 0xFF) << 8 | digest[third] & 0xFF;
      for (int i = 0; i < 4; i++) {
        text[at++] = ALPHABET[bits >> 6 * i & 0x3F];
      }
      int next = third + 1;
      third = second + 1;
      second = first + 1;
      first = next;
    }
    int bits = (digest[31] & 0xFF) << 8 | digest[30] & 0xFF;
    for (int i = 0; i < 3; i++) {
      text[at++] = ALPHABET[bits >> 6 * i & 0x3F];
    }
    return new String(Arrays.copyOf(text, at), StandardCharsets.US_ASCII);
  }
}
