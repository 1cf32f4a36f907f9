package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.BindContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;

/// Result types of aggregates. Source: MySQL manual, Aggregate Function Descriptions.
public final class AggregateTypes {
  private static final int SUM_DIGITS = 22;
  private static final int INTEGER_DIGITS = 19;
  private static final long GROUP_CONCAT_CHARACTERS = 1024;

  private AggregateTypes() {}

  public static SqlType typeOf(String name, List<BoundExpression> arguments, BindContext context) {
    return switch (name) {
      case "COUNT" -> SqlType.BIGINT;
      case "SUM" -> sum(arguments.getFirst().type());
      case "AVG" -> average(arguments.getFirst().type(), context);
      case "MIN", "MAX" -> arguments.getFirst().type();
      case "BIT_AND", "BIT_OR", "BIT_XOR" -> SqlType.BIGINT_UNSIGNED;
      case "STD", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP" ->
          SqlType.DOUBLE;
      case "GROUP_CONCAT" ->
          SqlType.textLob(
                  TypeKind.TEXT,
                  arguments.getFirst().type().isString()
                      ? arguments.getFirst().type().collation()
                      : context.connectionCollation())
              .withLength(GROUP_CONCAT_CHARACTERS);
      default -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, name);
    };
  }

  /// Whether sums of this type are exact decimals.
  static boolean isExact(SqlType type) {
    return type.isInteger() || type.kind() == TypeKind.DECIMAL;
  }

  private static int precision(SqlType type) {
    return type.kind() == TypeKind.DECIMAL
        ? (int) type.length()
        : (int) Math.min(type.length() == 0 ? INTEGER_DIGITS : type.length(), INTEGER_DIGITS + 1);
  }

  private static SqlType sum(SqlType type) {
    return isExact(type)
        ? SqlType.decimal(precision(type) + SUM_DIGITS, type.isInteger() ? 0 : type.scale())
        : SqlType.DOUBLE;
  }

  private static SqlType average(SqlType type, BindContext context) {
    if (!isExact(type)) {
      return SqlType.DOUBLE;
    }
    int more = context.divisionPrecisionIncrement();
    int scale = type.isInteger() ? 0 : type.scale();
    return SqlType.decimal(
        precision(type) + more, Math.min(scale + more, SqlType.MAX_DECIMAL_SCALE));
  }
}
