package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;
import static io.tidemark.sql.function.Calls.one;
import static io.tidemark.sql.function.Calls.two;

import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// DATE, TIME, TIMESTAMP, DATE_FORMAT, TIME_FORMAT, STR_TO_DATE, UNIX_TIMESTAMP, FROM_UNIXTIME,
/// MAKEDATE, MAKETIME, SEC_TO_TIME, FROM_DAYS, CONVERT_TZ.
///
/// Source: MySQL manual, Date and Time Functions.
final class TemporalConversionFunctions {
  /// FROM_UNIXTIME beyond 3001-01-18 23:59:59 UTC is NULL.
  private static final long MAX_UNIX_SECONDS = 32_536_771_199L;

  private static final long FORMAT_LENGTH = 128;

  private TemporalConversionFunctions() {}

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    all.add(one("DATE", SqlType.DATE, TemporalConversionFunctions::date));
    all.add(define("TIME", 1, (a, c) -> time(a.getFirst())));
    all.add(define("TIMESTAMP", 1, 2, (a, c) -> timestamp(a)));
    all.add(define("DATE_FORMAT", 2, TemporalConversionFunctions::dateFormat));
    all.add(define("TIME_FORMAT", 2, TemporalConversionFunctions::timeFormat));
    all.add(define("STR_TO_DATE", 2, (a, c) -> strToDate(a)));
    all.add(define("UNIX_TIMESTAMP", 0, 1, (a, c) -> unixTimestamp(a)));
    all.add(define("FROM_UNIXTIME", 1, 2, TemporalConversionFunctions::fromUnixTime));
    all.add(two("MAKEDATE", SqlType.DATE, TemporalConversionFunctions::makeDate));
    all.add(define("MAKETIME", 3, (a, c) -> makeTime(TemporalPrecision.of(a.get(2).type()))));
    all.add(
        define("SEC_TO_TIME", 1, (a, c) -> secToTime(TemporalPrecision.of(a.getFirst().type()))));
    all.add(one("FROM_DAYS", SqlType.DATE, (c, n) -> DateValue.ofDayNumber(n.toLong(c))));
    all.add(define("CONVERT_TZ", 3, (a, c) -> convertTz(a.getFirst())));
    return List.copyOf(all);
  }

  private static Value date(EvalContext context, Value value) {
    if (!(value.toDateTime(context) instanceof DateTimeValue moment)) {
      return NullValue.NULL;
    }
    if (!TemporalParser.isAllowed(moment.year(), moment.month(), moment.day(), context)) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", value.asString());
      return NullValue.NULL;
    }
    return moment.date();
  }

  private static BoundFunction time(Argument argument) {
    SqlType type = SqlType.time(TemporalPrecision.of(argument));
    return Calls.of(
        type,
        (c, v) ->
            v.toTime(c) instanceof TimeValue time
                ? TimeValue.ofMicros(time.micros(), type.scale())
                : NullValue.NULL);
  }

  /// TIMESTAMP(moment[, time]): the sum of both.
  private static BoundFunction timestamp(List<Argument> arguments) {
    SqlType first = arguments.getFirst().type();
    int fsp = arguments.stream().mapToInt(TemporalPrecision::of).max().orElse(0);
    SqlType type =
        SqlType.datetime(first.kind() == TypeKind.DATE && arguments.size() == 1 ? 0 : fsp);
    return Calls.ofAll(
        type,
        (c, v) -> {
          if (!(TemporalFieldFunctions.moment(v[0], v.length > 1, c)
              instanceof DateTimeValue moment)) {
            return NullValue.NULL;
          }
          Value sum = moment;
          if (!TemporalParser.isAllowed(moment.year(), moment.month(), moment.day(), c)) {
            c.warn(MySqlError.INCORRECT_VALUE, "datetime", v[0].asString());
            return NullValue.NULL;
          }
          if (v.length > 1) {
            if (!(v[1].toTime(c) instanceof TimeValue time)) {
              return NullValue.NULL;
            }
            sum = new IntervalAmount(0, time.micros()).addTo(moment, type.scale(), c);
          }
          return sum instanceof DateTimeValue result ? result.withFsp(type.scale()) : sum;
        });
  }

  private static Derived formatResult(List<Argument> arguments, BindContext context) {
    Derived format = CollationRules.derived(arguments.get(1), context);
    return new Derived(format.collation(), Coercibility.COERCIBLE);
  }

  private static BoundFunction dateFormat(List<Argument> arguments, BindContext context) {
    Derived derived = formatResult(arguments, context);
    boolean time = arguments.getFirst().type().kind() == TypeKind.TIME;
    return Calls.text(
        derived,
        FORMAT_LENGTH,
        (c, v, format) -> {
          if (!(v.toDateTime(c) instanceof DateTimeValue moment)) {
            return NullValue.NULL;
          }
          return TemporalFormat.format(moment, moment.hour(), false, format.asString(), time)
              .<Value>map(s -> StringValue.of(s, derived.collation()))
              .orElse(NullValue.NULL);
        });
  }

  private static BoundFunction timeFormat(List<Argument> arguments, BindContext context) {
    Derived derived = formatResult(arguments, context);
    return Calls.text(
        derived,
        FORMAT_LENGTH,
        (c, v, format) -> {
          if (!(v.toTime(c) instanceof TimeValue time)) {
            return NullValue.NULL;
          }
          DateTimeValue moment =
              DateTimeValue.of(0, 0, 0, 0, time.minute(), time.second(), time.microsecond(), 6);
          return TemporalFormat.format(
                  moment, time.hour(), time.isNegative(), format.asString(), true)
              .<Value>map(s -> StringValue.of(s, derived.collation()))
              .orElse(NullValue.NULL);
        });
  }

  /// DATE, TIME or DATETIME as the constant format needs; DATETIME(6) for a format that is no
  /// constant.
  private static BoundFunction strToDate(List<Argument> arguments) {
    SqlType type =
        arguments
            .get(1)
            .constant()
            .filter(f -> !f.isNull())
            .map(f -> TemporalScanner.typeOf(f.asString()))
            .orElse(SqlType.datetime(6));
    return Calls.of(
        type,
        (c, s, f) -> {
          Value parsed = TemporalScanner.scan(s.asString(), f.asString(), type, c);
          if (parsed.isNull()) {
            c.warn(
                MySqlError.WRONG_VALUE_FOR_TYPE,
                type.kind() == TypeKind.TIME ? "time" : "datetime",
                s.asString(),
                "str_to_date");
          }
          return parsed;
        });
  }

  private static BoundFunction unixTimestamp(List<Argument> arguments) {
    if (arguments.isEmpty()) {
      return Calls.of(
          SqlType.integerOfDigits(11, false),
          (Calls.None) c -> IntValue.of(Math.floorDiv(c.statementTimeMicros(), 1_000_000L)));
    }
    SqlType argument = arguments.getFirst().type();
    int fsp = TemporalPrecision.of(arguments.getFirst());
    SqlType type = fsp == 0 ? SqlType.integerOfDigits(11, false) : SqlType.decimal(12 + fsp, fsp);
    return Calls.of(
        type,
        (c, v) -> {
          if (!(v.toDateTime(c) instanceof DateTimeValue moment)) {
            return zero(fsp);
          }
          if (!Calendar.isReal(moment.year(), moment.month(), moment.day())) {
            return zero(fsp);
          }
          long micros = TimeZones.toEpochMicros(moment, c.timeZone());
          if (micros < 0 || micros > MAX_UNIX_SECONDS * 1_000_000) {
            return zero(fsp);
          }
          return fsp == 0
              ? IntValue.of(micros / 1_000_000)
              : DecimalValue.of(micros / DecimalMath.power(6 - fsp), fsp);
        });
  }

  private static Value zero(int fsp) {
    return fsp == 0 ? IntValue.ZERO : DecimalValue.of(0, fsp);
  }

  private static BoundFunction fromUnixTime(List<Argument> arguments, BindContext context) {
    int fsp = TemporalPrecision.of(arguments.getFirst().type());
    if (arguments.size() == 1) {
      return Calls.of(SqlType.datetime(fsp), (Calls.One) (c, n) -> fromUnix(n, fsp, c));
    }
    Derived derived = formatResult(arguments, context);
    return Calls.text(
        derived,
        FORMAT_LENGTH,
        (c, n, format) ->
            fromUnix(n, 6, c) instanceof DateTimeValue moment
                ? TemporalFormat.format(moment, moment.hour(), false, format.asString(), false)
                    .<Value>map(s -> StringValue.of(s, derived.collation()))
                    .orElse(NullValue.NULL)
                : NullValue.NULL);
  }

  private static Value fromUnix(Value number, int fsp, EvalContext context) {
    BigInteger micros =
        DecimalMath.rescale(
                DecimalMath.round(number.toDecimal(context), fsp), 6, RoundingMode.HALF_UP)
            .unscaled();
    if (micros.signum() < 0
        || micros.compareTo(BigInteger.valueOf(MAX_UNIX_SECONDS * 1_000_000 + 999_999)) > 0) {
      return NullValue.NULL;
    }
    return TimeZones.fromEpochMicros(micros.longValue(), context.timeZone(), fsp);
  }

  /// Years of two digits are 1970 to 2069; a day of 0 or below gives NULL.
  private static Value makeDate(EvalContext context, Value yearValue, Value dayValue) {
    long year = yearValue.toLong(context);
    long day = dayValue.toLong(context);
    if (year < 0 || year > 9999 || day <= 0) {
      return NullValue.NULL;
    }
    if (year < 100) {
      year += year < 70 ? 2000 : 1900;
    }
    if (day > 3_700_000) {
      return NullValue.NULL;
    }
    DateValue date = DateValue.ofDayNumber(Calendar.dayNumber((int) year, 1, 1) + day - 1);
    return date.packed() == 0 ? NullValue.NULL : date;
  }

  private static BoundFunction makeTime(int fsp) {
    return Calls.of(
        SqlType.time(fsp),
        (c, h, m, s) -> {
          long hour = h.toLong(c);
          long minute = m.toLong(c);
          BigInteger micros =
              DecimalMath.rescale(DecimalMath.round(s.toDecimal(c), fsp), 6, RoundingMode.HALF_UP)
                  .unscaled();
          if (minute < 0
              || minute > 59
              || micros.signum() < 0
              || micros.bitLength() > 40
              || micros.longValue() >= 60_000_000) {
            return NullValue.NULL;
          }
          if (Math.abs(hour) > 838) {
            c.warn(
                MySqlError.TRUNCATED_WRONG_VALUE, "time", hour + ":" + minute + ":" + s.asString());
            return TimeValue.limited(hour < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE, fsp);
          }
          long total = (Math.abs(hour) * 60 + minute) * 60_000_000 + micros.longValue();
          return TimeValue.limited(hour < 0 ? -total : total, fsp);
        });
  }

  private static BoundFunction secToTime(int fsp) {
    return Calls.of(
        SqlType.time(fsp),
        (c, s) -> {
          BigInteger micros =
              DecimalMath.rescale(DecimalMath.round(s.toDecimal(c), fsp), 6, RoundingMode.HALF_UP)
                  .unscaled();
          if (micros.abs().compareTo(BigInteger.valueOf(TimeValue.MAX_MICROS)) > 0) {
            c.warn(MySqlError.TRUNCATED_WRONG_VALUE, "time", s.asString());
            return TimeValue.limited(
                micros.signum() < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE, fsp);
          }
          return TimeValue.ofMicros(micros.longValue(), fsp);
        });
  }

  /// NULL for zones that do not exist; a moment beyond the range of TIMESTAMP stays as it is.
  private static BoundFunction convertTz(Argument argument) {
    int fsp = TemporalPrecision.of(argument);
    return Calls.of(
        SqlType.datetime(fsp),
        (c, v, from, to) -> {
          if (!(TemporalFieldFunctions.moment(v, true, c) instanceof DateTimeValue moment)) {
            return NullValue.NULL;
          }
          try {
            long micros = TimeZones.toEpochMicros(moment, TimeZones.parse(from.asString()));
            if (micros < 0 || micros > MAX_UNIX_SECONDS * 1_000_000) {
              return moment.withFsp(fsp);
            }
            return TimeZones.fromEpochMicros(micros, TimeZones.parse(to.asString()), fsp);
          } catch (Rejected e) {
            return NullValue.NULL;
          }
        });
  }
}
