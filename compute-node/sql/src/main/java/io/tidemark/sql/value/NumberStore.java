package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Conversion into columns of numbers.
final class NumberStore {
  private static final int FIRST_YEAR = 1901;
  private static final int LAST_YEAR = 2155;

  private NumberStore() {}

  static Value integer(SqlType target, Value value, StoreContext context) {
    if (value instanceof IntValue number) {
      if (number.isUnsigned() == target.unsigned() && inRange(target, number.value())) {
        return number;
      }
      return limited(target, number, context);
    }
    if (value instanceof StringValue text) {
      return fromText(target, text, context);
    }
    Whole whole = wholeNumber(value);
    return whole.beyond
        ? limit(target, whole.number.isNegative(), context)
        : limited(target, whole.number, context);
  }

  /// A number beyond the range is told as that, even if more than a number is there.
  private static Value fromText(SqlType target, StringValue text, StoreContext context) {
    byte[] bytes = text.bytes();
    if (!NumberParser.beginsWithNumber(bytes)) {
      Conversion.incorrect(context, "integer", NumberParser.forMessage(text));
      return IntValue.of(0, target.unsigned());
    }
    Whole whole = fromDecimal(NumberParser.parsePrefix(bytes));
    if (whole.beyond) {
      return limit(target, whole.number.isNegative(), context);
    }
    if (fits(target, whole.number)) {
      if (!NumberParser.isNumber(bytes)) {
        Conversion.truncated(context);
      }
      return IntValue.of(whole.number.value(), target.unsigned());
    }
    return limited(target, whole.number, context);
  }

  private static boolean fits(SqlType target, IntValue number) {
    boolean huge = number.isUnsigned() && number.value() < 0;
    if (target.unsigned()) {
      return !number.isNegative()
          && (huge ? target.kind() == TypeKind.BIGINT : inRange(target, number.value()));
    }
    return !huge && inRange(target, number.value());
  }

  /// An integer, or the limit next to a number that 64 bits do not hold.
  private record Whole(IntValue number, boolean beyond) {
    static Whole of(IntValue number) {
      return new Whole(number, false);
    }

    static Whole beyond(boolean negative) {
      return new Whole(negative ? IntValue.of(Long.MIN_VALUE) : IntValue.ofUnsigned(-1), true);
    }
  }

  private static Value limit(SqlType target, boolean negative, StoreContext context) {
    Conversion.outOfRange(context);
    if (target.unsigned()) {
      return IntValue.ofUnsigned(negative ? 0 : unsignedMax(target.kind()));
    }
    long max = unsignedMax(target.kind()) >>> 1;
    return IntValue.of(negative ? -max - 1 : max);
  }

  /// The nearest integer that a value says, 65 bits wide at most.
  private static Whole wholeNumber(Value value) {
    return switch (value) {
      case IntValue number -> Whole.of(number);
      case DoubleValue number -> fromDouble(number.value());
      case FloatValue number -> fromDouble((double) number.value());
      case StringValue text -> fromDecimal(prefix(text));
      case BitValue bits -> Whole.of(IntValue.ofUnsigned(bits.number()));
      case EnumValue member -> Whole.of(IntValue.of(member.index()));
      case SetValue members -> Whole.of(IntValue.ofUnsigned(members.bits()));
      case DecimalValue number -> fromDecimal(number);
      case TemporalValue moment -> fromDecimal(moment.asDecimal());
      case NullValue none -> throw new IllegalStateException("NULL has no number: " + none);
    };
  }

  private static Whole fromDouble(double number) {
    double whole = Math.rint(number);
    if (whole >= -0x1p63 && whole < 0x1p63) {
      return Whole.of(IntValue.of((long) whole));
    }
    if (whole >= 0x1p63 && whole < 0x1p64) {
      return Whole.of(IntValue.ofUnsigned(new BigDecimal(whole).longValue()));
    }
    return Whole.beyond(whole < 0);
  }

  private static Whole fromDecimal(DecimalValue number) {
    DecimalValue whole = DecimalMath.round(number, 0);
    if (whole.isCompact()) {
      return Whole.of(IntValue.of(whole.compact()));
    }
    BigInteger digits = whole.unscaled();
    if (digits.signum() > 0 && digits.bitLength() <= 64) {
      return Whole.of(IntValue.ofUnsigned(digits.longValue()));
    }
    return Whole.beyond(digits.signum() < 0);
  }

  /// The number that a string begins with; refused or warned about if it is not all of it.
  private static DecimalValue parse(StringValue text, String type, StoreContext context) {
    byte[] bytes = text.bytes();
    if (!NumberParser.isNumber(bytes)) {
      if (!NumberParser.beginsWithNumber(bytes)) {
        Conversion.incorrect(context, type, NumberParser.forMessage(text));
        return DecimalValue.ZERO;
      }
      Conversion.truncated(context);
    }
    return NumberParser.parsePrefix(bytes);
  }

  private static boolean inRange(SqlType target, long number) {
    if (target.unsigned()) {
      return target.kind() == TypeKind.BIGINT
          || number >= 0 && number <= unsignedMax(target.kind());
    }
    long max = unsignedMax(target.kind()) >>> 1;
    return target.kind() == TypeKind.BIGINT || number >= -max - 1 && number <= max;
  }

  private static long unsignedMax(TypeKind kind) {
    return switch (kind) {
      case TINYINT -> 0xFFL;
      case SMALLINT -> 0xFFFFL;
      case MEDIUMINT -> 0xFFFFFFL;
      case INT -> 0xFFFFFFFFL;
      default -> -1L;
    };
  }

