package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How values of two types are compared.
///
/// Source: MySQL manual, Type Conversion in Expression Evaluation. Strings as texts of their common
/// collation; integers as integers; a decimal with a decimal or an integer as decimals; a date or
/// time with a temporal value, a string or a constant number as dates or times; all else as
/// doubles.
public final class ComparisonRules {
  private ComparisonRules() {}

  /// A comparator, and the constants among the operands already converted to what it compares. Use
  /// the converted constant in place of the operand: also as key of an index on the other operand.
  ///
  /// @param comparator compares the operands
  /// @param left the first operand, if it is constant
  /// @param right the second operand, if it is constant
  public record Comparison(
      ValueComparator comparator, Optional<Value> left, Optional<Value> right) {
    static Comparison of(ValueComparator comparator) {
      return new Comparison(comparator, Optional.empty(), Optional.empty());
    }
  }

  /// How to compare `a` with `b` by `operation`, whose sign is for the message of error 1267.
  public static Comparison between(Argument a, Argument b, String operation, BindContext context) {
    SqlType one = a.type();
    SqlType other = b.type();
    if (one.isNull() || other.isNull()) {
      return Comparison.of(ValueComparator.ofType(one.isNull() ? other : one));
    }
    if (one.isTemporal() || other.isTemporal()) {
      return temporal(a, b, operation, context);
    }
    if (comparesAsText(one, other)) {
      return Comparison.of(
          new ValueComparator.Texts(
              CollationRules.aggregate(List.of(a, b), operation, context).collation()));
    }
    if (isExact(one) && isExact(other)) {
      return Comparison.of(
          one.isInteger() && other.isInteger() || hasMembers(one) || hasMembers(other)
              ? new ValueComparator.Integers()
              : new ValueComparator.Decimals());
    }
    return integerWithText(a, b);
  }

  private static boolean hasMembers(SqlType type) {
    return type.family() == Family.MEMBERS;
  }

  /// A bit value next to a string is a binary string.
  private static boolean comparesAsText(SqlType one, SqlType other) {
    boolean bits = one.kind() == TypeKind.BIT || other.kind() == TypeKind.BIT;
    return one.isString() && other.isString() || bits && (one.isString() || other.isString());
  }

  /// Numbers without rounding; ENUM and SET next to a number are their numbers.
  private static boolean isExact(SqlType type) {
    return type.isInteger() || type.family() == Family.DECIMAL || hasMembers(type);
  }

  /// An integer column with a constant string that says an integer: compared as integers.
  private static Comparison integerWithText(Argument a, Argument b) {
    if (a.type().isInteger() && !a.isConstant() && exactInteger(b).isPresent()) {
      return new Comparison(new ValueComparator.Integers(), Optional.empty(), exactInteger(b));
    }
    if (b.type().isInteger() && !b.isConstant() && exactInteger(a).isPresent()) {
      return new Comparison(new ValueComparator.Integers(), exactInteger(a), Optional.empty());
    }
    return Comparison.of(new ValueComparator.Doubles());
  }

  private static Optional<Value> exactInteger(Argument argument) {
    if (argument.constant().isEmpty() || !(argument.constant().get() instanceof StringValue text)) {
      return Optional.empty();
    }
    byte[] bytes = text.bytes();
    int first = bytes.length > 0 && bytes[0] == '-' ? 1 : 0;
    if (bytes.length == first || bytes.length - first > 18) {
      return Optional.empty();
    }
    long number = 0;
    for (int i = first; i < bytes.length; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return Optional.empty();
      }
      number = number * 10 + (bytes[i] - '0');
    }
    return Optional.of(IntValue.of(first == 1 ? -number : number));
  }

  private static Comparison temporal(
      Argument a, Argument b, String operation, BindContext context) {
    SqlType one = a.type();
    SqlType other = b.type();
    boolean bothTimes = one.kind() == TypeKind.TIME && other.kind() == TypeKind.TIME;
    if (one.isTemporal() && other.isTemporal()) {
      return Comparison.of(bothTimes ? new ValueComparator.Times() : new ValueComparator.Moments());
    }
    Argument moment = one.isTemporal() ? a : b;
    Argument rest = one.isTemporal() ? b : a;
    if (!rest.type().isString() && !rest.isConstant()) {
      return Comparison.of(
          rest.type().family() == Family.APPROXIMATE
              ? new ValueComparator.Doubles()
              : new ValueComparator.Decimals());
    }
    Optional<Value> constant = rest.constant().map(v -> convert(v, moment.type(), context));
    ValueComparator comparator =
        moment.type().kind() == TypeKind.TIME
            ? new ValueComparator.Times()
            : new ValueComparator.Moments();
    return one.isTemporal()
        ? new Comparison(comparator, Optional.empty(), constant)
        : new Comparison(comparator, constant, Optional.empty());
  }

  /// A constant beside a temporal operand; a string that is no date is refused with error 1525.
  private static Value convert(Value constant, SqlType type, BindContext context) {
    if (constant.isNull()) {
      return constant;
    }
    if (type.kind() == TypeKind.TIME) {
      return constant.toTime(context) instanceof TimeValue time ? time : constant;
    }
    if (constant instanceof StringValue text) {
      if (TemporalParser.parseExactly(text, context) instanceof DateTimeValue moment) {
        return moment;
      }
      throw new Rejected(
          MySqlError.WRONG_VALUE, type.kind().name().toUpperCase(Locale.ROOT), text.asString());
    }
    return constant.toDateTime(context) instanceof DateTimeValue moment ? moment : constant;
  }
}
