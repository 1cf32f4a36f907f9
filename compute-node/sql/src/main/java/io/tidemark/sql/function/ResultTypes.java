package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import java.math.RoundingMode;
import java.util.List;

/// The type that holds values of several types: for IF, CASE, COALESCE, GREATEST, UNION, and the
/// conversion to it.
///
/// Source: MySQL manual, Flow Control Functions and UNION Clause (result set column types).
public final class ResultTypes {
  private static final int DOUBLE_TEXT_LENGTH = 23;

  private ResultTypes() {}

  /// The common type of `arguments`; NULL types do not count. `operation` names the function in
  /// error 1267.
  public static SqlType common(List<Argument> arguments, String operation, BindContext context) {
    SqlType result = SqlType.NULL;
    for (Argument argument : arguments) {
      result = merge(result, argument.type());
    }
    if (!result.isString() || result.family() == Family.BINARY) {
      return result;
    }
    List<Argument> counting = arguments.stream().filter(a -> !a.type().isNull()).toList();
    Collation collation = CollationRules.aggregate(counting, operation, context).collation();
    if (collation.equals(Collations.BINARY)) {
      return SqlType.stringOf(result.maxBytes(), collation);
    }
    return result.withCollation(collation);
  }

  /// How firmly the common type's collation holds.
  static Coercibility coercibility(
      List<Argument> arguments, SqlType common, String operation, BindContext context) {
    if (!common.isString()) {
      return Coercibility.NUMERIC;
    }
    List<Argument> counting = arguments.stream().filter(a -> !a.type().isNull()).toList();
    return CollationRules.aggregate(counting, operation, context).coercibility();
  }

  private static SqlType merge(SqlType a, SqlType b) {
    if (a.isNull() || a.equals(b)) {
      return b;
    }
    if (b.isNull()) {
      return a;
    }
    if (a.isNumeric() && b.isNumeric()) {
      return mergeNumbers(a, b);
    }
    if (a.isTemporal() && b.isTemporal()) {
      return mergeTemporals(a, b);
    }
    return mergeTexts(a, b);
  }

  private static SqlType mergeNumbers(SqlType a, SqlType b) {
    if (a.family() == Family.APPROXIMATE || b.family() == Family.APPROXIMATE) {
      int scale = Math.max(a.scale(), b.scale());
      return a.kind() == TypeKind.FLOAT && b.kind() == TypeKind.FLOAT
          ? SqlType.floatOf(
              (int) Math.max(a.length(), b.length()), scale, a.unsigned() && b.unsigned())
          : scale >= SqlType.UNSPECIFIED_SCALE
              ? SqlType.DOUBLE
              : SqlType.doubleOf(scale + 17, scale, false);
    }
    boolean unsigned = a.unsigned() && b.unsigned();
    if (a.family() == Family.DECIMAL || b.family() == Family.DECIMAL) {
      return decimalFor(a, b, unsigned);
    }
    if (a.kind() == TypeKind.BIT && b.kind() == TypeKind.BIT) {
      return SqlType.bit((int) Math.max(a.length(), b.length()));
    }
    long digits = Math.max(digits(a), digits(b));
    if (a.unsigned() != b.unsigned()) {
      SqlType wide = a.unsigned() ? a : b;
      boolean full = rank(wide.kind()) == rank(TypeKind.BIGINT) && wide.length() >= 19;
      if (full) {
        return SqlType.decimal(20, 0);
      }
    }
    TypeKind kind = rank(a.kind()) >= rank(b.kind()) ? a.kind() : b.kind();
    if (a.unsigned() != b.unsigned() && kind != TypeKind.BIGINT) {
      kind = next(kind);
    }
    TypeKind result = kind == TypeKind.BIT || kind == TypeKind.YEAR ? TypeKind.BIGINT : kind;
    return new SqlType(result, unsigned, false, digits, 0, Collations.BINARY, List.of());
  }

  private static long digits(SqlType type) {
    return type.kind() == TypeKind.BIT ? 20 : type.length();
  }

  private static int rank(TypeKind kind) {
    return switch (kind) {
      case TINYINT -> 1;
      case SMALLINT, YEAR -> 2;
      case MEDIUMINT -> 3;
      case INT -> 4;
      default -> 5;
    };
  }

