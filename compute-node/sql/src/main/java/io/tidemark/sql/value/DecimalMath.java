package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Arithmetic of MySQL's DECIMAL. Results beyond 65 digits are refused with error 1690.
///
/// Source: MySQL manual, Precision Math. A quotient is computed to whole groups of nine decimals,
/// cut off there, of which `displayScale` are printed (rounded); so `1/3*3` prints `1.0000`.
public final class DecimalMath {
  private static final int DIGITS_PER_GROUP = 9;
  private static final long[] POWERS = new long[19];
  private static final double[] DOUBLE_POWERS = new double[23];
  private static final BigInteger[] BIG_POWERS = new BigInteger[140];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
    for (int i = 0; i < DOUBLE_POWERS.length; i++) {
      DOUBLE_POWERS[i] = Double.parseDouble("1e" + i);
    }
    for (int i = 0; i < BIG_POWERS.length; i++) {
      BIG_POWERS[i] = BigInteger.TEN.pow(i);
    }
  }

  private DecimalMath() {}

  static double doublePower(int exponent) {
    return DOUBLE_POWERS[exponent];
  }

  /// 10^exponent for exponents 0 to 18.
  public static long power(int exponent) {
    return POWERS[exponent];
  }

  public static DecimalValue add(DecimalValue a, DecimalValue b) {
    int display = Math.max(a.displayScale(), b.displayScale());
    if (a.isCompact() && b.isCompact()) {
      if (a.scale() == b.scale()) {
        long sum = a.compact() + b.compact();
        if (((a.compact() ^ sum) & (b.compact() ^ sum)) >= 0) {
          return DecimalValue.of(sum, a.scale(), display);
        }
      } else if (Math.abs(a.scale() - b.scale()) < POWERS.length) {
        int scale = Math.max(a.scale(), b.scale());
        long factorA = POWERS[scale - a.scale()];
        long factorB = POWERS[scale - b.scale()];
        if (fits(a.compact(), factorA) && fits(b.compact(), factorB)) {
          long one = a.compact() * factorA;
          long other = b.compact() * factorB;
          long sum = one + other;
          if (((one ^ sum) & (other ^ sum)) >= 0) {
            return DecimalValue.of(sum, scale, display);
          }
        }
      }
    }
    int scale = Math.max(a.scale(), b.scale());
    return limit(rescaled(a, scale).add(rescaled(b, scale)), scale, display);
  }

  public static DecimalValue subtract(DecimalValue a, DecimalValue b) {
    return add(a, negate(b));
  }

  public static DecimalValue negate(DecimalValue a) {
    if (a.isCompact() && a.compact() != Long.MIN_VALUE) {
      return DecimalValue.of(-a.compact(), a.scale(), a.displayScale());
    }
    return DecimalValue.of(a.unscaled().negate(), a.scale(), a.displayScale());
  }

  public static DecimalValue multiply(DecimalValue a, DecimalValue b) {
    int scale = a.scale() + b.scale();
    int display = Math.min(a.displayScale() + b.displayScale(), SqlType.MAX_DECIMAL_SCALE);
    if (a.isCompact() && b.isCompact() && scale <= SqlType.MAX_DECIMAL_SCALE) {
      long high = Math.multiplyHigh(a.compact(), b.compact());
      long low = a.compact() * b.compact();
      if (high == low >> 63) {
        return DecimalValue.of(low, scale, display);
      }
    }
    BigInteger product = a.unscaled().multiply(b.unscaled());
    if (scale > SqlType.MAX_DECIMAL_SCALE) {
      product = divideHalfUp(product, BIG_POWERS[scale - SqlType.MAX_DECIMAL_SCALE]);
      scale = SqlType.MAX_DECIMAL_SCALE;
    }
    return limit(product, scale, display);
  }

  /// `a / b`; the caller has checked that `b` is not zero. `increment` is
  /// `div_precision_increment`.
  public static DecimalValue divide(DecimalValue a, DecimalValue b, int increment) {
    int display = Math.min(a.displayScale() + increment, SqlType.MAX_DECIMAL_SCALE);
    int groupsA = groups(a.scale()) * DIGITS_PER_GROUP;
    int groupsB = groups(b.scale()) * DIGITS_PER_GROUP;
    int more = Math.max(0, increment - (groupsA - a.scale()) - (groupsB - b.scale()));
    int scale = groups(groupsA + groupsB + more) * DIGITS_PER_GROUP;
    int shift = scale + b.scale() - a.scale();
    if (a.isCompact()
        && b.isCompact()
        && shift < POWERS.length
        && fits(a.compact(), POWERS[shift])) {
      return DecimalValue.of(a.compact() * POWERS[shift] / b.compact(), scale, display);
    }
    BigInteger quotient = a.unscaled().multiply(BIG_POWERS[shift]).divide(b.unscaled());
    if (new BigDecimal(quotient).precision() > SqlType.MAX_DECIMAL_PRECISION + DIGITS_PER_GROUP) {
      int kept = Math.max(display, SqlType.MAX_DECIMAL_SCALE);
      if (scale > kept) {
        quotient = quotient.divide(BIG_POWERS[scale - kept]);
        scale = kept;
      }
    }
    return DecimalValue.of(quotient, scale, display);
  }

  private static int groups(int decimals) {
    return (decimals + DIGITS_PER_GROUP - 1) / DIGITS_PER_GROUP;
  }

  /// The remainder of the division to an integer, with the sign of `a`; `b` is not zero.
  public static DecimalValue remainder(DecimalValue a, DecimalValue b) {
    int scale = Math.max(a.scale(), b.scale());
    int display = Math.max(a.displayScale(), b.displayScale());
    if (a.isCompact() && b.isCompact() && a.scale() == b.scale()) {
      return DecimalValue.of(a.compact() % b.compact(), scale, display);
    }
    return DecimalValue.of(rescaled(a, scale).remainder(rescaled(b, scale)), scale, display);
  }

  /// The quotient without its decimals; `b` is not zero.
  public static BigInteger divideToInteger(DecimalValue a, DecimalValue b) {
    int scale = Math.max(a.scale(), b.scale());
    return rescaled(a, scale).divide(rescaled(b, scale));
  }

  public static int compare(DecimalValue a, DecimalValue b) {
    if (a.isCompact() && b.isCompact() && a.scale() == b.scale()) {
      return Long.compare(a.compact(), b.compact());
    }
    int signs = Integer.compare(a.signum(), b.signum());
    if (signs != 0) {
      return signs;
    }
    return a.toBigDecimal().compareTo(b.toBigDecimal());
  }

  /// To `scale` decimals, half away from zero; a negative `scale` rounds before the point. The
  /// answer has at least no decimals and never more than it needs.
  public static DecimalValue round(DecimalValue a, int scale) {
    return rescale(a, scale, RoundingMode.HALF_UP);
  }

  public static DecimalValue truncate(DecimalValue a, int scale) {
    return rescale(a, scale, RoundingMode.DOWN);
  }

  /// To `scale` decimals by `mode`, with zeros appended if the number has fewer.
  public static DecimalValue rescale(DecimalValue a, int scale, RoundingMode mode) {
    if (a.scale() == scale) {
      return a.displayScale() == scale ? a : DecimalValue.of(a.unscaled(), scale, scale);
    }
    if (a.isCompact() && scale > a.scale() && scale - a.scale() < POWERS.length) {
      long factor = POWERS[scale - a.scale()];
      if (fits(a.compact(), factor)) {
        return DecimalValue.of(a.compact() * factor, scale);
      }
    }
    if (a.isCompact() && scale >= 0 && a.scale() - scale < POWERS.length && scale < a.scale()) {
      return roundCompact(a.compact(), POWERS[a.scale() - scale], scale, mode);
    }
    BigDecimal rounded = a.toBigDecimal().setScale(scale, mode);
    return scale < 0
        ? DecimalValue.of(rounded.setScale(0).unscaledValue(), 0)
        : limit(rounded.unscaledValue(), scale, scale);
  }

  private static DecimalValue roundCompact(
      long unscaled, long divisor, int scale, RoundingMode mode) {
    long quotient = unscaled / divisor;
    long remainder = Math.abs(unscaled % divisor);
    boolean up =
        switch (mode) {
          case HALF_UP -> remainder >= divisor - remainder;
          case DOWN -> false;
          case FLOOR -> remainder != 0 && unscaled < 0;
          case CEILING -> remainder != 0 && unscaled > 0;
          default -> throw new IllegalArgumentException("rounding mode " + mode);
        };
    return DecimalValue.of(up ? quotient + (unscaled < 0 ? -1 : 1) : quotient, scale);
  }

  private static boolean fits(long value, long factor) {
    long high = Math.multiplyHigh(value, factor);
    return high == (value * factor) >> 63;
  }

  private static BigInteger rescaled(DecimalValue a, int scale) {
    return scale == a.scale() ? a.unscaled() : a.unscaled().multiply(BIG_POWERS[scale - a.scale()]);
  }

  private static BigInteger divideHalfUp(BigInteger value, BigInteger divisor) {
    return new BigDecimal(value)
        .divide(new BigDecimal(divisor), 0, RoundingMode.HALF_UP)
        .unscaledValue();
  }

  /// Refuses what has more than 65 digits before the point; cuts decimals that no longer fit.
  private static DecimalValue limit(BigInteger unscaled, int scale, int display) {
    if (unscaled.bitLength() < 210) {
      return DecimalValue.of(unscaled, scale, display);
    }
    BigDecimal number = new BigDecimal(unscaled, scale);
    int whole = number.precision() - number.scale();
    if (whole > SqlType.MAX_DECIMAL_PRECISION) {
      throw new Rejected(MySqlError.DATA_OUT_OF_RANGE, "DECIMAL", number.toPlainString());
    }
    if (number.precision() > SqlType.MAX_DECIMAL_PRECISION) {
      int kept = SqlType.MAX_DECIMAL_PRECISION - whole;
      BigDecimal cut = number.setScale(kept, RoundingMode.HALF_UP);
      return DecimalValue.of(cut.unscaledValue(), kept, Math.min(display, kept));
    }
    return DecimalValue.of(unscaled, scale, display);
  }
}
