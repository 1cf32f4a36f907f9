package io.tidemark.sql.table;

import io.tidemark.sql.type.TypeKind;
import java.math.BigInteger;
import java.util.Arrays;

/// The ordered bit patterns of [ColumnFormat] for numbers, both ways.
final class FixedForms {
  private FixedForms() {}

  static long ofLong(ColumnFormat format, long value) {
    return switch (format.storage()) {
      case SIGNED -> value ^ ColumnFormat.signBit(format.width());
      case UNSIGNED -> format.type().kind() == TypeKind.YEAR && value != 0 ? value - 1900 : value;
      case TEMPORAL -> Temporals.toStored(format.type().kind(), value);
      case DECIMAL, FLOAT, DOUBLE, BYTES ->
          throw new IllegalArgumentException("no integer is stored in " + format.type());
    };
  }

  static long toLong(ColumnFormat format, long bits) {
    return switch (format.storage()) {
      case SIGNED -> {
        int unused = Long.SIZE - format.width() * 8;
        yield (bits ^ ColumnFormat.signBit(format.width())) << unused >> unused;
      }
      case UNSIGNED -> format.type().kind() == TypeKind.YEAR && bits != 0 ? bits + 1900 : bits;
      case TEMPORAL -> Temporals.ofStored(format.type().kind(), bits);
      case DECIMAL, FLOAT, DOUBLE, BYTES ->
          throw new IllegalArgumentException("no integer is stored in " + format.type());
    };
  }

  static long ofDouble(double value) {
    long bits = Double.doubleToRawLongBits(value == 0 ? 0.0 : value);
    return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
  }

  static double toDouble(long stored) {
    return Double.longBitsToDouble(stored < 0 ? stored ^ Long.MIN_VALUE : ~stored);
  }

  static long ofFloat(float value) {
    int bits = Float.floatToRawIntBits(value == 0 ? 0.0f : value);
    return (bits < 0 ? ~bits : bits ^ Integer.MIN_VALUE) & 0xFFFFFFFFL;
  }

  static float toFloat(long stored) {
    int bits = (int) stored;
    return Float.intBitsToFloat(bits < 0 ? bits ^ Integer.MIN_VALUE : ~bits);
  }

  static void putDecimal(byte[] target, int offset, int width, BigInteger unscaled) {
    if (unscaled.bitLength() >= width * Byte.SIZE) {
      throw new IllegalArgumentException("decimal does not fit " + width + " bytes");
    }
    if (width <= Long.BYTES) {
      ColumnFormat.putBits(
          target, offset, width, unscaled.longValue() ^ ColumnFormat.signBit(width));
      return;
    }
    byte[] bytes = unscaled.toByteArray();
    int fill = width - bytes.length;
    for (int i = 0; i < fill; i++) {
      target[offset + i] = (byte) (unscaled.signum() < 0 ? 0xFF : 0);
    }
    System.arraycopy(bytes, 0, target, offset + fill, bytes.length);
    target[offset] ^= (byte) 0x80;
  }

  /// The unscaled value of a decimal of at most 8 bytes.
  static long decimalLong(byte[] source, int offset, int width) {
    int unused = Long.SIZE - width * 8;
    return (ColumnFormat.bits(source, offset, width) ^ ColumnFormat.signBit(width))
        << unused
        >> unused;
  }

  static BigInteger decimal(byte[] source, int offset, int width) {
    if (width <= Long.BYTES) {
      return BigInteger.valueOf(decimalLong(source, offset, width));
    }
    byte[] bytes = Arrays.copyOfRange(source, offset, offset + width);
    bytes[0] ^= (byte) 0x80;
    return new BigInteger(bytes);
  }
}
