package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// An exact decimal number of at most 65 digits: `unscaled / 10^scale`.
///
/// As in MySQL a quotient carries more digits than it shows: [#scale] says how many decimals are
/// there to compute with, [#displayScale] how many are printed. Numbers whose unscaled value fits
/// 64 bits never touch BigInteger. Arithmetic is in [DecimalMath].
public final class DecimalValue implements Value {
  public static final DecimalValue ZERO = of(0, 0);

  /// 10^65 - 1, what MySQL gives where a decimal does not hold a number.
  private static final BigInteger LARGEST = BigInteger.TEN.pow(65).subtract(BigInteger.ONE);

  private final long compact;
  private final @Nullable BigInteger wide;
  private final byte scale;
  private final byte displayScale;

  private DecimalValue(long compact, @Nullable BigInteger wide, int scale, int displayScale) {
    this.compact = compact;
    this.wide = wide;
    this.scale = (byte) scale;
    this.displayScale = (byte) displayScale;
  }

  public static DecimalValue of(long unscaled, int scale) {
    return new DecimalValue(unscaled, null, scale, scale);
  }

  public static DecimalValue of(long unscaled, int scale, int displayScale) {
    return new DecimalValue(unscaled, null, scale, displayScale);
  }

  public static DecimalValue of(BigInteger unscaled, int scale) {
    return of(unscaled, scale, scale);
  }

  public static DecimalValue of(BigInteger unscaled, int scale, int displayScale) {
    return unscaled.bitLength() < 64
        ? new DecimalValue(unscaled.longValue(), null, scale, displayScale)
        : new DecimalValue(0, unscaled, scale, displayScale);
  }

  public static DecimalValue ofUnsigned(long bits) {
    return bits >= 0 ? of(bits, 0) : of(new BigInteger(Long.toUnsignedString(bits)), 0);
  }

  /// `number` with at most 30 decimals, the rest rounded away.
  public static DecimalValue of(BigDecimal number) {
    BigDecimal limited = number.scale() < 0 ? number.setScale(0) : number;
    if (limited.scale() > SqlType.MAX_DECIMAL_SCALE) {
      limited = limited.setScale(SqlType.MAX_DECIMAL_SCALE, java.math.RoundingMode.HALF_UP);
    }
    if (limited.precision() - limited.scale() > SqlType.MAX_DECIMAL_PRECISION) {
      return of(limited.signum() < 0 ? LARGEST.negate() : LARGEST, 0);
    }
    if (limited.precision() > SqlType.MAX_DECIMAL_PRECISION) {
      int digits = limited.precision() - limited.scale();
      limited =
          limited.setScale(
              SqlType.MAX_DECIMAL_PRECISION - Math.max(digits, 0), java.math.RoundingMode.HALF_UP);
    }
    return of(limited.unscaledValue(), limited.scale());
  }

  /// The decimal that the shortest text of `number` says; the largest decimal for what is beyond.
  static DecimalValue ofDouble(double number) {
    if (Double.isNaN(number)) {
      return ZERO;
    }
    if (Double.isInfinite(number) || Math.abs(number) >= 1e66) {
      return of(number < 0 ? LARGEST.negate() : LARGEST, 0);
    }
    return of(new BigDecimal(Double.toString(number)).stripTrailingZeros());
  }

  /// True if the unscaled value is in [#compact], false if it is in [#unscaled] only.
  public boolean isCompact() {
    return wide == null;
  }

  /// The unscaled value of a compact number.
  public long compact() {
    return compact;
  }

  public BigInteger unscaled() {
    return wide == null ? BigInteger.valueOf(compact) : wide;
  }

  /// Decimals that the number has.
  public int scale() {
    return scale;
  }

  /// Decimals that are printed.
  public int displayScale() {
    return displayScale;
  }

  public int signum() {
    return wide == null ? Long.signum(compact) : wide.signum();
  }

  /// Significant digits of the unscaled value; 1 for zero.
  public int precision() {
    if (wide == null && compact != Long.MIN_VALUE) {
      return NumberText.digits(Math.abs(compact));
    }
    return new BigDecimal(unscaled()).precision();
  }

  public BigDecimal toBigDecimal() {
    return wide == null ? BigDecimal.valueOf(compact, scale) : new BigDecimal(wide, scale);
  }

  /// The same number with only the printed decimals, rounded half away from zero.
  public DecimalValue rounded() {
    return scale == displayScale ? this : DecimalMath.round(this, displayScale);
  }

  @Override
  public long toLong(ConversionContext context) {
    DecimalValue whole = DecimalMath.round(this, 0);
    if (whole.isCompact()) {
      return whole.compact;
    }
    context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "DECIMAL", asString());
    return whole.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  @Override
  public double toDouble(ConversionContext context) {
    if (wide == null && Math.abs(compact) < 1L << 53 && scale <= 22) {
      return (double) compact / DecimalMath.doublePower(scale);
    }
    return toBigDecimal().doubleValue();
  }

  @Override
  public DecimalValue toDecimal(ConversionContext context) {
    return this;
  }

  @Override
  public byte[] toBytes() {
    DecimalValue shown = rounded();
    if (shown.wide == null && shown.compact != Long.MIN_VALUE) {
      return compactText(shown.compact, displayScale);
    }
    return NumberText.ascii(shown.toBigDecimal().toPlainString());
  }

  private static byte[] compactText(long unscaled, int scale) {
    if (scale == 0) {
      return NumberText.of(unscaled);
    }
    boolean negative = unscaled < 0;
    long rest = Math.abs(unscaled);
    int digits = Math.max(NumberText.digits(rest), scale + 1);
    byte[] text = new byte[digits + 1 + (negative ? 1 : 0)];
    int point = text.length - 1 - scale;
    for (int i = text.length - 1; i >= (negative ? 1 : 0); i--) {
      if (i == point) {
        text[i] = '.';
      } else {
        text[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    if (negative) {
      text[0] = '-';
    }
    return text;
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return signum() != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return TemporalNumber.toDateTime(this, context);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toDateTime(context).toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return TemporalNumber.toTime(this, context);
  }

  /// Same digits and same scale, as records of a key; `1.0` and `1.00` are not equal.
  /// [DecimalMath#compare] compares numbers.
  @Override
  public boolean equals(Object other) {
    return other instanceof DecimalValue that
        && that.scale == scale
        && that.unscaled().equals(unscaled());
  }

  @Override
  public int hashCode() {
    return unscaled().hashCode() * 31 + scale;
  }

  @Override
  public String toString() {
    return asString();
  }
}
