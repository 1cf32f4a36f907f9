package io.tidemark.sql.password;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Message digests that every Java has.
final class Digests {
  private Digests() {}

  static MessageDigest sha1() {
    return get("SHA-1");
  }

  static MessageDigest sha256() {
    return get("SHA-256");
  }

  private static MessageDigest get(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] xor(byte[] a, byte[] b) {
    byte[] result = new byte[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = (byte) (a[i] ^ b[i % b.length]);
    }
    return result;
  }
}