  private static Value limited(SqlType target, IntValue number, StoreContext context) {
    return fits(target, number)
        ? IntValue.of(number.value(), target.unsigned())
        : limit(target, number.isNegative(), context);
  }

  /// Zero if the text is no number.
  private static DecimalValue prefix(StringValue text) {
    byte[] bytes = text.bytes();
    return NumberParser.beginsWithNumber(bytes)
        ? NumberParser.parsePrefix(bytes)
        : DecimalValue.ZERO;
  }

  /// 0, 1901 to 2155; one or two digits are years from 1970 to 2069, where the number 0 is the year
  /// 0000.
  static Value year(Value value, StoreContext context) {
    if (value instanceof StringValue text && !NumberParser.isNumber(text.bytes())) {
      if (!NumberParser.beginsWithNumber(text.bytes())) {
        Conversion.incorrect(context, "integer", NumberParser.forMessage(text));
        return IntValue.ofUnsigned(0);
      }
      Conversion.truncated(context);
    }
    IntValue number =
        value instanceof TemporalValue moment && !(value instanceof TimeValue)
            ? IntValue.of(Integer.parseInt(moment.asString().substring(0, 4)))
            : wholeNumber(value).number();
    long year = number.value();
    boolean fourDigits = value instanceof StringValue text && text.asString().strip().length() >= 4;
    if (year >= 0 && year < 100 && !number.isNegative()) {
      if (year == 0 && (fourDigits || !(value instanceof StringValue))) {
        return IntValue.ofUnsigned(0);
      }
      return IntValue.ofUnsigned(year < 70 ? year + 2000 : year + 1900);
    }
    if (year < FIRST_YEAR || year > LAST_YEAR) {
      Conversion.outOfRange(context);
      return IntValue.ofUnsigned(0);
    }
    return IntValue.ofUnsigned(year);
  }

  static Value bit(SqlType target, Value value, StoreContext context) {
    int bits = (int) target.length();
    byte[] bytes =
        switch (value) {
          case StringValue text -> text.bytes();
          case BitValue literal -> literal.toBytes();
          default -> BitValue.of(wholeNumber(value).number().value(), 64).toBytes();
        };
    int size = (bits + 7) / 8;
    byte[] stored = new byte[size];
    for (int i = 0; i < bytes.length; i++) {
      int at = size - bytes.length + i;
      int mask = at < 0 ? 0 : at == 0 && bits % 8 != 0 ? (1 << bits % 8) - 1 : 0xFF;
      if ((bytes[i] & 0xFF & ~mask) != 0) {
        MySqlError error =
            context.isStrict() ? MySqlError.DATA_TOO_LONG : MySqlError.WARN_DATA_OUT_OF_RANGE;
        Conversion.fail(context, error, context.columnName(), context.rowNumber());
        return BitValue.of(bits == 64 ? -1L : (1L << bits) - 1, bits);
      }
      if (at >= 0) {
        stored[at] = bytes[i];
      }
    }
    return new BitValue(stored);
  }

  static Value decimal(SqlType target, Value value, StoreContext context) {
    DecimalValue number =
        value instanceof StringValue text
            ? parse(text, "decimal", context)
            : value.toDecimal(context);
    if (target.unsigned() && number.signum() < 0) {
      Conversion.outOfRange(context);
      return DecimalValue.of(0, target.scale());
    }
    DecimalValue rounded = DecimalMath.round(number, target.scale());
    if (rounded.precision() > target.length()) {
      Conversion.outOfRange(context);
      BigInteger limit = BigInteger.TEN.pow((int) target.length()).subtract(BigInteger.ONE);
      return DecimalValue.of(number.signum() < 0 ? limit.negate() : limit, target.scale());
    }
    if (number.scale() > target.scale() && DecimalMath.compare(rounded, number) != 0) {
      Conversion.noteTruncated(context);
    }
    return rounded;
  }

  static Value approximate(SqlType target, Value value, StoreContext context) {
    double number;
    if (value instanceof StringValue text) {
      byte[] bytes = text.bytes();
      if (!NumberParser.isNumber(bytes)) {
        Conversion.truncated(context);
      }
      number = NumberParser.beginsWithNumber(bytes) ? NumberParser.parsePrefixAsDouble(bytes) : 0;
    } else {
      number = value.toDouble(context);
    }
    boolean single = target.kind() == TypeKind.FLOAT;
    double limit = single ? (double) Float.MAX_VALUE : Double.MAX_VALUE;
    if (target.scale() != SqlType.UNSPECIFIED_SCALE) {
      BigDecimal largest =
          BigDecimal.TEN
              .pow((int) target.length() - target.scale())
              .subtract(BigDecimal.ONE.movePointLeft(target.scale()));
      limit = Math.min(limit, largest.doubleValue());
      if (Double.isFinite(number)) {
        number =
            new BigDecimal(number).setScale(target.scale(), RoundingMode.HALF_EVEN).doubleValue();
      }
    }
    if (target.unsigned() && number < 0) {
      Conversion.outOfRange(context);
      number = 0;
    } else if (!(Math.abs(number) <= limit)) {
      Conversion.outOfRange(context);
      number = Double.isNaN(number) ? 0 : Math.copySign(limit, number);
    }
    return single
        ? FloatValue.of((float) number, target.scale())
        : DoubleValue.of(number, target.scale());
  }
}
