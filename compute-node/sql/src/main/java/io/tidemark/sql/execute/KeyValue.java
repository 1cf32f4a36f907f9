package io.tidemark.sql.execute;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// A value that a column is compared with, as the nearest value the column can have.
///
/// @param value of the class and range that the column stores
/// @param side 0 if it is the very value; positive if the value compared with lies above it,
///   negative if below
/// @param usable whether an index can be searched with it at all; if not, every row must be looked
///   at
record KeyValue(Value value, int side, boolean usable) {
  private static final KeyValue UNUSABLE = new KeyValue(NullValue.NULL, 0, false);
  private static final double EXACT_INTEGERS = 0x1p53;

  private static KeyValue exact(Value value) {
    return new KeyValue(value, 0, true);
  }

  /// `value` is not NULL.
  static KeyValue of(SqlType type, Value value, EvalContext context) {
    return switch (type.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> integer(type, value, context);
      case YEAR -> year(value);
      case BIT -> bit(type, value, context);
      case DECIMAL -> decimal(type, value, context);
      case FLOAT -> single(value, context);
      case DOUBLE -> exact(DoubleValue.of(value.toDouble(context)));
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
          LONGBLOB ->
          text(type, value);
      case DATE -> date(value, context);
      case DATETIME, TIMESTAMP -> moment(type, value, context);
      case TIME -> time(type, value, context);
      case ENUM -> member(type, value);
      case SET, NULL, JSON -> UNUSABLE;
    };
  }

  private static KeyValue integer(SqlType type, Value value, EvalContext context) {
    if (value instanceof IntValue number) {
      BigInteger wide = null;
      if (number.isUnsigned() && number.value() < 0) {
        wide = new BigInteger(Long.toUnsignedString(number.value()));
      }
      return wide == null ? limited(type, number.value()) : limited(type, new BigDecimal(wide));
    }
    return switch (value) {
      case DecimalValue number -> limited(type, number.toBigDecimal());
      case DoubleValue number -> fromDouble(type, number.value());
      case FloatValue number -> fromDouble(type, (double) number.value());
      case StringValue text -> fromDouble(type, text.toDouble(context));
      case BitValue bits -> limited(type, new BigDecimal(new BigInteger(1, bits.toBytes())));
      default -> UNUSABLE;
    };
  }

  private static KeyValue fromDouble(SqlType type, double number) {
    if (!(Math.abs(number) < EXACT_INTEGERS)) {
      return UNUSABLE;
    }
    return limited(type, new BigDecimal(number));
  }

  private static KeyValue limited(SqlType type, long number) {
    long least = least(type);
    long most = most(type);
    if (type.unsigned()) {
      if (number < 0) {
        return new KeyValue(IntValue.ofUnsigned(0), -1, true);
      }
      return Long.compareUnsigned(number, most) > 0
          ? new KeyValue(IntValue.ofUnsigned(most), 1, true)
          : exact(IntValue.ofUnsigned(number));
    }
    if (number < least) {
      return new KeyValue(IntValue.of(least), -1, true);
    }
    return number > most ? new KeyValue(IntValue.of(most), 1, true) : exact(IntValue.of(number));
  }

  private static KeyValue limited(SqlType type, BigDecimal number) {
    BigDecimal floor = number.setScale(0, RoundingMode.FLOOR);
    int side = number.compareTo(floor);
    BigInteger whole = floor.toBigInteger();
    BigInteger least = BigInteger.valueOf(least(type));
    BigInteger most =
        type.unsigned()
            ? new BigInteger(Long.toUnsignedString(most(type)))
            : BigInteger.valueOf(most(type));
    if (whole.compareTo(least) < 0) {
      return new KeyValue(IntValue.of(least(type), type.unsigned()), -1, true);
    }
    if (whole.compareTo(most) > 0) {
      return new KeyValue(IntValue.of(most(type), type.unsigned()), 1, true);
    }
    return new KeyValue(IntValue.of(whole.longValue(), type.unsigned()), side, true);
  }

