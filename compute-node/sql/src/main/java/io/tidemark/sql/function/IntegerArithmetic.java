package io.tidemark.sql.function;

import io.tidemark.sql.function.ArithmeticFunctions.Operator;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;

/// `+ - *` and the sign on 64-bit integers.
final class IntegerArithmetic {
  private IntegerArithmetic() {}

  static BoundFunction bind(Operator operator, SqlType a, SqlType b) {
    int digits =
        operator == Operator.MULTIPLY
            ? ArithmeticFunctions.wholeDigits(a) + ArithmeticFunctions.wholeDigits(b)
            : Math.max(ArithmeticFunctions.wholeDigits(a), ArithmeticFunctions.wholeDigits(b)) + 1;
    if (!a.unsigned() && !b.unsigned()) {
      return new Signed(operator, SqlType.integerOfDigits(digits, false));
    }
    return new Mixed(operator, SqlType.integerOfDigits(digits, true), a.unsigned(), b.unsigned());
  }

  /// Both operands are signed, and so is the result.
  private static final class Signed extends BoundFunction.Binary {
    private final Operator operator;

    Signed(Operator operator, SqlType type) {
      super(type);
      this.operator = operator;
    }

    @Override
    protected Value apply(EvalContext context, Value a, Value b) {
      long x = a.toLong(context);
      long y = b.toLong(context);
      long result;
      boolean overflow;
      switch (operator) {
        case ADD -> {
          result = x + y;
          overflow = ((x ^ result) & (y ^ result)) < 0;
        }
        case SUBTRACT -> {
          result = x - y;
          overflow = ((x ^ y) & (x ^ result)) < 0;
        }
        case MULTIPLY -> {
          result = x * y;
          overflow = Math.multiplyHigh(x, y) != result >> 63;
        }
        default -> throw new IllegalStateException("operator " + operator);
      }
      if (overflow) {
        throw Overflow.of("BIGINT", a, operator.sign(), b);
      }
      return IntValue.of(result);
    }
  }

  /// One operand at least is unsigned, and so is the result.
  private static final class Mixed extends BoundFunction.Binary {
    private final Operator operator;
    private final boolean leftUnsigned;
    private final boolean rightUnsigned;

    Mixed(Operator operator, SqlType type, boolean leftUnsigned, boolean rightUnsigned) {
      super(type);
      this.operator = operator;
      this.leftUnsigned = leftUnsigned;
      this.rightUnsigned = rightUnsigned;
    }

    @Override
    protected Value apply(EvalContext context, Value a, Value b) {
      long x = a.toLong(context);
      long y = b.toLong(context);
      boolean small = x >= 0 && y >= 0;
      if (small) {
        long result =
            operator == Operator.ADD ? x + y : operator == Operator.SUBTRACT ? x - y : x * y;
        boolean fits =
            switch (operator) {
              case ADD -> true;
              case SUBTRACT -> result >= 0;
              case MULTIPLY -> Math.multiplyHigh(x, y) == 0;
            };
        if (fits) {
          return IntValue.ofUnsigned(result);
        }
      }
      return exactly(context, a, b, wide(x, leftUnsigned), wide(y, rightUnsigned));
    }

    private static DecimalValue wide(long bits, boolean unsigned) {
      return unsigned ? DecimalValue.ofUnsigned(bits) : DecimalValue.of(bits, 0);
    }

    private Value exactly(EvalContext context, Value a, Value b, DecimalValue x, DecimalValue y) {
      DecimalValue result =
          switch (operator) {
            case ADD -> DecimalMath.add(x, y);
            case SUBTRACT -> DecimalMath.subtract(x, y);
            case MULTIPLY -> DecimalMath.multiply(x, y);
          };
      boolean signed =
          operator == Operator.SUBTRACT && context.hasMode(SqlMode.NO_UNSIGNED_SUBTRACTION);
      if (signed) {
        if (result.unscaled().bitLength() > 63) {
          throw Overflow.of("BIGINT", a, operator.sign(), b);
        }
        return IntValue.of(result.unscaled().longValue());
      }
      if (result.signum() < 0 || result.unscaled().bitLength() > 64) {
        throw Overflow.of("BIGINT UNSIGNED", a, operator.sign(), b);
      }
      return IntValue.ofUnsigned(result.unscaled().longValue());
    }
  }

  static BoundFunction negate(Argument argument) {
    boolean unsigned = argument.numericType().unsigned();
    int digits = ArithmeticFunctions.wholeDigits(argument.numericType());
    return new BoundFunction.Unary(SqlType.integerOfDigits(digits, false)) {
      @Override
      protected Value apply(EvalContext context, Value a) {
        long x = a.toLong(context);
        boolean overflow = x == Long.MIN_VALUE ? !unsigned : unsigned && x < 0;
        if (overflow) {
          throw Overflow.of("BIGINT", "-", a);
        }
        return IntValue.of(-x);
      }
    };
  }
}
