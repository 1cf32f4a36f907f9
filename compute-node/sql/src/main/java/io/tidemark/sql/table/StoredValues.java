package io.tidemark.sql.table;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.SetValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.Corrupt;
import java.time.ZoneId;

/// Turns stored columns into [Value]s and back.
///
/// Values written must be of the class that a store into the column's type gives: integers and YEAR
/// [IntValue], DECIMAL [DecimalValue] of the column's scale or less, and so on. A TIMESTAMP is a
/// [DateTimeValue] in the session's time zone, stored in UTC.
public final class StoredValues {
  private StoredValues() {}

  /// The value of a column of a row or key.
  public static Value read(ColumnReader row, int column, ZoneId zone) {
    if (row.isNull(column)) {
      return NullValue.NULL;
    }
    ColumnFormat format = row.format(column);
    SqlType type = format.type();
    return switch (type.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
          IntValue.of(row.getLong(column), type.unsigned());
      case YEAR -> IntValue.ofUnsigned(row.getLong(column));
      case BIT -> BitValue.of(row.getLong(column), (int) type.length());
      case DECIMAL ->
          format.width() <= Long.BYTES
              ? DecimalValue.of(row.getDecimalLong(column), type.scale())
              : DecimalValue.of(row.getDecimal(column), type.scale());
      case FLOAT -> FloatValue.of((float) row.getDouble(column), type.scale());
      case DOUBLE -> DoubleValue.of(row.getDouble(column), type.scale());
      case DATE -> new DateValue((int) row.getLong(column));
      case TIME -> TimeValue.limited(row.getLong(column), type.scale());
      case DATETIME -> new DateTimeValue(row.getLong(column), type.scale());
      case TIMESTAMP ->
          new DateTimeValue(Temporals.timestampToLocal(row.getLong(column), zone), type.scale());
      case ENUM -> enumValue(row.getLong(column), type);
      case SET -> new SetValue(row.getLong(column), type);
      case CHAR,
          VARCHAR,
          TINYTEXT,
          TEXT,
          MEDIUMTEXT,
          LONGTEXT,
          BINARY,
          VARBINARY,
          TINYBLOB,
          BLOB,
          MEDIUMBLOB,
          LONGBLOB ->
          new StringValue(row.getBytes(column), type.collation());
      case NULL, JSON -> throw new Corrupt("column " + column + ": no storage for " + type);
    };
  }

  private static Value enumValue(long number, SqlType type) {
    if (number > type.members().size()) {
      throw new Corrupt("enum: expected up to " + type.members().size() + ", found " + number);
    }
    return new EnumValue((int) number, type);
  }

  /// Sets a column of the row that `writer` builds.
  public static void write(RowWriter writer, int column, Value value, ZoneId zone) {
    switch (value) {
      case NullValue none -> writer.setNull(column);
      case IntValue number -> writer.setLong(column, number.value());
      case BitValue bits -> writer.setLong(column, bits.number());
      case EnumValue member -> writer.setLong(column, member.index());
      case SetValue members -> writer.setLong(column, members.bits());
      case DecimalValue number -> write(writer, column, number);
      case FloatValue number -> writer.setDouble(column, number.value());
      case DoubleValue number -> writer.setDouble(column, number.value());
      case StringValue text -> writer.setBytes(column, text.bytes(), 0, text.bytes().length);
      case DateValue date -> writer.setLong(column, date.packed());
      case TimeValue time -> writer.setLong(column, time.micros());
      case DateTimeValue time ->
          writer.setLong(column, packed(time, writer.format(column).type(), zone));
    }
  }

  private static void write(RowWriter writer, int column, DecimalValue number) {
    ColumnFormat format = writer.format(column);
    if (number.isCompact()
        && number.scale() == format.type().scale()
        && format.width() <= Long.BYTES
        && fits(number.compact(), format.width())) {
      writer.setDecimalLong(column, number.compact());
    } else {
      writer.setDecimal(column, number.toBigDecimal());
    }
  }

  private static boolean fits(long number, int width) {
    int unused = Long.SIZE - width * Byte.SIZE;
    return number << unused >> unused == number;
  }

  /// Appends a value as the next part of a key.
  public static void addKey(KeyBuilder key, Value value, ZoneId zone) {
    switch (value) {
      case NullValue none -> key.addNull();
      case IntValue number -> key.addLong(number.value());
      case BitValue bits -> key.addLong(bits.number());
      case EnumValue member -> key.addLong(member.index());
      case SetValue members -> key.addLong(members.bits());
      case DecimalValue number -> key.addDecimal(number.toBigDecimal());
      case FloatValue number -> key.addDouble(number.value());
      case DoubleValue number -> key.addDouble(number.value());
      case StringValue text -> key.addBytes(text.bytes(), 0, text.bytes().length);
      case DateValue date -> key.addLong(date.packed());
      case TimeValue time -> key.addLong(time.micros());
      case DateTimeValue time -> key.addLong(packed(time, key.nextType(), zone));
    }
  }

  private static long packed(DateTimeValue time, SqlType type, ZoneId zone) {
    return switch (type.kind()) {
      case TIMESTAMP -> Temporals.localToTimestamp(time.packed(), zone);
      default -> time.packed();
    };
  }
}
