package io.tidemark.sql.table;

import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.table.ColumnFormat.Storage;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.Corrupt;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads single stored columns in place, of a row or of an index key; columns are numbered as in
/// the table. Ask [#isNull] before anything else. Confined to one thread.
public abstract sealed class ColumnReader permits RowReader, KeyReader {
  static final byte[] NO_BYTES = {};
  private static final int MAX_DECIMAL_TEXT = 80;

  /// Empty until the first decimal is written.
  private byte[] digits = NO_BYTES;

  abstract ColumnFormat format(int column);

  public abstract boolean isNull(int column);

  /// The array that holds the stored form of the column.
  public abstract byte[] buffer(int column);

  /// Where in [#buffer] it begins.
  public abstract int start(int column);

  /// Its length in bytes.
  public abstract int length(int column);

  /// An integer, YEAR, BIT, ENUM number or SET bits; or the packed form of a temporal value, see
  /// [Temporals].
  public final long getLong(int column) {
    ColumnFormat format = format(column);
    return FixedForms.toLong(
        format, ColumnFormat.bits(buffer(column), start(column), format.width()));
  }

  /// A FLOAT or DOUBLE.
  public final double getDouble(int column) {
    ColumnFormat format = format(column);
    long bits = ColumnFormat.bits(buffer(column), start(column), format.width());
    return format.width() == 4 ? (double) FixedForms.toFloat(bits) : FixedForms.toDouble(bits);
  }

  /// The unscaled value of a DECIMAL of at most 18 digits.
  public final long getDecimalLong(int column) {
    return FixedForms.decimalLong(buffer(column), start(column), format(column).width());
  }

  /// The unscaled value of any DECIMAL.
  public final BigInteger getDecimal(int column) {
    return FixedForms.decimal(buffer(column), start(column), format(column).width());
  }

  /// A copy of a text or binary string.
  public final byte[] getBytes(int column) {
    int from = start(column);
    return Arrays.copyOfRange(buffer(column), from, from + length(column));
  }

  /// Puts the column into a result.
  public final void writeColumn(int column, ResultSink sink, RowOutput output) {
    if (isNull(column)) {
      sink.putNull();
      return;
    }
    ColumnFormat format = format(column);
    SqlType type = format.type();
    switch (format.storage()) {
      case SIGNED -> sink.putLong(getLong(column));
      case UNSIGNED -> writeUnsigned(type, getLong(column), sink, output);
      case FLOAT -> sink.putFloat((float) getDouble(column));
      case DOUBLE -> sink.putDouble(getDouble(column));
      case DECIMAL -> writeDecimal(column, format, sink);
      case TEMPORAL -> writeTemporal(type.kind(), getLong(column), sink, output);
      case BYTES -> writeText(column, type, sink, output);
    }
  }

  private static void writeUnsigned(SqlType type, long value, ResultSink sink, RowOutput output) {
    switch (type.kind()) {
      case ENUM -> {
        if (value > type.members().size()) {
          throw new Corrupt("enum: expected up to " + type.members().size() + ", found " + value);
        }
        String member = value == 0 ? "" : type.members().get((int) value - 1);
        byte[] bytes = output.encode(member, type.collation().charset());
        sink.putBytes(bytes, 0, bytes.length);
      }
      case SET -> {
        byte[] bytes = output.encode(setText(type, value), type.collation().charset());
        sink.putBytes(bytes, 0, bytes.length);
      }
      case BIT -> {
        byte[] bytes = new byte[(int) (type.length() + 7) / 8];
        ColumnFormat.putBits(bytes, 0, bytes.length, value);
        sink.putBytes(bytes, 0, bytes.length);
      }
      default -> sink.putLong(value);
    }
  }

  private static String setText(SqlType type, long bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < type.members().size(); i++) {
      if ((bits >>> i & 1) != 0) {
        text.append(text.isEmpty() ? "" : ",").append(type.members().get(i));
      }
    }
    return text.toString();
  }

  private void writeDecimal(int column, ColumnFormat format, ResultSink sink) {
    int scale = format.type().scale();
    if (format.width() > Long.BYTES) {
      byte[] text =
          new java.math.BigDecimal(getDecimal(column), scale)
              .toPlainString()
              .getBytes(StandardCharsets.US_ASCII);
      sink.putBytes(text, 0, text.length);
      return;
    }
    long unscaled = getDecimalLong(column);
    long rest = Math.abs(unscaled);
    if (digits.length == 0) {
      digits = new byte[MAX_DECIMAL_TEXT];
    }
    int at = digits.length;
    for (int digit = 0; rest != 0 || digit <= scale; digit++) {
      if (digit == scale && scale > 0) {
        digits[--at] = '.';
      }
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (unscaled < 0) {
      digits[--at] = '-';
    }
    sink.putBytes(digits, at, digits.length - at);
  }

  private void writeText(int column, SqlType type, ResultSink sink, RowOutput output) {
    if (output.converts(type.collation().charset())) {
      byte[] text = output.convert(getBytes(column), type.collation().charset());
      sink.putBytes(text, 0, text.length);
      return;
    }
    sink.putBytes(buffer(column), start(column), length(column));
  }

  private static void writeTemporal(TypeKind kind, long packed, ResultSink sink, RowOutput output) {
    switch (kind) {
      case DATE ->
          sink.putTemporal(
              false,
              Temporals.dateYear(packed),
              Temporals.dateMonth(packed),
              Temporals.dateDay(packed),
              0,
              0,
              0,
              0);
      case TIME -> {
        long micros = Math.abs(packed);
        long seconds = micros / Temporals.MICROS_PER_SECOND;
        sink.putTemporal(
            packed < 0,
            0,
            0,
            0,
            (int) (seconds / 3600),
            (int) (seconds / 60 % 60),
            (int) (seconds % 60),
            (int) (micros % Temporals.MICROS_PER_SECOND));
      }
      case TIMESTAMP -> writeDateTime(Temporals.timestampToLocal(packed, output.zone()), sink);
      default -> writeDateTime(packed, sink);
    }
  }

  private static void writeDateTime(long packed, ResultSink sink) {
    long date = Temporals.dateOf(packed);
    sink.putTemporal(
        false,
        Temporals.dateYear(date),
        Temporals.dateMonth(date),
        Temporals.dateDay(date),
        Temporals.hour(packed),
        Temporals.minute(packed),
        Temporals.second(packed),
        Temporals.microsecond(packed));
  }

  /// Whether the column is stored as bytes of variable length.
  public final boolean isText(int column) {
    return format(column).storage() == Storage.BYTES;
  }
}
