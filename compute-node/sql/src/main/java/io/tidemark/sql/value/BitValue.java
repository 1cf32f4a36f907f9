package io.tidemark.sql.value;

import io.tidemark.sql.collation.Collations;
import java.util.Arrays;

/// A value of a BIT column or a hexadecimal or bit literal: bytes as a text, an unsigned number in
/// arithmetic.
public final class BitValue implements Value {
  private final byte[] bytes;

  /// Takes over `bytes`, most significant first.
  public BitValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The value of a column BIT(`bits`).
  public static BitValue of(long number, int bits) {
    byte[] bytes = new byte[(bits + 7) / 8];
    long rest = number;
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = (byte) rest;
      rest >>>= 8;
    }
    return new BitValue(bytes);
  }

  /// The last eight bytes as an unsigned number.
  public long number() {
    long number = 0;
    for (int i = Math.max(0, bytes.length - 8); i < bytes.length; i++) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }

  private IntValue integer() {
    return IntValue.ofUnsigned(number());
  }

  @Override
  public long toLong(ConversionContext context) {
    return number();
  }

  @Override
  public double toDouble(ConversionContext context) {
    return integer().toDouble(context);
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return integer().toDecimal(context);
  }

  @Override
  public byte[] toBytes() {
    return bytes;
  }

  @Override
  public StringValue toText() {
    return new StringValue(bytes, Collations.BINARY);
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return number() != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return toText().toDateTime(context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toText().toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return toText().toTime(context);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BitValue that && Arrays.equals(that.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "0x" + java.util.HexFormat.of().formatHex(bytes);
  }
}
