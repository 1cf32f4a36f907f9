package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Locale;

/// Conversion into columns of dates and times.
///
/// A strict statement is refused with error 1292 `Incorrect datetime value: '..' for column '..' at
/// row n`; another one stores the zero value with warning 1265 or 1264.
final class TemporalStore {
  private static final long MAX_TIMESTAMP_MICROS = ((1L << 31) - 1) * 1_000_000 + 999_999;
  private static final long MIN_TIMESTAMP_MICROS = 1_000_000;

  private TemporalStore() {}

  static Value store(SqlType target, Value value, StoreContext context) {
    return target.kind() == TypeKind.TIME
        ? time(target, value, context)
        : moment(target, value, context);
  }

  private static void refuse(SqlType target, Value value, MySqlError lax, StoreContext context) {
    if (context.isStrict()) {
      boolean bytes = value instanceof StringValue || value instanceof BitValue;
      String shown = bytes ? NumberParser.forMessage(value.toText()) : value.asString();
      String type =
          target.kind() == TypeKind.TIMESTAMP
              ? "datetime"
              : target.kind().name().toLowerCase(Locale.ROOT);
      throw new Rejected(
          MySqlError.INCORRECT_VALUE_FOR_COLUMN,
          type,
          shown,
          context.columnName(),
          context.rowNumber());
    }
    context.warn(lax, context.columnName(), context.rowNumber());
  }

  private static Value zero(SqlType target) {
    return target.kind() == TypeKind.DATE ? DateValue.ZERO : new DateTimeValue(0, target.scale());
  }

  private static Value moment(SqlType target, Value value, StoreContext context) {
    Value parsed = read(target, value, context);
    if (!(parsed instanceof DateTimeValue moment)) {
      return zero(target);
    }
    if (!TemporalParser.isAllowed(moment.year(), moment.month(), moment.day(), context)) {
      refuse(target, value, MySqlError.WARN_DATA_OUT_OF_RANGE, context);
      return zero(target);
    }
    if (target.kind() == TypeKind.DATE) {
      if (moment.timeOfDayMicros() != 0) {
        Conversion.noteTruncated(context);
      }
      return moment.date();
    }
    DateTimeValue rounded = TemporalRounding.round(moment, target.scale(), context);
    if (rounded.packed() == 0 && moment.packed() != 0) {
      refuse(target, value, MySqlError.WARN_DATA_OUT_OF_RANGE, context);
      return zero(target);
    }
    return target.kind() == TypeKind.TIMESTAMP
        ? timestamp(target, rounded, value, context)
        : rounded;
  }

  /// The value as date and time, or NULL after warning or refusing.
  private static Value read(SqlType target, Value value, StoreContext context) {
    if (value instanceof StringValue text) {
      boolean[] cut = new boolean[1];
      Value parsed = TemporalParser.parseForStore(text, context, cut);
      if (parsed.isNull() || cut[0]) {
        refuse(target, value, MySqlError.WARN_DATA_TRUNCATED, context);
      }
      return parsed;
    }
    if (value instanceof TemporalValue) {
      return value.toDateTime(context);
    }
    Silent silent = new Silent(context);
    Value parsed = value.toDateTime(silent);
    if (parsed.isNull()) {
      refuse(target, value, MySqlError.WARN_DATA_TRUNCATED, context);
    }
    return parsed;
  }

  private static Value timestamp(
      SqlType target, DateTimeValue moment, Value value, StoreContext context) {
    if (moment.packed() == 0) {
      return moment;
    }
    boolean real = Calendar.isReal(moment.year(), moment.month(), moment.day());
    long micros = real ? TimeZones.toEpochMicros(moment, context.timeZone()) : -1;
    if (micros < MIN_TIMESTAMP_MICROS || micros > MAX_TIMESTAMP_MICROS) {
      refuse(target, value, MySqlError.WARN_DATA_OUT_OF_RANGE, context);
      return zero(target);
    }
    if (TimeZones.isInGap(moment, context.timeZone())) {
      refuse(target, value, MySqlError.WARN_DATA_OUT_OF_RANGE, context);
      return TimeZones.fromEpochMicros(micros, context.timeZone(), target.scale());
    }
    return moment;
  }

  private static Value time(SqlType target, Value value, StoreContext context) {
    Value parsed;
    if (value instanceof StringValue text) {
      boolean[] cut = new boolean[1];
      parsed = TemporalParser.parseTime(text, context, cut);
      if (parsed.isNull()) {
        refuse(target, value, MySqlError.WARN_DATA_TRUNCATED, context);
      } else if (cut[0]) {
        boolean limit =
            parsed instanceof TimeValue t && Math.abs(t.micros()) == TimeValue.MAX_MICROS;
        refuse(
            target,
            value,
            limit ? MySqlError.WARN_DATA_OUT_OF_RANGE : MySqlError.WARN_DATA_TRUNCATED,
            context);
      }
    } else if (value instanceof TemporalValue moment) {
      parsed = moment.toTime(context);
      if (moment instanceof DateTimeValue) {
        Conversion.noteTruncated(context);
      }
    } else {
      Silent silent = new Silent(context);
      parsed = value.toTime(silent);
      if (parsed.isNull() || silent.warned) {
        refuse(target, value, MySqlError.WARN_DATA_OUT_OF_RANGE, context);
      }
    }
    return parsed instanceof TimeValue result
        ? TemporalRounding.round(result, target.scale(), context)
        : TimeValue.ofMicros(0, target.scale());
  }

  /// Remembers only that there was a warning.
  private static final class Silent implements ConversionContext {
    private final ConversionContext context;
    private boolean warned;

    Silent(ConversionContext context) {
      this.context = context;
    }

    @Override
    public boolean hasMode(SqlMode mode) {
      return context.hasMode(mode);
    }

    @Override
    public DateValue currentDate() {
      return context.currentDate();
    }

    @Override
    public void add(Severity severity, MySqlError error, Object... arguments) {
      warned = true;
    }
  }
}
