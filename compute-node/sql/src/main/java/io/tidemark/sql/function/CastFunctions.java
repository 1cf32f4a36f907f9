package io.tidemark.sql.function;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TemporalRounding;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigInteger;
import java.util.Arrays;

/// CAST, CONVERT .. USING, COLLATE and the operator BINARY.
///
/// Source: MySQL manual, Cast Functions and Operators.
final class CastFunctions {
  private CastFunctions() {}

  /// CAST(x AS `target`). `target` is BIGINT or BIGINT UNSIGNED for SIGNED and UNSIGNED; VARCHAR or
  /// VARBINARY for CHAR and BINARY, with length 0 for no length; DECIMAL, DOUBLE, FLOAT, DATE,
  /// TIME, DATETIME, YEAR.
  static FunctionDefinition cast(SqlType target, boolean withLength) {
    return new FunctionDefinition(
        "CAST", 1, 1, Traits.DETERMINISTIC, (a, c) -> bind(target, withLength, a.getFirst()));
  }

  private static BoundFunction bind(SqlType target, boolean withLength, Argument argument) {
    return switch (target.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
          Calls.of(target, (c, v) -> integer(target.unsigned(), v, c));
      case YEAR -> Calls.of(target, (c, v) -> year(v, c));
      case DECIMAL -> Calls.of(target, (c, v) -> decimal(target, v, c));
      case DOUBLE -> Calls.of(target, (c, v) -> DoubleValue.of(v.toDouble(c)));
      case FLOAT -> Calls.of(target, (c, v) -> FloatValue.of((float) v.toDouble(c)));
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
          text(target, withLength, argument);
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB ->
          binary(target, withLength, argument);
      case DATE -> Calls.of(target, (c, v) -> date(v, c));
      case DATETIME, TIMESTAMP -> Calls.of(target, (c, v) -> dateTime(target, v, c));
      case TIME -> Calls.of(target, (c, v) -> time(target, v, c));
      case NULL, BIT, ENUM, SET, JSON ->
          throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CAST AS " + target);
    };
  }

  /// Strings count by their digits, other numbers are rounded; what is out of range of both is
  /// limited.
  private static Value integer(boolean unsigned, Value value, EvalContext context) {
    return switch (value) {
      case IntValue number -> IntValue.of(number.value(), unsigned);
      case StringValue text -> IntValue.of(text.toLong(context), unsigned);
      case DecimalValue number -> fromDecimal(unsigned, number, context);
      case DoubleValue number -> fromDouble(unsigned, number.value(), context);
      case FloatValue number -> fromDouble(unsigned, (double) number.value(), context);
      default -> IntValue.of(value.toLong(context), unsigned);
    };
  }

  private static Value fromDecimal(boolean unsigned, DecimalValue number, EvalContext context) {
    DecimalValue whole = DecimalMath.round(number, 0);
    BigInteger digits = whole.unscaled();
    boolean fits =
        unsigned ? digits.signum() >= 0 && digits.bitLength() <= 64 : digits.bitLength() <= 63;
    if (fits) {
      return IntValue.of(digits.longValue(), unsigned);
    }
    context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "DECIMAL", number.asString());
    if (unsigned) {
      return IntValue.ofUnsigned(digits.signum() < 0 ? 0 : -1L);
    }
    return IntValue.of(digits.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
  }

