package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.BindContext;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.SetValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;

/// Literals as constants, and the types of values.
public final class Literals {
  private static final BigInteger MAX_SIGNED = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MAX_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  /// Characters of a string parameter's type, so that not every length makes a plan of its own.
  private static final long PARAMETER_CHARACTERS = 1024;

  private Literals() {}

  static Constant nullConstant() {
    return Constant.of(SqlType.NULL, NullValue.NULL);
  }

  static Constant truth(boolean value) {
    return Constant.of(SqlType.BOOLEAN, IntValue.of(value));
  }

  static Constant number(Expression.NumberLiteral literal) {
    return switch (literal.kind()) {
      case INTEGER -> integer(literal.text());
      case DECIMAL -> decimal(new BigDecimal(literal.text()));
      case FLOAT -> floating(literal.text());
    };
  }

  private static Constant floating(String text) {
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new Rejected(MySqlError.ILLEGAL_VALUE_FOR_TYPE, "double", text);
    }
    return Constant.of(SqlType.DOUBLE, DoubleValue.of(value));
  }

  private static Constant integer(String text) {
    if (text.length() <= 18) {
      long value = Long.parseLong(text);
      int digits = Long.toString(value).length();
      return Constant.of(SqlType.integerOfDigits(digits, false), IntValue.of(value));
    }
    BigInteger value = new BigInteger(text);
    int digits = value.toString().length();
    if (value.compareTo(MAX_SIGNED) <= 0) {
      return Constant.of(SqlType.integerOfDigits(digits, false), IntValue.of(value.longValue()));
    }
    if (value.compareTo(MAX_UNSIGNED) <= 0) {
      return Constant.of(
          SqlType.integerOfDigits(digits, true), IntValue.ofUnsigned(value.longValue()));
    }
    return decimal(new BigDecimal(value));
  }

  private static Constant decimal(BigDecimal value) {
    return Constant.of(
        SqlType.decimal(Math.max(value.precision(), value.scale()), value.scale()),
        DecimalValue.of(value));
  }

  /// A quoted string in the connection's character set, or the introducer's.
  static Constant string(StringLiteral literal, BindContext context) {
    Collation collation = context.connectionCollation();
    byte[] bytes = literal.bytes();
    if (!literal.introducer().isEmpty()) {
      collation = charset(literal.introducer()).defaultCollation();
      int invalid = collation.charset().findInvalid(bytes);
      if (invalid >= 0) {
        throw new Rejected(
            MySqlError.INVALID_CHARACTER_STRING,
            collation.charset().mysqlName(),
            HexFormat.of()
                .withUpperCase()
                .formatHex(bytes, invalid, Math.min(bytes.length, invalid + 6)));
      }
    }
    return string(bytes, collation);
  }

  static Constant string(byte[] bytes, Collation collation) {
    long characters = collation.charset().characterCount(bytes);
    return Constant.of(SqlType.stringOf(characters, collation), new StringValue(bytes, collation));
  }

  static Charset charset(String name) {
    return Charset.find(name)
        .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_CHARACTER_SET, name));
  }

  /// `x'..'`: a binary string.
  static Constant hex(Expression.HexLiteral literal) {
    byte[] bytes = HexFormat.of().parseHex(literal.digits());
    return bytes(bytes, literal.introducer());
  }

  static Constant bits(Expression.BitLiteral literal) {
    String digits = literal.digits();
    byte[] bytes = new byte[(digits.length() + 7) / 8];
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(digits.length() - 1 - i) == '1') {
        bytes[bytes.length - 1 - i / 8] |= (byte) (1 << (i % 8));
      }
    }
    return bytes(bytes, literal.introducer());
  }

  /// A binary string that counts as a number where a number is needed.
  private static Constant bytes(byte[] bytes, String introducer) {
    if (!introducer.isEmpty()) {
      return string(bytes, charset(introducer).defaultCollation());
    }
    return new Constant(
        SqlType.varbinary(bytes.length), Coercibility.COERCIBLE, new BitValue(bytes));
  }

  static Constant temporal(Expression.TemporalLiteral literal, BindContext context) {
    StringValue text = StringValue.of(literal.text());
    return switch (literal.kind()) {
      case DATE -> {
        if (TemporalParser.parseExactly(text, context) instanceof DateTimeValue moment
            && moment.toDate(context) instanceof DateValue date) {
          yield Constant.of(SqlType.DATE, date);
        }
        throw new Rejected(MySqlError.WRONG_VALUE, "DATE", literal.text());
      }
      case TIMESTAMP -> {
        if (TemporalParser.parseExactly(text, context) instanceof DateTimeValue moment) {
          yield Constant.of(SqlType.datetime(moment.fsp()), moment);
        }
        throw new Rejected(MySqlError.WRONG_VALUE, "DATETIME", literal.text());
      }
      case TIME -> {
        if (text.toTime(context) instanceof TimeValue time) {
          yield Constant.of(SqlType.time(time.fsp()), time);
        }
        throw new Rejected(MySqlError.WRONG_VALUE, "TIME", literal.text());
      }
    };
  }

  /// Whether a parameter with this value has the type by which a plan was made.
  public static boolean isOfType(Value value, SqlType type) {
    return switch (value) {
      case IntValue number ->
          type.kind() == TypeKind.BIGINT && type.unsigned() == number.isUnsigned();
      case StringValue text ->
          type.isString()
              && type.length() == PARAMETER_CHARACTERS
              && text.bytes().length <= PARAMETER_CHARACTERS
              && type.collation().equals(text.collation());
      default -> typeOf(value).equals(type);
    };
  }

  /// The type by which a parameter with this value is bound. Values of one kind share a type as far
  /// as their digits allow, so that plans are found again.
  public static SqlType typeOf(Value value) {
    return switch (value) {
      case NullValue _ -> SqlType.NULL;
      case IntValue number -> SqlType.integer(TypeKind.BIGINT, number.isUnsigned());
      case DecimalValue number -> SqlType.decimal(SqlType.MAX_DECIMAL_PRECISION, number.scale());
      case DoubleValue _ -> SqlType.DOUBLE;
      case FloatValue _ -> SqlType.FLOAT;
      case StringValue text ->
          SqlType.stringOf(Math.max(PARAMETER_CHARACTERS, text.bytes().length), text.collation());
      case BitValue bits -> SqlType.varbinary(bits.toBytes().length);
      case DateValue _ -> SqlType.DATE;
      case TimeValue time -> SqlType.time(time.fsp());
      case DateTimeValue moment -> SqlType.datetime(moment.fsp());
      case EnumValue member -> SqlType.stringOf(PARAMETER_CHARACTERS, member.toText().collation());
      case SetValue members -> SqlType.stringOf(PARAMETER_CHARACTERS, members.toText().collation());
    };
  }
}
