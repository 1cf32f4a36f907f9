package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.function.ArithmeticFunctions.Domain;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// ROUND, TRUNCATE, FLOOR, CEILING, ABS, SIGN, FORMAT: exact numbers stay exact, half rounds away
/// from zero; doubles round half to even, as C's rint.
///
/// Source: MySQL manual, Mathematical Functions and Rounding Behavior.
final class RoundingFunctions {
  private static final int MAX_FORMAT_DECIMALS = 30;

  /// Digits of a DECIMAL whose FLOOR surely is a BIGINT.
  private static final int LONG_DIGITS = 18;

  private RoundingFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(define("ROUND", 1, 2, (a, c) -> bind(a, c, RoundingMode.HALF_UP)));
    all.add(define("TRUNCATE", 2, (a, c) -> bind(a, c, RoundingMode.DOWN)));
    all.add(define("FLOOR", 1, (a, c) -> toInteger(a.getFirst().type(), RoundingMode.FLOOR)));
    for (String name : List.of("CEILING", "CEIL")) {
      all.add(define(name, 1, (a, c) -> toInteger(a.getFirst().type(), RoundingMode.CEILING)));
    }
    all.add(define("ABS", 1, (a, c) -> abs(a.getFirst().type())));
    all.add(one("SIGN", SqlType.integerOfDigits(1, false), RoundingFunctions::sign));
    all.add(define("FORMAT", 2, 3, RoundingFunctions::format));
    return List.copyOf(all);
  }

  private static BoundFunction bind(
      List<Argument> arguments, BindContext context, RoundingMode mode) {
    SqlType type = arguments.getFirst().type();
    boolean fixed = arguments.size() == 1 || arguments.get(1).isConstant();
    int decimals = 0;
    if (arguments.size() == 2) {
      Value constant = arguments.get(1).constant().orElse(IntValue.ZERO);
      decimals = constant.isNull() ? 0 : decimals(constant, context);
    }
    int places = decimals;
    return switch (ArithmeticFunctions.domain(type)) {
      case INTEGER -> integers(arguments.size(), type, mode);
      case DECIMAL -> decimals(arguments.size(), type, fixed, places, mode);
      case DOUBLE -> doubles(arguments.size(), fixed, places, mode);
    };
  }

  private static int decimals(Value value, ConversionContext context) {
    boolean huge = value instanceof IntValue number && number.isUnsigned() && number.value() < 0;
    return huge ? 400 : Math.clamp(value.toLong(context), -400, 400);
  }

  /// One argument, or two of which the second are the decimals.
  private static BoundFunction rounding(int arguments, SqlType type, Calls.Two body) {
    return arguments == 1
        ? Calls.of(type, (Calls.One) (c, a) -> body.apply(c, a, IntValue.ZERO))
        : Calls.of(type, body);
  }

  private static BoundFunction integers(int arguments, SqlType type, RoundingMode mode) {
    boolean unsigned = type.unsigned();
    int digits = ArithmeticFunctions.wholeDigits(type);
    return rounding(
        arguments,
        SqlType.integerOfDigits(
            digits + (mode == RoundingMode.HALF_UP && arguments == 2 ? 1 : 0), unsigned),
        (c, a, d) -> {
          int places = decimals(d, c);
          long number = a.toLong(c);
          if (places >= 0) {
            return IntValue.of(number, unsigned);
          }
          if (places < -20) {
            return IntValue.of(0, unsigned);
          }
          BigInteger exact =
              unsigned ? DecimalValue.ofUnsigned(number).unscaled() : BigInteger.valueOf(number);
          BigInteger rounded = new BigDecimal(exact).setScale(places, mode).toBigInteger();
          if (rounded.bitLength() > (unsigned ? 64 : 63)) {
            throw Overflow.of(unsigned ? "BIGINT UNSIGNED" : "BIGINT", "round", a, d);
          }
          return IntValue.of(rounded.longValue(), unsigned);
        });
  }

  private static BoundFunction decimals(
      int arguments, SqlType type, boolean fixed, int places, RoundingMode mode) {
    int scale =
        fixed ? Math.clamp(places, 0, SqlType.MAX_DECIMAL_SCALE) : ArithmeticFunctions.scale(type);
    int whole = ArithmeticFunctions.wholeDigits(type) + (mode == RoundingMode.HALF_UP ? 1 : 0);
    return rounding(
        arguments,
        SqlType.decimal(whole + scale, scale, type.unsigned()),
        (c, a, d) -> {
          int wanted = fixed ? places : Math.min(decimals(d, c), scale);
          DecimalValue number = a.toDecimal(c);
          if (wanted < 0) {
            return wanted < -SqlType.MAX_DECIMAL_PRECISION
                ? DecimalValue.of(0, scale)
                : DecimalMath.rescale(DecimalMath.rescale(number, wanted, mode), scale, mode);
          }
          DecimalValue rounded = DecimalMath.rescale(number, Math.min(wanted, scale), mode);
          return DecimalMath.rescale(rounded, scale, mode);
        });
  }

  private static BoundFunction doubles(
      int arguments, boolean fixed, int places, RoundingMode mode) {
    SqlType type =
        fixed && places >= 0 && places < SqlType.UNSPECIFIED_SCALE
            ? SqlType.doubleOf(places + 17, places, false)
            : fixed && places < 0 ? SqlType.doubleOf(17, 0, false) : SqlType.DOUBLE;
    return rounding(
        arguments,
        type,
        (c, a, d) -> DoubleValue.of(round(a.toDouble(c), decimals(d, c), mode), type.scale()));
  }

  /// As MySQL rounds doubles: scaled up, to an integer, scaled down.
  static double round(double number, int places, RoundingMode mode) {
    double power = Math.pow(10, Math.abs(places));
    if (places < 0 && Double.isInfinite(power)) {
      return 0;
    }
    double scaled = places < 0 ? number / power : number * power;
    if (!Double.isFinite(scaled) || Double.isInfinite(power)) {
      return number;
    }
    double whole;
    if (mode == RoundingMode.DOWN) {
      whole = number >= 0 ? Math.floor(scaled) : Math.ceil(scaled);
    } else {
      whole = Math.rint(scaled);
    }
    return places < 0 ? whole * power : whole / power;
  }

  private static BoundFunction toInteger(SqlType type, RoundingMode mode) {
    int whole = ArithmeticFunctions.wholeDigits(type);
    return switch (ArithmeticFunctions.domain(type)) {
      case INTEGER ->
          Calls.of(
              SqlType.integerOfDigits(whole, type.unsigned()),
              (Calls.One) (c, a) -> IntValue.of(a.toLong(c), type.unsigned()));
      case DECIMAL ->
          whole <= LONG_DIGITS
              ? Calls.of(
                  SqlType.integerOfDigits(whole + 1, type.unsigned()),
                  (Calls.One)
                      (c, a) ->
                          IntValue.of(
                              DecimalMath.rescale(a.toDecimal(c), 0, mode).compact(),
                              type.unsigned()))
              : Calls.of(
                  SqlType.decimal(whole + 1, 0, type.unsigned()),
                  (Calls.One) (c, a) -> DecimalMath.rescale(a.toDecimal(c), 0, mode));
      case DOUBLE ->
          Calls.of(
              SqlType.doubleOf(17, 0, false),
              (Calls.One)
                  (c, a) -> {
                    double number = a.toDouble(c);
                    return DoubleValue.of(
                        mode == RoundingMode.FLOOR ? Math.floor(number) : Math.ceil(number), 0);
                  });
    };
  }

  private static BoundFunction abs(SqlType type) {
    return switch (ArithmeticFunctions.domain(type)) {
      case INTEGER ->
          Calls.of(
              SqlType.integerOfDigits(ArithmeticFunctions.wholeDigits(type), type.unsigned()),
              (Calls.One)
                  (c, a) -> {
                    long number = a.toLong(c);
                    if (number == Long.MIN_VALUE && !type.unsigned()) {
                      throw Overflow.of("BIGINT", "abs", a);
                    }
                    return IntValue.of(
                        type.unsigned() ? number : Math.abs(number), type.unsigned());
                  });
      case DECIMAL ->
          Calls.of(
              SqlType.decimal(
                  ArithmeticFunctions.wholeDigits(type) + ArithmeticFunctions.scale(type),
                  ArithmeticFunctions.scale(type),
                  type.unsigned()),
              (Calls.One)
                  (c, a) -> {
                    DecimalValue number = a.toDecimal(c);
                    return number.signum() < 0 ? DecimalMath.negate(number) : number;
                  });
      case DOUBLE -> {
        SqlType result = ArithmeticFunctions.doubleType(type, type);
        yield Calls.of(
            result, (Calls.One) (c, a) -> DoubleValue.of(Math.abs(a.toDouble(c)), result.scale()));
      }
    };
  }

  private static Value sign(EvalContext context, Value a) {
    if (a instanceof IntValue number) {
      return IntValue.of(
          number.isUnsigned() && number.value() != 0 ? 1 : Long.signum(number.value()));
    }
    return IntValue.of(
        a instanceof DecimalValue number
            ? number.signum()
            : (int) Math.signum(a.toDouble(context)));
  }

  /// FORMAT(number, decimals[, locale]): thousands separated as in en_US; other locales are
  /// refused.
  private static BoundFunction format(List<Argument> arguments, BindContext context) {
    Derived derived = new Derived(context.connectionCollation(), Coercibility.COERCIBLE);
    boolean exact = ArithmeticFunctions.domain(arguments.getFirst().type()) != Domain.DOUBLE;
    if (arguments.size() == 3) {
      String locale = arguments.get(2).constant().map(Value::asString).orElse("");
      if (!locale.equalsIgnoreCase("en_US") && !locale.equals("NULL")) {
        throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "FORMAT with locale " + locale);
      }
    }
    long length = ResultTypes.textLength(arguments.getFirst().type()) * 2 + MAX_FORMAT_DECIMALS;
    return Calls.text(
        derived,
        length,
        (c, a, d) -> {
          int places = Math.clamp(d.toLong(c), 0, MAX_FORMAT_DECIMALS);
          BigDecimal number =
              exact
                  ? a.toDecimal(c).toBigDecimal().setScale(places, RoundingMode.HALF_UP)
                  : new BigDecimal(
                          Double.toString(round(a.toDouble(c), places, RoundingMode.HALF_UP)))
                      .setScale(places, RoundingMode.HALF_EVEN);
          return new StringValue(
              derived
                  .collation()
                  .charset()
                  .convert(StringValue.of(grouped(number)).bytes(), Charset.UTF8MB4),
              derived.collation());
        });
  }

  private static String grouped(BigDecimal number) {
    String text = number.abs().toPlainString();
    int point = text.indexOf('.') < 0 ? text.length() : text.indexOf('.');
    StringBuilder out = new StringBuilder(number.signum() < 0 ? "-" : "");
    for (int i = 0; i < point; i++) {
      if (i > 0 && (point - i) % 3 == 0) {
        out.append(',');
      }
      out.append(text.charAt(i));
    }
    return out.append(text, point, text.length()).toString();
  }
}
