package io.tidemark.mysql.auth;

import java.security.SecureRandom;

/// The random challenge of a login: 20 bytes, none of them zero, because old clients read it as
/// text.
public final class Scramble {
  public static final int LENGTH = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Scramble() {}

  public static byte[] create() {
    byte[] scramble = new byte[LENGTH];
    RANDOM.nextBytes(scramble);
    for (int i = 0; i < LENGTH; i++) {
      int value = scramble[i] & 0x7F;
      scramble[i] = (byte) (value == 0 || value == '$' ? value + 1 : value);
    }
    return scramble;
  }
}
