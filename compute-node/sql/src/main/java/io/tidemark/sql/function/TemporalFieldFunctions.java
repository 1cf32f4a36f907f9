package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayList;
import java.util.List;

/// Parts of dates and times: YEAR to MICROSECOND, weekdays and weeks, EXTRACT, LAST_DAY, TO_DAYS,
/// DAYNAME.
///
/// Source: MySQL manual, Date and Time Functions. Functions of a month or year accept dates with
/// zeros; those that need a day of the calendar are NULL for them.
final class TemporalFieldFunctions {
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  /// From Monday.
  static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");

  private TemporalFieldFunctions() {}

  /// A number of a date.
  private interface OfDate {
    long of(DateTimeValue date);
  }

  /// A number of a time.
  private interface OfTime {
    long of(TimeValue time);
  }

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(ofDate("YEAR", 4, false, DateTimeValue::year));
    all.add(ofDate("MONTH", 2, false, DateTimeValue::month));
    all.add(ofDate("DAY", 2, false, DateTimeValue::day));
    all.add(ofDate("DAYOFMONTH", 2, false, DateTimeValue::day));
    all.add(ofDate("QUARTER", 1, false, d -> (d.month() + 2) / 3));
    all.add(ofDate("DAYOFYEAR", 3, true, TemporalFieldFunctions::dayOfYear));
    all.add(ofDate("DAYOFWEEK", 1, true, d -> WeekNumber.weekday(d.date().dayNumber(), true) + 1));
    all.add(ofDate("WEEKDAY", 1, true, d -> WeekNumber.weekday(d.date().dayNumber(), false)));
    all.add(ofDate("WEEKOFYEAR", 2, true, d -> WeekNumber.of(d, 3).week()));
    all.add(ofDate("TO_DAYS", 6, true, d -> d.date().dayNumber()));
    all.add(
        ofDate(
            "TO_SECONDS",
            11,
            true,
            d -> d.date().dayNumber() * 86_400 + d.timeOfDayMicros() / 1_000_000));
    all.add(ofTime("HOUR", 3, TimeValue::hour));
    all.add(ofTime("MINUTE", 2, TimeValue::minute));
    all.add(ofTime("SECOND", 2, TimeValue::second));
    all.add(ofTime("MICROSECOND", 6, TimeValue::microsecond));
    all.add(
        ofTime(
            "TIME_TO_SEC",
            10,
            t -> (t.isNegative() ? -1 : 1) * (Math.abs(t.micros()) / 1_000_000)));
    all.add(define("WEEK", 1, 2, (a, c) -> week(a.size(), false)));
    all.add(define("YEARWEEK", 1, 2, (a, c) -> week(a.size(), true)));
    all.add(one("LAST_DAY", SqlType.DATE, TemporalFieldFunctions::lastDay));
    all.add(name("MONTHNAME", d -> d.month() == 0 ? "" : MONTHS.get(d.month() - 1), false));
    all.add(name("DAYNAME", d -> DAYS.get(WeekNumber.weekday(d.date().dayNumber(), false)), true));
    all.add(define("EXTRACT", 2, TemporalFieldFunctions::extract));
    return List.copyOf(all);
  }

  /// A moment that functions of whole dates can use, or NULL: with `real`, after a warning for
  /// zeros.
  static Value moment(Value value, boolean real, EvalContext context) {
    if (!(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return NullValue.NULL;
    }
    if (real && (moment.month() == 0 || moment.day() == 0)) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", value.asString());
      return NullValue.NULL;
    }
    return moment;
  }

  private static FunctionDefinition ofDate(String name, int digits, boolean real, OfDate body) {
    return one(
        name,
        SqlType.integerOfDigits(digits, false),
        (c, v) ->
            moment(v, real, c) instanceof DateTimeValue moment
                ? IntValue.of(body.of(moment))
                : NullValue.NULL);
  }

  private static FunctionDefinition ofTime(String name, int digits, OfTime body) {
    return one(
        name,
        SqlType.integerOfDigits(digits, false),
        (c, v) ->
            v.toTime(c) instanceof TimeValue time ? IntValue.of(body.of(time)) : NullValue.NULL);
  }

  static long dayOfYear(DateTimeValue date) {
    return date.date().dayNumber() - Calendar.dayNumber(date.year(), 1, 1) + 1;
  }

  private static BoundFunction week(int arguments, boolean withYear) {
    return Calls.lenient(
        SqlType.integerOfDigits(withYear ? 6 : 2, false),
        Coercibility.NUMERIC,
        (c, v) -> {
          if (v[0].isNull() || !(moment(v[0], true, c) instanceof DateTimeValue moment)) {
            return NullValue.NULL;
          }
          long mode = withYear ? 0 : c.defaultWeekFormat();
          if (arguments == 2) {
            mode = v[1].isNull() ? 0 : v[1].toLong(c);
          }
          WeekNumber week = WeekNumber.of(moment, (int) (mode & 7) | (withYear ? 2 : 0));
          return IntValue.of(withYear ? week.year() * 100L + week.week() : week.week());
        });
  }

  private static Value lastDay(EvalContext context, Value value) {
    if (!(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return NullValue.NULL;
    }
    if (moment.month() == 0) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", value.asString());
      return NullValue.NULL;
    }
    return DateValue.of(
        moment.year(), moment.month(), Calendar.daysInMonth(moment.year(), moment.month()));
  }

  /// A name of a date.
  private interface Named {
    String of(DateTimeValue date);
  }

  /// The empty name is NULL.
  private static FunctionDefinition name(String function, Named body, boolean real) {
    return define(
        function,
        1,
        (a, c) -> {
          Collation collation = c.connectionCollation();
          return new BoundFunction.Unary(SqlType.varchar(9, collation), Coercibility.COERCIBLE) {
            @Override
            protected Value apply(EvalContext context, Value value) {
              if (!(moment(value, real, context) instanceof DateTimeValue moment)) {
                return NullValue.NULL;
              }
              String name = body.of(moment);
              return name.isEmpty() ? NullValue.NULL : StringValue.of(name, collation);
            }
          };
        });
  }

  /// EXTRACT(unit, value): compound units give their digits one after the other.
  private static BoundFunction extract(List<Argument> arguments, BindContext context) {
    TemporalUnit unit =
        TemporalUnit.parse(arguments.getFirst().constant().map(Value::asString).orElse(""));
    boolean dated = unit.isDateOnly();
    boolean timeArgument = arguments.get(1).type().kind() == io.tidemark.sql.type.TypeKind.TIME;
    return Calls.of(
        SqlType.integerOfDigits(unit.isCompound() ? 14 : 6, false),
        (c, ignored, v) -> {
          if (dated) {
            return moment(v, unit == TemporalUnit.WEEK, c) instanceof DateTimeValue moment
                ? IntValue.of(ofDate(unit, moment, c))
                : NullValue.NULL;
          }
          boolean days = unit.name().startsWith("DAY_");
          if (days && !timeArgument && moment(v, false, c) instanceof DateTimeValue moment) {
            return IntValue.of(
                ofTime(unit, moment.day(), moment.hour(), (TimeValue) moment.toTime(c)));
          }
          if (v.toTime(c) instanceof TimeValue time) {
            long value = ofTime(unit, 0, time.hour(), time);
            return IntValue.of(time.isNegative() ? -value : value);
          }
          return NullValue.NULL;
        });
  }

  private static long ofDate(TemporalUnit unit, DateTimeValue date, EvalContext context) {
    return switch (unit) {
      case YEAR -> date.year();
      case QUARTER -> (date.month() + 2) / 3;
      case MONTH -> date.month();
      case WEEK -> WeekNumber.of(date, context.defaultWeekFormat()).week();
      case DAY -> date.day();
      case YEAR_MONTH -> date.year() * 100L + date.month();
      default -> throw new IllegalStateException("not a unit of dates: " + unit);
    };
  }

  private static long ofTime(TemporalUnit unit, long day, long hours, TimeValue time) {
    long hour = day * 100 + hours;
    long minute = hour * 100 + time.minute();
    long second = minute * 100 + time.second();
    return switch (unit) {
      case HOUR, DAY_HOUR -> hour;
      case MINUTE -> time.minute();
      case HOUR_MINUTE, DAY_MINUTE -> minute;
      case SECOND -> time.second();
      case MINUTE_SECOND -> time.minute() * 100L + time.second();
      case HOUR_SECOND, DAY_SECOND -> second;
      case MICROSECOND -> time.microsecond();
      case SECOND_MICROSECOND -> time.second() * 1_000_000L + time.microsecond();
      case MINUTE_MICROSECOND ->
          (time.minute() * 100L + time.second()) * 1_000_000 + time.microsecond();
      case HOUR_MICROSECOND, DAY_MICROSECOND -> second * 1_000_000 + time.microsecond();
      default -> throw new IllegalStateException("not a unit of times: " + unit);
    };
  }
}
