package io.tidemark.sql.table;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.EnumValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.SetValue;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/// The values that columns get when a statement gives them none, as a stored row: constants as
/// defined, NULL, and for NOT NULL columns without default what MySQL puts there when it is not
/// strict (0, an empty string, the first member). CURRENT_TIMESTAMP is not in it.
final class DefaultRow {
  private DefaultRow() {}

  static byte[] of(List<ColumnDefinition> columns, RowSchema schema) {
    RowWriter writer = new RowWriter(schema);
    for (int i = 0; i < columns.size(); i++) {
      StoredValues.write(writer, i, value(columns.get(i)), ZoneOffset.UTC);
    }
    return writer.finish();
  }

  private static Value value(ColumnDefinition column) {
    return switch (column.defaultValue()) {
      case ColumnDefault.Null isNull -> NullValue.NULL;
      case ColumnDefault.Constant constant -> parse(column, constant.text());
      case ColumnDefault.CurrentTimestamp now ->
          column.nullable() ? NullValue.NULL : implicit(column.type());
      case ColumnDefault.None none -> column.nullable() ? NullValue.NULL : implicit(column.type());
    };
  }

  private static Value parse(ColumnDefinition column, String text) {
    SqlType type = column.type();
    if (type.family() == io.tidemark.sql.type.TypeKind.Family.BINARY) {
      return StringValue.binary(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    if (type.kind() == io.tidemark.sql.type.TypeKind.BIT) {
      return BitValue.of(
          text.isEmpty() ? 0 : new BigInteger(text, 2).longValue(), (int) type.length());
    }
    return Conversion.store(type, StringValue.of(text), new Lenient(column.name()));
  }

  static Value implicit(SqlType type) {
    return switch (type.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> IntValue.of(0, type.unsigned());
      case YEAR -> IntValue.ofUnsigned(0);
      case BIT -> BitValue.of(0, (int) type.length());
      case DECIMAL -> DecimalValue.of(0, type.scale());
      case FLOAT -> FloatValue.of(0);
      case DOUBLE -> DoubleValue.of(0);
      case DATE -> DateValue.ZERO;
      case TIME -> TimeValue.ofMicros(0, type.scale());
      case DATETIME, TIMESTAMP -> new DateTimeValue(0, type.scale());
      case ENUM -> new EnumValue(1, type);
      case SET -> new SetValue(0, type);
      case BINARY -> StringValue.binary(new byte[(int) type.length()]);
      default -> StringValue.empty(type.collation());
    };
  }

  /// Reads stored defaults, which were checked when they were defined.
  private record Lenient(String columnName) implements StoreContext {
    @Override
    public long rowNumber() {
      return 1;
    }

    @Override
    public boolean isStrict() {
      return false;
    }

    @Override
    public ZoneId timeZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public boolean hasMode(SqlMode mode) {
      return mode == SqlMode.ALLOW_INVALID_DATES;
    }

    @Override
    public DateValue currentDate() {
      return DateValue.of(1970, 1, 1);
    }

    @Override
    public void add(Severity severity, MySqlError error, Object... arguments) {}
  }
}
