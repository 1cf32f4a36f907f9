package io.tidemark.sql.execute;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// Puts values into the columns of one table as MySQL does: converted, defaulted, refused or
/// adjusted with a warning. Confined to the statement's thread.
final class ColumnStore implements StoreContext {
  private final BaseTable table;
  private final EvalContext context;
  private final boolean strict;
  private final boolean ignore;
  private final @Nullable Value[] defaults;
  private String column = "";
  private long row = 1;

  ColumnStore(BaseTable table, EvalContext context, boolean ignore) {
    this.table = table;
    this.context = context;
    this.ignore = ignore;
    this.defaults = new Value[table.columns().size()];
    this.strict =
        !ignore
            && (context.hasMode(SqlMode.STRICT_TRANS_TABLES)
                || context.hasMode(SqlMode.STRICT_ALL_TABLES));
  }

  /// From 1, as messages count.
  void setRow(long number) {
    row = number;
  }

  boolean isIgnoring() {
    return ignore;
  }

  /// The value as the column stores it. A NULL stays NULL; see [#checkNull].
  Value store(int number, Value value) {
    ColumnDefinition definition = table.columns().get(number);
    if (value instanceof IntValue integer && fits(definition, integer)) {
      return integer;
    }
    if (value instanceof StringValue text && fits(definition, text)) {
      Collation collation = definition.type().collation();
      return collation.equals(text.collation()) ? text : new StringValue(text.bytes(), collation);
    }
    column = definition.name();
    return Conversion.store(definition.type(), value, this);
  }

  /// Whether the value is already what a store would give: the common case of wide integers.
  private static boolean fits(ColumnDefinition definition, IntValue value) {
    return switch (definition.type().kind()) {
      case INT ->
          !definition.type().unsigned()
              && !value.isUnsigned()
              && value.value() == (int) value.value();
      case BIGINT -> value.isUnsigned() == definition.type().unsigned();
      default -> false;
    };
  }

  /// Whether a store would keep the bytes: ASCII is the same in all character sets.
  private static boolean fits(ColumnDefinition definition, StringValue value) {
    byte[] bytes = value.bytes();
    boolean kept =
        switch (definition.type().kind()) {
          case VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> true;
          case CHAR -> bytes.length == 0 || bytes[bytes.length - 1] != ' ';
          default -> false;
        };
    return kept && bytes.length <= definition.type().length() && Charset.isAscii(bytes);
  }

  /// NULL in a column that is NOT NULL: refused, or the column's implicit default with a warning.
  ///
  /// @param single whether the statement has a single row, which is refused in every mode
  Value checkNull(int number, Value value, boolean single) {
    ColumnDefinition definition = table.columns().get(number);
    if (!value.isNull() || definition.nullable()) {
      return value;
    }
    if (strict || (single && !ignore)) {
      throw new Rejected(MySqlError.BAD_NULL, definition.name());
    }
    context.warn(MySqlError.BAD_NULL, definition.name());
    return implicit(number);
  }

  private Value implicit(int number) {
    return Implicit.of(table.columns().get(number).type());
  }

  /// The value of a column for which the statement has none. It is the same in every row, but where
  /// there is no default each row gets a warning.
  Value defaultOf(int number) {
    Value value = defaults[number];
    if (value == null) {
      ColumnDefinition definition = table.columns().get(number);
      if (hasNone(definition)) {
        if (strict) {
          throw new Rejected(MySqlError.NO_DEFAULT_FOR_FIELD, definition.name());
        }
        context.warn(MySqlError.NO_DEFAULT_FOR_FIELD, definition.name());
        return implicit(number);
      }
      value = makeDefault(number, definition);
      defaults[number] = value;
    }
    return value;
  }

  private static boolean hasNone(ColumnDefinition definition) {
    return definition.defaultValue() instanceof ColumnDefault.None
        && !definition.autoIncrement()
        && !definition.nullable()
        && definition.type().kind() != TypeKind.ENUM;
  }

  private Value makeDefault(int number, ColumnDefinition definition) {
    return switch (definition.defaultValue()) {
      case ColumnDefault.CurrentTimestamp _ -> now(number);
      case ColumnDefault.None _ ->
          definition.autoIncrement() || definition.nullable() ? NullValue.NULL : implicit(number);
      default -> table.defaultValue(number, context.timeZone());
    };
  }

  /// CURRENT_TIMESTAMP with the column's fractional digits.
  Value now(int number) {
    int fsp = table.columns().get(number).type().scale();
    long micros = context.statementTimeMicros();
    long unit = 1;
    for (int i = fsp; i < 6; i++) {
      unit *= 10;
    }
    return TimeZones.fromEpochMicros(micros - Math.floorMod(micros, unit), context.timeZone(), fsp);
  }

  @Override
  public String columnName() {
    return column;
  }

  @Override
  public long rowNumber() {
    return row;
  }

  @Override
  public boolean isStrict() {
    return strict;
  }

  @Override
  public ZoneId timeZone() {
    return context.timeZone();
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
    context.add(severity, error, arguments);
  }
}
