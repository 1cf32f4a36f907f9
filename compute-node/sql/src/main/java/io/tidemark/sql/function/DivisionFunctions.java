package io.tidemark.sql.function;

import io.tidemark.sql.function.ArithmeticFunctions.Domain;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import java.math.BigInteger;
import java.util.List;

/// `/`, `DIV` and `%`. Division by zero is NULL, with warning 1365 under
/// ERROR_FOR_DIVISION_BY_ZERO; that it is an error in a strict INSERT or UPDATE is the business of
/// the statement.
final class DivisionFunctions {
  private DivisionFunctions() {}

  private static Value byZero(EvalContext context) {
    if (context.hasMode(SqlMode.ERROR_FOR_DIVISION_BY_ZERO)) {
      context.warn(MySqlError.DIVISION_BY_ZERO);
    }
    return NullValue.NULL;
  }

  static BoundFunction divide(List<Argument> arguments, BindContext context) {
    SqlType a = arguments.get(0).numericType();
    SqlType b = arguments.get(1).numericType();
    int increment = context.divisionPrecisionIncrement();
    if (ArithmeticFunctions.domain(a, b) == Domain.DOUBLE) {
      SqlType sum = ArithmeticFunctions.doubleType(a, b);
      int scale =
          sum.scale() >= SqlType.UNSPECIFIED_SCALE
              ? sum.scale()
              : ArithmeticFunctions.scale(a) + increment;
      return new BoundFunction.Binary(
          scale >= SqlType.UNSPECIFIED_SCALE
              ? SqlType.DOUBLE
              : SqlType.doubleOf(scale + 17, scale, false)) {
        @Override
        protected Value apply(EvalContext context, Value a, Value b) {
          double divisor = b.toDouble(context);
          if (divisor == 0) {
            return byZero(context);
          }
          double quotient = a.toDouble(context) / divisor;
          if (!Double.isFinite(quotient)) {
            throw Overflow.of("DOUBLE", a, "/", b);
          }
          return DoubleValue.of(quotient, type().scale());
        }
      };
    }
    int scale = Math.min(ArithmeticFunctions.scale(a) + increment, SqlType.MAX_DECIMAL_SCALE);
    int whole = ArithmeticFunctions.wholeDigits(a) + ArithmeticFunctions.scale(b);
    return new BoundFunction.Binary(
        SqlType.decimal(whole + scale, scale, a.unsigned() && b.unsigned())) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        DecimalValue divisor = b.toDecimal(context);
        if (divisor.signum() == 0) {
          return byZero(context);
        }
        return DecimalMath.divide(a.toDecimal(context), divisor, increment);
      }
    };
  }

  static BoundFunction divideToInteger(List<Argument> arguments, BindContext context) {
    SqlType a = arguments.get(0).numericType();
    SqlType b = arguments.get(1).numericType();
    boolean unsigned = a.unsigned() || b.unsigned();
    SqlType type = SqlType.integerOfDigits(ArithmeticFunctions.wholeDigits(a), unsigned);
    if (ArithmeticFunctions.domain(a, b) == Domain.INTEGER && !unsigned) {
      return new BoundFunction.Binary(type) {
        @Override
        protected Value apply(EvalContext context, Value a, Value b) {
          long x = a.toLong(context);
          long y = b.toLong(context);
          if (y == 0) {
            return byZero(context);
          }
          if (x == Long.MIN_VALUE && y == -1) {
            throw Overflow.of("BIGINT", a, "DIV", b);
          }
          return IntValue.of(x / y);
        }
      };
    }
    return new BoundFunction.Binary(type) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        DecimalValue divisor = b.toDecimal(context);
        if (divisor.signum() == 0) {
          return byZero(context);
        }
        BigInteger quotient = DecimalMath.divideToInteger(a.toDecimal(context), divisor);
        boolean fits =
            unsigned
                ? quotient.signum() >= 0 && quotient.bitLength() <= 64
                : quotient.bitLength() <= 63;
        if (!fits) {
          throw Overflow.of(unsigned ? "BIGINT UNSIGNED" : "BIGINT", a, "DIV", b);
        }
        return IntValue.of(quotient.longValue(), unsigned);
      }
    };
  }

  static BoundFunction modulo(List<Argument> arguments, BindContext context) {
    SqlType a = arguments.get(0).numericType();
    SqlType b = arguments.get(1).numericType();
    return switch (ArithmeticFunctions.domain(a, b)) {
      case DOUBLE ->
          new BoundFunction.Binary(ArithmeticFunctions.doubleType(a, b)) {
            @Override
            protected Value apply(EvalContext context, Value a, Value b) {
              double divisor = b.toDouble(context);
              return divisor == 0
                  ? byZero(context)
                  : DoubleValue.of(a.toDouble(context) % divisor, type().scale());
            }
          };
      case DECIMAL -> decimalModulo(a, b);
      case INTEGER -> integerModulo(a, b);
    };
  }

  private static BoundFunction decimalModulo(SqlType a, SqlType b) {
    int scale = Math.max(ArithmeticFunctions.scale(a), ArithmeticFunctions.scale(b));
    int whole = Math.max(ArithmeticFunctions.wholeDigits(a), ArithmeticFunctions.wholeDigits(b));
    return new BoundFunction.Binary(SqlType.decimal(whole + scale, scale, a.unsigned())) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        DecimalValue divisor = b.toDecimal(context);
        return divisor.signum() == 0
            ? byZero(context)
            : DecimalMath.remainder(a.toDecimal(context), divisor);
      }
    };
  }

  /// The sign is the first operand's; the type is unsigned if that is.
  private static BoundFunction integerModulo(SqlType a, SqlType b) {
    int digits = Math.max(ArithmeticFunctions.wholeDigits(a), ArithmeticFunctions.wholeDigits(b));
    boolean dividendUnsigned = a.unsigned();
    boolean divisorUnsigned = b.unsigned();
    return new BoundFunction.Binary(SqlType.integerOfDigits(digits, dividendUnsigned)) {
      @Override
      protected Value apply(EvalContext context, Value a, Value b) {
        long x = a.toLong(context);
        long y = b.toLong(context);
        if (y == 0) {
          return byZero(context);
        }
        boolean negative = !dividendUnsigned && x < 0;
        long dividend = negative ? -x : x;
        long divisor = !divisorUnsigned && y < 0 ? -y : y;
        long remainder =
            dividend >= 0 && divisor > 0
                ? dividend % divisor
                : Long.remainderUnsigned(dividend, divisor);
        return IntValue.of(negative ? -remainder : remainder, dividendUnsigned);
      }
    };
  }
}
