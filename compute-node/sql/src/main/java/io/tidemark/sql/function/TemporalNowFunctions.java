package io.tidemark.sql.function;

import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// The current date and time: NOW, CURDATE, CURTIME, UTC_TIMESTAMP, UTC_DATE, UTC_TIME, SYSDATE.
///
/// All but SYSDATE say when the statement began. An optional constant argument is the number of
/// fractional digits, to which the time is cut.
final class TemporalNowFunctions {
  private TemporalNowFunctions() {}

  /// Which part of the moment a function answers.
  private enum Part {
    DATE,
    TIME,
    DATETIME
  }

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    for (String name : List.of("NOW", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP")) {
      all.add(define(name, Part.DATETIME, false));
    }
    for (String name : List.of("CURDATE", "CURRENT_DATE")) {
      all.add(define(name, Part.DATE, false));
    }
    for (String name : List.of("CURTIME", "CURRENT_TIME")) {
      all.add(define(name, Part.TIME, false));
    }
    all.add(define("UTC_TIMESTAMP", Part.DATETIME, true));
    all.add(define("UTC_DATE", Part.DATE, true));
    all.add(define("UTC_TIME", Part.TIME, true));
    all.add(
        new FunctionDefinition(
            "SYSDATE",
            0,
            1,
            Traits.VOLATILE,
            (a, c) -> {
              int fsp = fsp(a, "sysdate", c);
              return Calls.of(
                  SqlType.datetime(fsp),
                  (Calls.None) x -> cut(x.currentTimeMicros(), x.timeZone(), fsp));
            }));
    return List.copyOf(all);
  }

  private static FunctionDefinition define(String name, Part part, boolean utc) {
    return new FunctionDefinition(
        name,
        0,
        part == Part.DATE ? 0 : 1,
        Traits.STATEMENT_CONSTANT,
        (a, c) -> {
          int fsp = fsp(a, name.toLowerCase(java.util.Locale.ROOT), c);
          SqlType type =
              switch (part) {
                case DATE -> SqlType.DATE;
                case TIME -> SqlType.time(fsp);
                case DATETIME -> SqlType.datetime(fsp);
              };
          return Calls.of(
              type, (Calls.None) x -> value(x, part, utc ? ZoneOffset.UTC : x.timeZone(), fsp));
        });
  }

  private static Value value(EvalContext context, Part part, ZoneId zone, int fsp) {
    DateTimeValue moment = cut(context.statementTimeMicros(), zone, fsp);
    return switch (part) {
      case DATE -> moment.date();
      case TIME -> TimeValue.ofMicros(moment.timeOfDayMicros(), fsp);
      case DATETIME -> moment;
    };
  }

  private static DateTimeValue cut(long micros, ZoneId zone, int fsp) {
    return TimeZones.fromEpochMicros(
        micros - Math.floorMod(micros, DecimalMath.power(6 - fsp)), zone, fsp);
  }

  /// Error 1426 for more than six digits.
  private static int fsp(List<Argument> arguments, String name, BindContext context) {
    if (arguments.isEmpty()) {
      return 0;
    }
    Value value =
        arguments
            .getFirst()
            .constant()
            .orElseThrow(() -> new Rejected(MySqlError.WRONG_ARGUMENTS, name));
    long fsp = value.isNull() ? 0 : value.toLong(context);
    if (fsp < 0 || fsp > SqlType.MAX_FSP) {
      throw new Rejected(MySqlError.TOO_BIG_PRECISION, fsp, name, SqlType.MAX_FSP);
    }
    return (int) fsp;
  }
}
