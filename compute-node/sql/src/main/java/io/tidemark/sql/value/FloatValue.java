package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;

/// A value of a FLOAT column: computes as the double of the same value, prints six digits.
public final class FloatValue implements Value {
  private final float value;
  private final int decimals;

  private FloatValue(float value, int decimals) {
    this.value = value;
    this.decimals = decimals;
  }

  public static FloatValue of(float value) {
    return new FloatValue(value, SqlType.UNSPECIFIED_SCALE);
  }

  /// `decimals` is [SqlType#UNSPECIFIED_SCALE] for as many as the number needs.
  public static FloatValue of(float value, int decimals) {
    return new FloatValue(value, decimals);
  }

  public float value() {
    return value;
  }

  /// Decimals to print, as given to [#of].
  public int decimals() {
    return decimals;
  }

  private DoubleValue widened() {
    return DoubleValue.of((double) value, decimals);
  }

  @Override
  public long toLong(ConversionContext context) {
    return DoubleValue.round((double) value);
  }

  @Override
  public double toDouble(ConversionContext context) {
    return (double) value;
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return widened().toDecimal(context);
  }

  @Override
  public byte[] toBytes() {
    return decimals >= SqlType.UNSPECIFIED_SCALE
        ? NumberText.ascii(NumberText.of(value))
        : widened().toBytes();
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return value != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return widened().toDateTime(context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return widened().toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return widened().toTime(context);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatValue that && Float.compare(that.value, value) == 0;
  }

  @Override
  public int hashCode() {
    return Float.hashCode(value);
  }

  @Override
  public String toString() {
    return asString();
  }
}
