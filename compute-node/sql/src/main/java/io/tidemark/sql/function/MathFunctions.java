package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;
import static io.tidemark.sql.function.Calls.two;

import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/// Powers, logarithms, trigonometry, RAND.
///
/// Source: MySQL manual, Mathematical Functions. A result that is no number is NULL, an infinite
/// one error 1690.
final class MathFunctions {
  private static final double RAND_MODULUS = 0x3FFFFFFF;

  private MathFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(real("SQRT", Math::sqrt));
    all.add(real("EXP", Math::exp));
    all.add(real("SIN", Math::sin));
    all.add(real("COS", Math::cos));
    all.add(real("TAN", Math::tan));
    all.add(real("COT", x -> 1 / Math.tan(x)));
    all.add(real("ASIN", Math::asin));
    all.add(real("ACOS", Math::acos));
    all.add(real("DEGREES", Math::toDegrees));
    all.add(real("RADIANS", Math::toRadians));
    all.add(logarithm("LN", Math::log));
    all.add(logarithm("LOG2", MathFunctions::log2));
    all.add(logarithm("LOG10", Math::log10));
    all.add(define("LOG", 1, 2, MathFunctions::log));
    for (String name : List.of("ATAN", "ATAN2")) {
      all.add(define(name, 1, 2, MathFunctions::atan));
    }
    for (String name : List.of("POW", "POWER")) {
      all.add(two(name, SqlType.DOUBLE, MathFunctions::pow));
    }
    all.add(
        define(
            "PI",
            0,
            (a, c) -> Calls.of(SqlType.doubleOf(8, 6, false), x -> DoubleValue.of(Math.PI, 6))));
    all.add(new FunctionDefinition("RAND", 0, 1, Traits.VOLATILE, MathFunctions::rand));
    return List.copyOf(all);
  }

  private static FunctionDefinition real(String name, DoubleUnaryOperator operator) {
    return one(
        name,
        SqlType.DOUBLE,
        (c, a) -> {
          double result = operator.applyAsDouble(a.toDouble(c));
          if (Double.isInfinite(result)) {
            throw Overflow.of("DOUBLE", name.toLowerCase(Locale.ROOT), a);
          }
          return Double.isNaN(result) ? NullValue.NULL : DoubleValue.of(result);
        });
  }

  private static FunctionDefinition logarithm(String name, DoubleUnaryOperator operator) {
    return one(name, SqlType.DOUBLE, (c, a) -> positive(c, a.toDouble(c), operator));
  }

  private static Value positive(EvalContext context, double number, DoubleUnaryOperator operator) {
    if (number <= 0) {
      return invalidLogarithm(context);
    }
    return DoubleValue.of(operator.applyAsDouble(number));
  }

  private static Value invalidLogarithm(EvalContext context) {
    context.warn(MySqlError.INVALID_ARGUMENT_FOR_LOGARITHM);
    return NullValue.NULL;
  }

  /// Exact for powers of two.
  private static double log2(double number) {
    int exponent = Math.getExponent(number);
    double mantissa = Math.scalb(number, -exponent);
    return exponent + Math.log(mantissa) / Math.log(2);
  }

  /// LOG(x) is natural, LOG(base, x) is not.
  private static BoundFunction log(List<Argument> arguments, BindContext context) {
    if (arguments.size() == 1) {
      return Calls.of(SqlType.DOUBLE, (Calls.One) (c, a) -> positive(c, a.toDouble(c), Math::log));
    }
    return Calls.of(
        SqlType.DOUBLE,
        (c, b, a) -> {
          double base = b.toDouble(c);
          double number = a.toDouble(c);
          if (base <= 0 || number <= 0 || base == 1) {
            return invalidLogarithm(c);
          }
          return DoubleValue.of(Math.log(number) / Math.log(base));
        });
  }

  private static BoundFunction atan(List<Argument> arguments, BindContext context) {
    if (arguments.size() == 1) {
      return Calls.of(
          SqlType.DOUBLE, (Calls.One) (c, a) -> DoubleValue.of(Math.atan(a.toDouble(c))));
    }
    return Calls.of(
        SqlType.DOUBLE,
        (Calls.Two) (c, a, b) -> DoubleValue.of(Math.atan2(a.toDouble(c), b.toDouble(c))));
  }

  private static Value pow(EvalContext context, Value a, Value b) {
    double result = Math.pow(a.toDouble(context), b.toDouble(context));
    if (!Double.isFinite(result)) {
      throw Overflow.of("DOUBLE", "pow", a, b);
    }
    return DoubleValue.of(result);
  }

  private static BoundFunction rand(List<Argument> arguments, BindContext context) {
    if (arguments.isEmpty()) {
      return Calls.of(SqlType.DOUBLE, (Calls.None) c -> DoubleValue.of(c.random()));
    }
    return new SeededRandom(arguments.getFirst().isConstant());
  }

  /// RAND(seed): with a constant seed a sequence over the rows of a statement, otherwise one number
  /// per row.
  private static final class SeededRandom extends BoundFunction {
    private final boolean sequence;

    SeededRandom(boolean sequence) {
      super(SqlType.DOUBLE);
      this.sequence = sequence;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value seed = operands[0].evaluate(context, row);
      long number = seed.isNull() ? 0 : seed.toLong(context);
      Generator generator =
          sequence ? context.state(this, () -> new Generator(number)) : new Generator(number);
      return DoubleValue.of(generator.next());
    }
  }

  /// MySQL's generator, so that a seed gives the numbers that it gives there.
  private static final class Generator {
    private long first;
    private long second;

    Generator(long seed) {
      first = ((seed * 0x10001L + 55_555_555L) & 0xFFFFFFFFL) % (long) RAND_MODULUS;
      second = ((seed * 0x10000001L) & 0xFFFFFFFFL) % (long) RAND_MODULUS;
    }

    double next() {
      first = (first * 3 + second) % (long) RAND_MODULUS;
      second = (first + second + 33) % (long) RAND_MODULUS;
      return (double) first / RAND_MODULUS;
    }
  }
}
