package io.tidemark.sql.value;

import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;

/// Conversion of a value into a column's type: fits it, changes it with a warning, or refuses it.
///
/// Source: MySQL manual, chapters Data Types and Server SQL Modes. The answer has the class that
/// the column's kind has: [IntValue] for integers and YEAR, [DecimalValue] with the column's scale,
/// [DoubleValue], [FloatValue], [BitValue], [StringValue] in the column's collation (CHAR without
/// trailing spaces, BINARY filled up with zeros), [DateValue], [TimeValue], [DateTimeValue] (also
/// for TIMESTAMP, in the session's time zone), [EnumValue], [SetValue]. NULL stays NULL: whether
/// the column may be NULL is the caller's question.
public final class Conversion {
  private Conversion() {}

  public static Value store(SqlType target, Value value, StoreContext context) {
    if (value.isNull()) {
      return value;
    }
    return switch (target.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> NumberStore.integer(target, value, context);
      case YEAR -> NumberStore.year(value, context);
      case BIT -> NumberStore.bit(target, value, context);
      case DECIMAL -> NumberStore.decimal(target, value, context);
      case FLOAT, DOUBLE -> NumberStore.approximate(target, value, context);
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
          StringStore.text(target, value, context);
      case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB ->
          StringStore.binary(target, value, context);
      case ENUM -> StringStore.enumeration(target, value, context);
      case SET -> StringStore.set(target, value, context);
      case DATE, DATETIME, TIMESTAMP, TIME -> TemporalStore.store(target, value, context);
      case NULL -> NullValue.NULL;
      case JSON -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "JSON");
    };
  }

  /// Refuses if the context is strict, warns otherwise.
  static void fail(StoreContext context, MySqlError error, Object... arguments) {
    if (context.isStrict()) {
      throw new Rejected(error, arguments);
    }
    context.warn(error, arguments);
  }

  static void outOfRange(StoreContext context) {
    fail(context, MySqlError.WARN_DATA_OUT_OF_RANGE, context.columnName(), context.rowNumber());
  }

  static void truncated(StoreContext context) {
    fail(context, MySqlError.WARN_DATA_TRUNCATED, context.columnName(), context.rowNumber());
  }

  static void noteTruncated(StoreContext context) {
    context.note(MySqlError.WARN_DATA_TRUNCATED, context.columnName(), context.rowNumber());
  }

  static void incorrect(StoreContext context, String type, String value) {
    fail(
        context,
        MySqlError.TRUNCATED_WRONG_VALUE_FOR_FIELD,
        type,
        value,
        context.columnName(),
        context.rowNumber());
  }
}
