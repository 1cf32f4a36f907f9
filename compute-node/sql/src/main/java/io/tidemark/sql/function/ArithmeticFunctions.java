package io.tidemark.sql.function;

import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import java.util.List;

/// `+ - * / DIV %` and the sign.
///
/// Source: MySQL manual, Arithmetic Operators. Strings and approximate numbers compute as doubles,
/// else decimals as decimals, else 64-bit integers, unsigned if one of them is; overflow is error
/// 1690.
final class ArithmeticFunctions {
  private ArithmeticFunctions() {}

  /// The operators whose three computations differ only in the operation.
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }
  }

  /// What a computation is done in.
  enum Domain {
    INTEGER,
    DECIMAL,
    DOUBLE
  }

  static List<FunctionDefinition> all() {
    return List.of(
        operator(Operator.ADD),
        operator(Operator.SUBTRACT),
        operator(Operator.MULTIPLY),
        new FunctionDefinition("/", 2, 2, Traits.DETERMINISTIC, DivisionFunctions::divide),
        new FunctionDefinition(
            "DIV", 2, 2, Traits.DETERMINISTIC, DivisionFunctions::divideToInteger),
        new FunctionDefinition("%", 2, 2, Traits.DETERMINISTIC, DivisionFunctions::modulo),
        new FunctionDefinition("MOD", 2, 2, Traits.DETERMINISTIC, DivisionFunctions::modulo),
        new FunctionDefinition(
            "NEGATE", 1, 1, Traits.DETERMINISTIC, (a, c) -> negate(a.getFirst())));
  }

  private static FunctionDefinition operator(Operator operator) {
    return new FunctionDefinition(
        operator.sign, 2, 2, Traits.DETERMINISTIC, (a, c) -> bind(operator, a.get(0), a.get(1)));
  }

  static Domain domain(SqlType type) {
    if (type.isInteger() || type.isNull()) {
      return Domain.INTEGER;
    }
    if (type.family() == Family.DECIMAL) {
      return Domain.DECIMAL;
    }
    if (type.isTemporal()) {
      return type.scale() > 0 ? Domain.DECIMAL : Domain.INTEGER;
    }
    return Domain.DOUBLE;
  }

  static Domain domain(SqlType a, SqlType b) {
    Domain one = domain(a);
    Domain other = domain(b);
    return one.compareTo(other) > 0 ? one : other;
  }

  /// Digits before the point of an exact type.
  static int wholeDigits(SqlType type) {
    if (type.isTemporal()) {
      return type.hasDate() ? type.scale() == 0 && type.length() == 10 ? 8 : 14 : 7;
    }
    if (type.isNull()) {
      return 1;
    }
    return (int) type.length() - scale(type);
  }

  static int scale(SqlType type) {
    return type.family() == Family.DECIMAL || type.isTemporal() ? type.scale() : 0;
  }

  private static BoundFunction bind(Operator operator, Argument a, Argument b) {
    SqlType one = a.numericType();
    SqlType other = b.numericType();
    return switch (domain(one, other)) {
      case DOUBLE -> new Doubles(operator, doubleType(one, other));
      case DECIMAL -> new Decimals(operator, decimalType(operator, one, other));
      case INTEGER -> IntegerArithmetic.bind(operator, one, other);
    };
  }

  /// A double keeps the larger number of decimals if both operands have fixed ones.
  static SqlType doubleType(SqlType a, SqlType b) {
    int scale = Math.max(fixedScale(a), fixedScale(b));
    return scale >= SqlType.UNSPECIFIED_SCALE
        ? SqlType.DOUBLE
        : SqlType.doubleOf(scale + 17, scale, false);
  }

  private static int fixedScale(SqlType type) {
    return type.isString() ? SqlType.UNSPECIFIED_SCALE : type.scale();
  }

  private static SqlType decimalType(Operator operator, SqlType a, SqlType b) {
    boolean unsigned = a.unsigned() && b.unsigned();
    if (operator == Operator.MULTIPLY) {
      int scale = Math.min(scale(a) + scale(b), SqlType.MAX_DECIMAL_SCALE);
      return SqlType.decimal(wholeDigits(a) + wholeDigits(b) + scale, scale, unsigned);
    }
    int scale = Math.max(scale(a), scale(b));
    int whole = Math.max(wholeDigits(a), wholeDigits(b)) + 1;
    return SqlType.decimal(whole + scale, scale, unsigned && operator == Operator.ADD);
  }

  /// On doubles.
  private static final class Doubles extends BoundFunction.Binary {
    private final Operator operator;
    private final int decimals;

    Doubles(Operator operator, SqlType type) {
      super(type);
      this.operator = operator;
      this.decimals = type.scale();
    }

    @Override
    protected Value apply(EvalContext context, Value a, Value b) {
      double x = a.toDouble(context);
      double y = b.toDouble(context);
      double result =
          switch (operator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
          };
      if (!Double.isFinite(result)) {
        throw Overflow.of("DOUBLE", a, operator.sign, b);
      }
      return DoubleValue.of(result, decimals);
    }
  }

  /// On decimals.
  private static final class Decimals extends BoundFunction.Binary {
    private final Operator operator;

    Decimals(Operator operator, SqlType type) {
      super(type);
      this.operator = operator;
    }

    @Override
    protected Value apply(EvalContext context, Value a, Value b) {
      DecimalValue x = a.toDecimal(context);
      DecimalValue y = b.toDecimal(context);
      return switch (operator) {
        case ADD -> DecimalMath.add(x, y);
        case SUBTRACT -> DecimalMath.subtract(x, y);
        case MULTIPLY -> DecimalMath.multiply(x, y);
      };
    }
  }

  /// A constant that no negative BIGINT can hold becomes a decimal.
  private static Domain domainOfNegated(Argument argument) {
    boolean huge =
        argument.constant().isPresent()
            && argument.constant().get() instanceof IntValue number
            && number.isUnsigned()
            && number.value() < 0
            && number.value() != Long.MIN_VALUE;
    return huge ? Domain.DECIMAL : domain(argument.numericType());
  }

  private static BoundFunction negate(Argument argument) {
    SqlType type = argument.numericType();
    return switch (domainOfNegated(argument)) {
      case DOUBLE ->
          new BoundFunction.Unary(doubleType(type, type)) {
            @Override
            protected Value apply(EvalContext context, Value a) {
              return DoubleValue.of(-a.toDouble(context), type().scale());
            }
          };
      case DECIMAL ->
          new BoundFunction.Unary(SqlType.decimal(wholeDigits(type) + scale(type), scale(type))) {
            @Override
            protected Value apply(EvalContext context, Value a) {
              return DecimalMath.negate(a.toDecimal(context));
            }
          };
      case INTEGER -> IntegerArithmetic.negate(argument);
    };
  }
}