  private static TypeKind next(TypeKind kind) {
    return switch (kind) {
      case TINYINT -> TypeKind.SMALLINT;
      case SMALLINT -> TypeKind.MEDIUMINT;
      case MEDIUMINT -> TypeKind.INT;
      default -> TypeKind.BIGINT;
    };
  }

  private static SqlType decimalFor(SqlType a, SqlType b, boolean unsigned) {
    int scale = Math.max(ArithmeticFunctions.scale(a), ArithmeticFunctions.scale(b));
    int whole = Math.max(whole(a), whole(b));
    return SqlType.decimal(whole + scale, scale, unsigned);
  }

  private static int whole(SqlType type) {
    return type.kind() == TypeKind.BIT ? 20 : ArithmeticFunctions.wholeDigits(type);
  }

  private static SqlType mergeTemporals(SqlType a, SqlType b) {
    int fsp = Math.max(a.scale(), b.scale());
    if (a.kind() == b.kind()) {
      return a.scale() >= b.scale() ? a : b;
    }
    return SqlType.datetime(fsp);
  }

  private static SqlType mergeTexts(SqlType a, SqlType b) {
    boolean binary = a.family() == Family.BINARY || b.family() == Family.BINARY;
    if (binary) {
      return SqlType.stringOf(
          Math.max(
              a.isString() ? a.maxBytes() : textLength(a),
              b.isString() ? b.maxBytes() : textLength(b)),
          Collations.BINARY);
    }
    Collation collation = a.isString() ? a.collation() : b.collation();
    if (!a.isString() && !b.isString()) {
      collation = Collations.UTF8MB4_0900_AI_CI;
    }
    return SqlType.stringOf(Math.max(textLength(a), textLength(b)), collation);
  }

  /// Most characters of a value of this type as text.
  public static long textLength(SqlType type) {
    return switch (type.kind()) {
      case NULL -> 0;
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> type.length() + (type.unsigned() ? 0 : 1);
      case BIT -> (type.length() + 7) / 8;
      case DECIMAL -> type.length() + 2;
      case FLOAT, DOUBLE ->
          type.scale() == SqlType.UNSPECIFIED_SCALE
              ? DOUBLE_TEXT_LENGTH
              : Math.max(type.length(), DOUBLE_TEXT_LENGTH);
      default ->
          type.kind().isTextLob()
              ? type.length() / type.collation().charset().maxBytesPerCharacter()
              : type.length();
    };
  }

  /// `value` as a value of `type`, which is a common type it went into.
  public static Value convert(SqlType type, Value value, ConversionContext context) {
    if (value.isNull()) {
      return value;
    }
    return switch (type.family()) {
      case INTEGER, BIT ->
          value instanceof IntValue ? value : IntValue.of(value.toLong(context), type.unsigned());
      case DECIMAL -> decimal(type, value, context);
      case APPROXIMATE -> approximate(type, value, context);
      case TEXT, BINARY, MEMBERS -> value.toText().in(type.collation());
      case TEMPORAL -> temporal(type, value, context);
      case NULL -> value;
    };
  }

  private static Value decimal(SqlType type, Value value, ConversionContext context) {
    DecimalValue number = value.toDecimal(context);
    return number.displayScale() == type.scale() && number.scale() == type.scale()
        ? number
        : DecimalMath.rescale(number, type.scale(), RoundingMode.HALF_UP);
  }

  private static Value approximate(SqlType type, Value value, ConversionContext context) {
    if (value instanceof DoubleValue || type.kind() == TypeKind.FLOAT) {
      return value;
    }
    return DoubleValue.of(value.toDouble(context), type.scale());
  }

  private static Value temporal(SqlType type, Value value, ConversionContext context) {
    return switch (type.kind()) {
      case DATE -> value.toDate(context);
      case TIME -> value.toTime(context);
      default ->
          value.toDateTime(context) instanceof DateTimeValue moment
              ? moment.withFsp(type.scale())
              : io.tidemark.sql.value.NullValue.NULL;
    };
  }
}
