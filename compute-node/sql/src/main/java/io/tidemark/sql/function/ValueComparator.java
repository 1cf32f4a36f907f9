package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;

/// Compares two values as MySQL compares operands of certain types. Immutable.
///
/// Neither value may be NULL. `compare` gives 0 only for values of equal `hash`.
public abstract sealed class ValueComparator {
  /// Orders the values of one type: for ORDER BY, GROUP BY, DISTINCT, MIN and MAX.
  public static ValueComparator ofType(SqlType type) {
    return switch (type.kind()) {
      case NULL, TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, YEAR, BIT, ENUM, SET -> new Integers();
      case DECIMAL -> new Decimals();
      case FLOAT, DOUBLE -> new Doubles();
      case DATE, DATETIME, TIMESTAMP -> new Moments();
      case TIME -> new Times();
      case CHAR,
          VARCHAR,
          TINYTEXT,
          TEXT,
          MEDIUMTEXT,
          LONGTEXT,
          BINARY,
          VARBINARY,
          TINYBLOB,
          BLOB,
          MEDIUMBLOB,
          LONGBLOB,
          JSON ->
          new Texts(type.collation());
    };
  }

  /// Negative, zero or positive as `a` comes before, with or after `b`.
  public abstract int compare(ConversionContext context, Value a, Value b);

  /// The order of values of which either may be NULL, which comes first.
  public final int compareNullable(ConversionContext context, Value a, Value b) {
    if (a.isNull() || b.isNull()) {
      return Boolean.compare(b.isNull(), a.isNull());
    }
    return compare(context, a, b);
  }

  /// The value as what is compared; NULL if a string is no date or time, which compares with
  /// nothing.
  Value prepare(ConversionContext context, Value value) {
    return value;
  }

  /// Equal for values that compare equal.
  public abstract int hash(ConversionContext context, Value value);

  /// As 64-bit integers with their signs.
  static final class Integers extends ValueComparator {
    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      long x = a.toLong(context);
      long y = b.toLong(context);
      boolean xHuge = x < 0 && isUnsigned(a);
      boolean yHuge = y < 0 && isUnsigned(b);
      if (xHuge != yHuge) {
        return xHuge ? 1 : -1;
      }
      return Long.compare(x, y);
    }

    private static boolean isUnsigned(Value value) {
      return !(value instanceof IntValue number) || number.isUnsigned();
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      return Long.hashCode(value.toLong(context));
    }
  }

  /// As decimals.
  static final class Decimals extends ValueComparator {
    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      return DecimalMath.compare(a.toDecimal(context), b.toDecimal(context));
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      DecimalValue number = value.toDecimal(context);
      if (number.isCompact()) {
        return hash(number.compact(), number.scale());
      }
      BigDecimal stripped = number.toBigDecimal().stripTrailingZeros();
      BigDecimal whole = stripped.scale() < 0 ? stripped.setScale(0) : stripped;
      BigInteger digits = whole.unscaledValue();
      return digits.bitLength() < 64
          ? hash(digits.longValue(), whole.scale())
          : digits.hashCode() * 31 + whole.scale();
    }

    /// Without trailing zeros: equal numbers may have different scales.
    private static int hash(long unscaled, int scale) {
      long digits = unscaled;
      int decimals = scale;
      while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        decimals--;
      }
      return Long.hashCode(digits) * 31 + decimals;
    }
  }

  /// As doubles; zeros of both signs are equal.
  static final class Doubles extends ValueComparator {
    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      double x = a.toDouble(context);
      double y = b.toDouble(context);
      return x < y ? -1 : x > y ? 1 : 0;
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      return Double.hashCode(value.toDouble(context) + 0.0);
    }
  }

  /// As texts of one collation.
  static final class Texts extends ValueComparator {
    private final Collation collation;

    Texts(Collation collation) {
      this.collation = collation;
    }

    Collation collation() {
      return collation;
    }

    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      return collation.compare(
          CollationRules.bytes(text(a), collation), CollationRules.bytes(text(b), collation));
    }

    private static StringValue text(Value value) {
      return value.toText();
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      return collation.hash(CollationRules.bytes(text(value), collation));
    }
  }

  /// As dates with times. What is no date is below every date.
  static final class Moments extends ValueComparator {
    private static long packed(ConversionContext context, Value value) {
      return value.toDateTime(context) instanceof DateTimeValue moment ? moment.packed() : -1;
    }

    @Override
    Value prepare(ConversionContext context, Value value) {
      return value instanceof StringValue ? value.toDateTime(context) : value;
    }

    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      return Long.compare(packed(context, a), packed(context, b));
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      return Long.hashCode(packed(context, value));
    }
  }

  /// As durations. What is no time is below every time.
  static final class Times extends ValueComparator {
    private static long micros(ConversionContext context, Value value) {
      return value.toTime(context) instanceof TimeValue time ? time.micros() : Long.MIN_VALUE;
    }

    @Override
    public int compare(ConversionContext context, Value a, Value b) {
      return Long.compare(micros(context, a), micros(context, b));
    }

    @Override
    public int hash(ConversionContext context, Value value) {
      return Long.hashCode(micros(context, value));
    }
  }
}
