package io.tidemark.sql.value;

import java.math.BigInteger;

/// A date, a time, or both. As a number it is its digits: `2024-01-31 10:20:30.5` is
/// 20240131102030.5.
public sealed interface TemporalValue extends Value permits DateValue, TimeValue, DateTimeValue {
  /// Digits without the fraction, with sign.
  long digits();

  /// Microseconds of the second, 0 to 999999.
  int microsecond();

  /// Fractional digits that are shown, 0 to 6.
  int fsp();

  @Override
  default long toLong(ConversionContext context) {
    return DecimalMath.round(asDecimal(), 0).compact();
  }

  @Override
  default double toDouble(ConversionContext context) {
    return asDecimal().toDouble(context);
  }

  @Override
  default DecimalValue toDecimal(ConversionContext context) {
    return asDecimal();
  }

  /// The digits with the shown fraction.
  default DecimalValue asDecimal() {
    int fsp = fsp();
    if (fsp == 0) {
      return DecimalValue.of(digits(), 0);
    }
    long power = DecimalMath.power(fsp);
    long fraction = microsecond() / DecimalMath.power(6 - fsp);
    long digits = digits();
    long magnitude = Math.abs(digits);
    if (magnitude <= Long.MAX_VALUE / power - 1) {
      long unscaled = magnitude * power + fraction;
      return DecimalValue.of(isNegative() ? -unscaled : unscaled, fsp);
    }
    BigInteger unscaled =
        BigInteger.valueOf(magnitude)
            .multiply(BigInteger.valueOf(power))
            .add(BigInteger.valueOf(fraction));
    return DecimalValue.of(unscaled, fsp);
  }

  /// True for a time below zero.
  default boolean isNegative() {
    return false;
  }
}
