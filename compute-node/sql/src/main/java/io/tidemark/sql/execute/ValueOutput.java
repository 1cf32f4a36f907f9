package io.tidemark.sql.execute;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.RowOutput;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;

/// Puts values into a result as their columns' types say. Confined to the statement's thread.
public final class ValueOutput {
  private final EvalContext context;
  private final Charset charset;
  private final boolean converts;
  private final RowOutput rows;

  public ValueOutput(SessionContext session, EvalContext context) {
    this.context = context;
    String name = session.settings().resultsCharset();
    this.converts = !name.isEmpty() && !name.equals("binary");
    this.charset = converts ? Charset.find(name).orElse(Charset.UTF8MB4) : Charset.BINARY;
    this.rows =
        converts
            ? RowOutput.of(charset, context.timeZone())
            : RowOutput.unconverted(context.timeZone());
  }

  /// The same for columns that are read in place.
  public RowOutput rows() {
    return rows;
  }

  public void put(Value value, SqlType type, ResultSink sink) {
    if (value.isNull()) {
      sink.putNull();
      return;
    }
    switch (type.family()) {
      case INTEGER -> sink.putLong(value.toLong(context));
      case APPROXIMATE -> {
        if (type.kind() == TypeKind.FLOAT) {
          sink.putFloat(
              value instanceof FloatValue number
                  ? number.value()
                  : (float) value.toDouble(context));
        } else {
          sink.putDouble(
              value instanceof DoubleValue number ? number.value() : value.toDouble(context));
        }
      }
      case DECIMAL -> {
        var number = value.toDecimal(context);
        boolean scaled = number.scale() == type.scale() || type.scale() == 0;
        putBytes((scaled ? number : DecimalMath.round(number, type.scale())).toBytes(), sink);
      }
      case TEMPORAL -> temporal(value, type, sink);
      case TEXT, BINARY, MEMBERS, BIT, NULL -> text(value, sink);
    }
  }

  private static void putBytes(byte[] bytes, ResultSink sink) {
    sink.putBytes(bytes, 0, bytes.length);
  }

  private void text(Value value, ResultSink sink) {
    StringValue text = value.toText();
    if (!converts || text.charset() == charset || text.isBinary()) {
      putBytes(text.bytes(), sink);
      return;
    }
    putBytes(charset.convert(text.bytes(), text.charset()), sink);
  }

  private void temporal(Value value, SqlType type, ResultSink sink) {
    Value fitted =
        switch (type.kind()) {
          case DATE -> value.toDate(context);
          case TIME -> value.toTime(context);
          default -> value.toDateTime(context);
        };
    putTemporal(fitted, sink);
  }

  /// Gives a date, a time or a moment to the sink, and NULL for anything else.
  public static void putTemporal(Value value, ResultSink sink) {
    switch (value) {
      case DateValue date ->
          sink.putTemporal(false, date.year(), date.month(), date.day(), 0, 0, 0, 0);
      case TimeValue time ->
          sink.putTemporal(
              time.isNegative(),
              0,
              0,
              0,
              time.hour(),
              time.minute(),
              time.second(),
              time.microsecond());
      case DateTimeValue moment ->
          sink.putTemporal(
              false,
              moment.year(),
              moment.month(),
              moment.day(),
              moment.hour(),
              moment.minute(),
              moment.second(),
              moment.microsecond());
      default -> sink.putNull();
    }
  }
}
