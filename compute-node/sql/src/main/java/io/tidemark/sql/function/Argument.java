package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.Optional;

/// What is known of an argument when a function is bound.
///
/// @param type its type
/// @param coercibility how firmly its collation holds
/// @param constant its value, if it is a literal or was folded
public record Argument(SqlType type, Coercibility coercibility, Optional<Value> constant) {
  /// A column.
  public static Argument column(SqlType type) {
    Coercibility coercibility = type.isString() ? Coercibility.IMPLICIT : Coercibility.NUMERIC;
    return new Argument(type, coercibility, Optional.empty());
  }

  /// A literal.
  public static Argument literal(SqlType type, Value value) {
    Coercibility coercibility = Coercibility.COERCIBLE;
    if (value.equals(NullValue.NULL)) {
      coercibility = Coercibility.IGNORABLE;
    } else if (!type.isString() && !(value instanceof BitValue)) {
      coercibility = Coercibility.NUMERIC;
    }
    return new Argument(type, coercibility, Optional.of(value));
  }

  /// The result of a function.
  public static Argument of(BoundFunction function) {
    return new Argument(function.type(), function.coercibility(), Optional.empty());
  }

  /// The type as an operand of arithmetic: a hexadecimal or bit literal is an unsigned integer
  /// there.
  SqlType numericType() {
    return constant.isPresent() && constant.get() instanceof BitValue && type.isString()
        ? SqlType.BIGINT_UNSIGNED
        : type;
  }

  public boolean isConstant() {
    return constant.isPresent();
  }
}
