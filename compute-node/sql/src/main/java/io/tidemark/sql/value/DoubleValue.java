package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;

/// A DOUBLE, with the number of decimals to print if its type fixes one.
public final class DoubleValue implements Value {
  private static final double SIGNED_LIMIT = 0x1p63;

  private final double value;
  private final int decimals;

  private DoubleValue(double value, int decimals) {
    this.value = value;
    this.decimals = decimals;
  }

  public static DoubleValue of(double value) {
    return new DoubleValue(value, SqlType.UNSPECIFIED_SCALE);
  }

  /// `decimals` is [SqlType#UNSPECIFIED_SCALE] for as many as the number needs.
  public static DoubleValue of(double value, int decimals) {
    return new DoubleValue(value, decimals);
  }

  public double value() {
    return value;
  }

  /// Decimals to print, as given to [#of].
  public int decimals() {
    return decimals;
  }

  @Override
  public long toLong(ConversionContext context) {
    return round(value);
  }

  /// The nearest integer, ties to even as C's rint, limited to the signed 64-bit range.
  static long round(double number) {
    double rounded = Math.rint(number);
    if (rounded >= SIGNED_LIMIT) {
      return Long.MAX_VALUE;
    }
    return (long) rounded;
  }

  @Override
  public double toDouble(ConversionContext context) {
    return value;
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return DecimalValue.ofDouble(value);
  }

  @Override
  public byte[] toBytes() {
    return NumberText.ascii(
        decimals >= SqlType.UNSPECIFIED_SCALE
            ? NumberText.of(value)
            : NumberText.fixed(value, decimals));
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return value != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return TemporalNumber.toDateTime(value, this, context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toDateTime(context).toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    if (Math.abs(value) > 1e15) {
      context.warn(MySqlError.INCORRECT_VALUE, "time", asString());
      return NullValue.NULL;
    }
    return toDecimal(context).toTime(context);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DoubleValue that && Double.compare(that.value, value) == 0;
  }

  @Override
  public int hashCode() {
    return Double.hashCode(value);
  }

  @Override
  public String toString() {
    return asString();
  }
}