  private static Value fromDouble(boolean unsigned, double number, EvalContext context) {
    double whole = Math.rint(number);
    if (unsigned && whole >= 0x1p63) {
      if (whole >= 0x1p64) {
        context.warn(
            MySqlError.TRUNCATED_WRONG_VALUE, "INTEGER", DoubleValue.of(number).asString());
        return IntValue.ofUnsigned(-1L);
      }
      return IntValue.ofUnsigned((long) (whole - 0x1p63) + Long.MIN_VALUE);
    }
    if (whole >= 0x1p63 || whole < -0x1p63) {
      context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "INTEGER", DoubleValue.of(number).asString());
    }
    return IntValue.of(DoubleValue.of(number).toLong(context), unsigned);
  }

  private static Value year(Value value, EvalContext context) {
    long year =
        value.toDateTime(context) instanceof DateTimeValue moment && !(value instanceof IntValue)
            ? moment.year()
            : value.toLong(context);
    if (year > 0 && year < 100) {
      year += year < 70 ? 2000 : 1900;
    }
    if (year != 0 && (year < 1901 || year > 2155)) {
      context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "YEAR", value.asString());
      return NullValue.NULL;
    }
    return IntValue.ofUnsigned(year);
  }

  private static Value decimal(SqlType target, Value value, EvalContext context) {
    DecimalValue number = value.toDecimal(context);
    DecimalValue rounded = DecimalMath.round(number, target.scale());
    boolean negative = target.unsigned() && rounded.signum() < 0;
    if (rounded.precision() > target.length() || negative) {
      context.warn(MySqlError.WARN_DATA_OUT_OF_RANGE, "", 1);
      BigInteger limit = BigInteger.TEN.pow((int) target.length()).subtract(BigInteger.ONE);
      BigInteger nearest =
          negative ? BigInteger.ZERO : rounded.signum() < 0 ? limit.negate() : limit;
      return DecimalValue.of(nearest, target.scale());
    }
    return rounded;
  }

  private static BoundFunction text(SqlType target, boolean withLength, Argument argument) {
    Collation collation = target.collation();
    long length = withLength ? target.length() : ResultTypes.textLength(argument.type());
    int characters = withLength ? (int) target.length() : Integer.MAX_VALUE;
    Derived derived = new Derived(collation, Coercibility.COERCIBLE);
    return Calls.text(
        derived,
        length,
        (c, v) -> {
          StringValue text = v.toText().in(collation);
          byte[] bytes = text.bytes();
          if (text.charset() != Charset.BINARY
              && v instanceof StringValue source
              && source.isBinary()) {
            int invalid = collation.charset().findInvalid(bytes);
            if (invalid >= 0) {
              c.warn(
                  MySqlError.INVALID_CHARACTER_STRING,
                  collation.charset().mysqlName(),
                  hex(bytes, invalid));
              return NullValue.NULL;
            }
          }
          if (bytes.length <= characters) {
            return text;
          }
          int end = collation.charset().offsetOf(bytes, 0, characters);
          if (end == bytes.length) {
            return text;
          }
          c.warn(MySqlError.TRUNCATED_WRONG_VALUE, "CHAR(" + characters + ")", text.asString());
          return new StringValue(Arrays.copyOf(bytes, end), collation);
        });
  }

  private static String hex(byte[] bytes, int from) {
    int end = Math.min(bytes.length, from + 6);
    return java.util.HexFormat.of().withUpperCase().formatHex(bytes, from, end)
        + (end < bytes.length ? "..." : "");
  }

  private static BoundFunction binary(SqlType target, boolean withLength, Argument argument) {
    int length = (int) target.length();
    Derived derived = new Derived(Collations.BINARY, Coercibility.COERCIBLE);
    SqlType source = argument.type();
    long bytes = source.isString() ? source.maxBytes() : ResultTypes.textLength(source);
    return Calls.text(
        derived,
        withLength ? length : bytes,
        (c, v) -> {
          byte[] text = v.toBytes();
          if (!withLength || text.length == length) {
            return StringValue.binary(text);
          }
          if (text.length > length) {
            c.warn(MySqlError.TRUNCATED_WRONG_VALUE, "BINARY(" + length + ")", v.asString());
          }
          return StringValue.binary(Arrays.copyOf(text, length));
        });
  }

  /// NULL for dates that the SQL mode forbids.
  private static Value date(Value value, EvalContext context) {
    Value moment = dateTime(SqlType.datetime(6), value, context);
    return moment.toDate(context);
  }

  private static Value dateTime(SqlType target, Value value, EvalContext context) {
    if (!(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return NullValue.NULL;
    }
    if (!TemporalParser.isAllowed(moment.year(), moment.month(), moment.day(), context)) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", value.asString());
      return NullValue.NULL;
    }
    return TemporalRounding.round(moment, target.scale(), context);
  }

  private static Value time(SqlType target, Value value, EvalContext context) {
    return value.toTime(context) instanceof TimeValue time
        ? TemporalRounding.round(time, target.scale(), context)
        : NullValue.NULL;
  }

  /// CONVERT(x USING charset).
  static FunctionDefinition convertUsing(Charset charset) {
    Collation collation = charset.defaultCollation();
    return new FunctionDefinition(
        "CONVERT",
        1,
        1,
        Traits.DETERMINISTIC,
        (a, c) -> text(SqlType.varchar(0, collation), false, a.getFirst()));
  }

  /// x COLLATE collation; error 1253 if x is in another character set.
  static FunctionDefinition collate(Collation collation) {
    return new FunctionDefinition(
        "COLLATE",
        1,
        1,
        Traits.DETERMINISTIC,
        (a, c) -> {
          Argument argument = a.getFirst();
          Collation old = CollationRules.derived(argument, c).collation();
          if (old.charset() != collation.charset() && !argument.type().isNull()) {
            throw new Rejected(
                MySqlError.COLLATION_CHARSET_MISMATCH, collation.name(), old.charset().mysqlName());
          }
          SqlType source = argument.type();
          SqlType type =
              source.isString() && source.kind() != TypeKind.ENUM && source.kind() != TypeKind.SET
                  ? source.withCollation(collation)
                  : SqlType.stringOf(ResultTypes.textLength(source), collation);
          return new BoundFunction.Unary(type, Coercibility.EXPLICIT) {
            @Override
            protected Value apply(EvalContext context, Value value) {
              return value.toText().in(collation);
            }
          };
        });
  }
}
