package io.tidemark.sql.collation;

import java.io.DataInputStream;
import java.io.IOException;

/// Weights of `utf8mb4_general_ci` for the Basic Multilingual Plane, from the table
/// `general-ci.bin.gz`.
final class GeneralCiWeights {
  private static final char[] WEIGHTS =
      Resources.read("general-ci.bin.gz", "TMW1", GeneralCiWeights::load);

  private GeneralCiWeights() {}

  private static char[] load(DataInputStream in) throws IOException {
    char[] weights = new char[0x10000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (char) i;
    }
    int entries = in.readInt();
    for (int i = 0; i < entries; i++) {
      int codePoint = in.readUnsignedShort();
      int count = in.readUnsignedByte();
      if (count != 1) {
        throw new IOException(
            "weights of U+" + Integer.toHexString(codePoint) + ": expected 1, found " + count);
      }
      weights[codePoint] = in.readChar();
    }
    return weights;
  }

  static int weight(int codePoint) {
    return WEIGHTS[codePoint];
  }
}
