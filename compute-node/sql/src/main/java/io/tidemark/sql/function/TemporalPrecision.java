package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.StringValue;

/// How many fractional digits a value has as a date or time.
final class TemporalPrecision {
  private TemporalPrecision() {}

  /// Strings and doubles may have all six.
  static int of(SqlType type) {
    if (type.isString() || type.family() == Family.APPROXIMATE) {
      return SqlType.MAX_FSP;
    }
    return Math.min(ArithmeticFunctions.scale(type), SqlType.MAX_FSP);
  }

  /// A constant string has those that are written.
  static int of(Argument argument) {
    return argument.constant().isPresent() && argument.constant().get() instanceof StringValue text
        ? ofText(text.asString())
        : of(argument.type());
  }

  private static int ofText(String text) {
    int point = text.lastIndexOf('.');
    if (point < 0 || text.indexOf(':') < 0) {
      return 0;
    }
    int digits = 0;
    while (point + 1 + digits < text.length()
        && Character.isDigit(text.charAt(point + 1 + digits))) {
      digits++;
    }
    return Math.min(SqlType.MAX_FSP, digits);
  }
}