  private static int bytes(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 1;
      case SMALLINT -> 2;
      case MEDIUMINT -> 3;
      case INT -> 4;
      default -> 8;
    };
  }

  private static long least(SqlType type) {
    return type.unsigned() ? 0 : -1L << (bytes(type) * 8 - 1);
  }

  private static long most(SqlType type) {
    int bits = bytes(type) * 8;
    if (type.unsigned()) {
      return bits == 64 ? -1L : (1L << bits) - 1;
    }
    return bits == 64 ? Long.MAX_VALUE : (1L << (bits - 1)) - 1;
  }

  private static KeyValue year(Value value) {
    if (value instanceof IntValue number && number.value() >= 1901 && number.value() <= 2155) {
      return exact(IntValue.ofUnsigned(number.value()));
    }
    return UNUSABLE;
  }

  private static KeyValue bit(SqlType type, Value value, EvalContext context) {
    if (!(value instanceof IntValue) && !(value instanceof BitValue)) {
      return UNUSABLE;
    }
    long number = value.toLong(context);
    boolean signed = value instanceof IntValue i && i.isNegative();
    if (signed || (type.length() < 64 && number >>> type.length() != 0)) {
      return UNUSABLE;
    }
    return exact(BitValue.of(number, (int) type.length()));
  }

  private static KeyValue decimal(SqlType type, Value value, EvalContext context) {
    BigDecimal number;
    switch (value) {
      case IntValue integer -> number = integer.toDecimal(context).toBigDecimal();
      case DecimalValue exact -> number = exact.toBigDecimal();
      default -> {
        return UNUSABLE;
      }
    }
    BigDecimal floor = number.setScale(type.scale(), RoundingMode.FLOOR);
    if (floor.precision() - floor.scale() > type.length() - type.scale()) {
      BigDecimal limit =
          BigDecimal.TEN
              .pow((int) type.length() - type.scale())
              .subtract(BigDecimal.ONE.movePointLeft(type.scale()));
      boolean negative = number.signum() < 0;
      return new KeyValue(
          DecimalValue.of(negative ? limit.negate() : limit), negative ? -1 : 1, true);
    }
    return new KeyValue(DecimalValue.of(floor), number.compareTo(floor), true);
  }

  private static KeyValue single(Value value, EvalContext context) {
    double wide = value.toDouble(context);
    float narrow = (float) wide;
    return (double) narrow == wide ? exact(FloatValue.of(narrow)) : UNUSABLE;
  }

  private static KeyValue text(SqlType type, Value value) {
    if (!(value instanceof StringValue text)) {
      return value instanceof BitValue bits && type.collation().charset() == Charset.BINARY
          ? exact(StringValue.binary(bits.toBytes()))
          : UNUSABLE;
    }
    Charset charset = type.collation().charset();
    if (text.charset() != charset && !charset.canEncode(text.bytes(), text.charset())) {
      return UNUSABLE;
    }
    return exact(text.in(type.collation()));
  }

  private static boolean isMoment(Value value) {
    return value instanceof StringValue
        || value instanceof DateValue
        || value instanceof DateTimeValue
        || value instanceof IntValue;
  }

  private static KeyValue date(Value value, EvalContext context) {
    if (!isMoment(value) || !(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return UNUSABLE;
    }
    return new KeyValue(moment.date(), moment.timeOfDayMicros() > 0 ? 1 : 0, true);
  }

  private static KeyValue moment(SqlType type, Value value, EvalContext context) {
    if (!isMoment(value) || !(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return UNUSABLE;
    }
    boolean zeroParts = moment.year() == 0 || moment.month() == 0 || moment.day() == 0;
    if (type.kind() == io.tidemark.sql.type.TypeKind.TIMESTAMP && zeroParts) {
      return UNUSABLE;
    }
    return exact(moment);
  }

  private static KeyValue time(SqlType type, Value value, EvalContext context) {
    boolean fits = value instanceof TimeValue || value instanceof StringValue;
    if (!fits || !(value.toTime(context) instanceof TimeValue time)) {
      return UNUSABLE;
    }
    return exact(TimeValue.ofMicros(time.micros(), type.scale()));
  }

  /// Only equality may use it: the order of texts is not that of the members' numbers.
  private static KeyValue member(SqlType type, Value value) {
    if (!(value instanceof StringValue text)) {
      return value instanceof EnumValue member && member.type().equals(type)
          ? exact(member)
          : UNUSABLE;
    }
    for (int i = 0; i < type.members().size(); i++) {
      StringValue name = StringValue.of(type.members().get(i), type.collation());
      if (type.collation().equal(name.bytes(), text.in(type.collation()).bytes())) {
        return exact(new EnumValue(i + 1, type));
      }
    }
    return UNUSABLE;
  }
}
