package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.two;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// DATE_ADD, DATE_SUB, ADDDATE, SUBDATE, TIMESTAMPADD, ADDTIME, SUBTIME, DATEDIFF, TIMEDIFF,
/// TIMESTAMPDIFF, PERIOD_ADD, PERIOD_DIFF.
///
/// `date + INTERVAL n unit` is DATE_ADD(date, n, 'unit'). Source: MySQL manual, Date and Time
/// Functions.
final class TemporalArithmeticFunctions {
  private TemporalArithmeticFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(define("DATE_ADD", 3, (a, c) -> add(a, false, c)));
    all.add(define("DATE_SUB", 3, (a, c) -> add(a, true, c)));
    all.add(
        define("ADDDATE", 2, 3, (a, c) -> a.size() == 3 ? add(a, false, c) : addDays(a, false, c)));
    all.add(
        define("SUBDATE", 2, 3, (a, c) -> a.size() == 3 ? add(a, true, c) : addDays(a, true, c)));
    all.add(define("TIMESTAMPADD", 3, TemporalArithmeticFunctions::timestampAdd));
    all.add(define("ADDTIME", 2, (a, c) -> addTime(a, 1, c)));
    all.add(define("SUBTIME", 2, (a, c) -> addTime(a, -1, c)));
    all.add(
        two("DATEDIFF", SqlType.integerOfDigits(7, false), TemporalArithmeticFunctions::dateDiff));
    all.add(define("TIMEDIFF", 2, TemporalArithmeticFunctions::timeDiff));
    all.add(define("TIMESTAMPDIFF", 3, TemporalArithmeticFunctions::timestampDiff));
    all.add(
        two(
            "PERIOD_ADD",
            SqlType.integerOfDigits(6, false),
            (c, p, n) -> periodAdd(p.toLong(c), n.toLong(c))));
    all.add(
        two(
            "PERIOD_DIFF",
            SqlType.integerOfDigits(6, false),
            (c, a, b) -> IntValue.of(months(a.toLong(c)) - months(b.toLong(c)))));
    return List.copyOf(all);
  }

  /// ADDDATE(date, n) adds days.
  private static BoundFunction addDays(
      List<Argument> arguments, boolean subtract, BindContext context) {
    Value unit = StringValue.of("DAY");
    Argument word = Argument.literal(SqlType.varchar(3, Collations.UTF8MB4_0900_AI_CI), unit);
    BoundFunction add = add(List.of(arguments.get(0), arguments.get(1), word), subtract, context);
    return new BoundFunction(add.type(), add.coercibility()) {
      @Override
      public <R> Value evaluate(EvalContext c, Operand<R>[] operands, R row) {
        Value[] values = {operands[0].evaluate(c, row), operands[1].evaluate(c, row), unit};
        return add.evaluate(c, values);
      }
    };
  }

  private static TemporalUnit unit(Argument argument) {
    return TemporalUnit.parse(argument.constant().map(Value::asString).orElse(""));
  }

  /// Fractional digits that adding such an amount needs.
  private static int fspOf(SqlType amount, TemporalUnit unit) {
    if (unit.hasMicroseconds()) {
      return SqlType.MAX_FSP;
    }
    return unit == TemporalUnit.SECOND ? TemporalPrecision.of(amount) : 0;
  }

  /// The result is of the first argument's type where that can hold it; a text for a text.
  private static BoundFunction add(
      List<Argument> arguments, boolean subtract, BindContext context) {
    SqlType base = arguments.get(0).type();
    TemporalUnit unit = unit(arguments.get(2));
    int amountFsp = fspOf(arguments.get(1).type(), unit);
    int fsp = Math.max(TemporalPrecision.of(base), amountFsp);
    if (base.kind() == TypeKind.TIME && !unit.countsMonths()) {
      return Calls.of(
          SqlType.time(fsp),
          (c, time, n, ignored) ->
              time.toTime(c) instanceof TimeValue t
                  ? amount(n, unit, subtract, c).addTo(t, fsp, c)
                  : NullValue.NULL);
    }
    if (base.kind() == TypeKind.DATE && unit.isDateOnly()) {
      return Calls.of(
          SqlType.DATE,
          (c, date, n, ignored) -> sum(date, amount(n, unit, subtract, c), 0, c).toDate(c));
    }
    if (base.isTemporal()) {
      return Calls.of(
          SqlType.datetime(fsp),
          (c, date, n, ignored) -> sum(date, amount(n, unit, subtract, c), fsp, c));
    }
    return textSum(unit, subtract, amountFsp, context);
  }

  private static BoundFunction textSum(
      TemporalUnit unit, boolean subtract, int amountFsp, BindContext context) {
    Collation collation = context.connectionCollation();
    return new BoundFunction.Ternary(SqlType.varchar(29, collation), Coercibility.COERCIBLE) {
      @Override
      protected Value apply(EvalContext c, Value date, Value n, Value ignored) {
        Value parsed = TemporalParser.parse(date, c);
        int own =
            parsed instanceof DateTimeValue moment && moment.microsecond() != 0
                ? SqlType.MAX_FSP
                : 0;
        IntervalAmount amount = amount(n, unit, subtract, c);
        boolean fraction = amount.micros() % 1_000_000 != 0 && amountFsp > 0;
        Value sum = sum(parsed, amount, Math.max(own, fraction ? SqlType.MAX_FSP : 0), c);
        if (sum.isNull()) {
          return sum;
        }
        boolean dateOnly = parsed instanceof DateValue && unit.isDateOnly();
        return (dateOnly ? sum.toDate(c) : sum).toText().in(collation);
      }
    };
  }

  private static IntervalAmount amount(
      Value n, TemporalUnit unit, boolean subtract, EvalContext context) {
    IntervalAmount amount = IntervalAmount.of(n, unit, context);
    return subtract ? amount.negated() : amount;
  }

  private static Value sum(Value date, IntervalAmount amount, int fsp, EvalContext context) {
    return !date.isNull()
            && TemporalFieldFunctions.moment(date, true, context) instanceof DateTimeValue moment
        ? amount.addTo(moment, fsp, context)
        : NullValue.NULL;
  }

  private static BoundFunction timestampAdd(List<Argument> arguments, BindContext context) {
    List<Argument> reordered = List.of(arguments.get(2), arguments.get(1), arguments.get(0));
    BoundFunction add = add(reordered, false, context);
    return new BoundFunction(add.type(), add.coercibility()) {
      @Override
      public <R> Value evaluate(EvalContext c, Operand<R>[] operands, R row) {
        Value[] values = {
          operands[2].evaluate(c, row), operands[1].evaluate(c, row), operands[0].evaluate(c, row)
        };
        return add.evaluate(c, values);
      }
    };
  }

  private static Value dateDiff(EvalContext context, Value a, Value b) {
    if (TemporalFieldFunctions.moment(a, true, context) instanceof DateTimeValue one
        && TemporalFieldFunctions.moment(b, true, context) instanceof DateTimeValue other) {
      return IntValue.of(one.date().dayNumber() - other.date().dayNumber());
    }
    return NullValue.NULL;
  }

  /// Of two times or two moments; NULL if one is the one and one the other.
  private static BoundFunction timeDiff(List<Argument> arguments, BindContext context) {
    int fsp =
        Math.max(TemporalPrecision.of(arguments.get(0)), TemporalPrecision.of(arguments.get(1)));
    return Calls.of(
        SqlType.time(fsp),
        (c, a, b) -> {
          Value one = timeOrMoment(a, c);
          Value other = timeOrMoment(b, c);
          if (one instanceof TimeValue x && other instanceof TimeValue y) {
            return limited(x.micros() - y.micros(), fsp, c);
          }
          if (one instanceof DateTimeValue x && other instanceof DateTimeValue y) {
            return limited(x.micros() - y.micros(), fsp, c);
          }
          return NullValue.NULL;
        });
  }

  private static Value limited(long micros, int fsp, EvalContext context) {
    if (Math.abs(micros) > TimeValue.MAX_MICROS) {
      context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "time", timeText(micros));
    }
    return TimeValue.limited(micros, fsp);
  }

  private static String timeText(long micros) {
    long seconds = Math.abs(micros) / 1_000_000;
    return String.format(
        Locale.ROOT,
        "%s%02d:%02d:%02d",
        micros < 0 ? "-" : "",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60);
  }

  private static Value timeOrMoment(Value value, EvalContext context) {
    if (value instanceof TimeValue || value instanceof DateTimeValue) {
      return value;
    }
    if (value instanceof DateValue date) {
      return date.atMidnight();
    }
    Value parsed = TemporalParser.parseTimeOrMoment(value, context);
    return parsed instanceof DateValue date ? date.atMidnight() : parsed;
  }

  /// ADDTIME and SUBTIME: the second argument is a time.
  private static BoundFunction addTime(List<Argument> arguments, int sign, BindContext context) {
    SqlType base = arguments.get(0).type();
    int fsp =
        Math.max(TemporalPrecision.of(arguments.get(0)), TemporalPrecision.of(arguments.get(1)));
    SqlType type =
        base.kind() == TypeKind.TIME
            ? SqlType.time(fsp)
            : base.isTemporal()
                ? SqlType.datetime(fsp)
                : SqlType.varchar(29, context.connectionCollation());
    boolean asText = type.isString();
    return Calls.of(
        type,
        (c, a, b) -> {
          Value one = base.kind() == TypeKind.DATE ? a.toDateTime(c) : timeOrMoment(a, c);
          Value other = timeOrMoment(b, c);
          if (one.isNull() || !(other instanceof TimeValue time)) {
            return NullValue.NULL;
          }
          long delta = time.micros() * sign;
          Value sum;
          if (one instanceof TimeValue t) {
            int shown = asText ? t.microsecond() != 0 || time.microsecond() != 0 ? 6 : 0 : fsp;
            sum = TimeValue.limited(t.micros() + delta, shown);
          } else if (one instanceof DateTimeValue t) {
            int shown = asText ? t.microsecond() != 0 || time.microsecond() != 0 ? 6 : 0 : fsp;
            sum = new IntervalAmount(0, delta).addTo(t, shown, c);
          } else {
            return NullValue.NULL;
          }
          return asText && !sum.isNull() ? sum.toText().in(type.collation()) : sum;
        });
  }

  /// Whole units from the first moment to the second.
  private static BoundFunction timestampDiff(List<Argument> arguments, BindContext context) {
    TemporalUnit unit = unit(arguments.getFirst());
    return Calls.of(
        SqlType.BIGINT,
        (c, ignored, a, b) -> {
          if (!(TemporalFieldFunctions.moment(a, true, c) instanceof DateTimeValue from)
              || !(TemporalFieldFunctions.moment(b, true, c) instanceof DateTimeValue to)) {
            return NullValue.NULL;
          }
          if (!unit.countsMonths()) {
            return IntValue.of((to.micros() - from.micros()) / unit.micros());
          }
          long months = wholeMonths(from, to);
          return IntValue.of(
              unit == TemporalUnit.YEAR
                  ? months / 12
                  : unit == TemporalUnit.QUARTER ? months / 3 : months);
        });
  }

  private static long wholeMonths(DateTimeValue from, DateTimeValue to) {
    if (from.packed() > to.packed()) {
      return -wholeMonths(to, from);
    }
    long months = (to.year() - from.year()) * 12L + to.month() - from.month();
    boolean incomplete =
        to.day() < from.day()
            || to.day() == from.day() && to.timeOfDayMicros() < from.timeOfDayMicros();
    return incomplete ? months - 1 : months;
  }

  /// Months since the year 0 of a period `YYYYMM` or `YYMM`.
  private static long months(long period) {
    if (period == 0) {
      return 0;
    }
    long year = period / 100;
    if (year < 70) {
      year += 2000;
    } else if (year < 100) {
      year += 1900;
    }
    return year * 12 + period % 100 - 1;
  }

  private static Value periodAdd(long period, long count) {
    long months = months(period) + count;
    return IntValue.of(months == 0 ? 0 : months / 12 * 100 + months % 12 + 1);
  }
}
