package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.ColumnSpecification.ColumnKey;
import io.tidemark.sql.ast.ColumnSpecification.Nullability;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.BitValue;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;

/// Makes column definitions of specifications. Confined to the statement's thread.
final class ColumnBuilder {
  private static final int MAX_COMMENT = 1024;
  private static final Set<String> NOW =
      Set.of("CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP");

  private final SessionContext session;
  private final SessionServices services;
  private final Charset client;

  ColumnBuilder(SessionContext session, SessionServices services) {
    this.session = session;
    this.services = services;
    this.client = Charset.find(session.settings().clientCharset()).orElse(Charset.UTF8MB4);
  }

  /// Whether the column is of the alias SERIAL, which stands for more than a type.
  static boolean isSerial(ColumnSpecification column) {
    return column.type().name().equals("SERIAL");
  }

  ColumnDefinition build(ColumnSpecification column, Collation tableCollation) {
    checkName(column.name());
    refuseUnsupported(column);
    SqlType type = ColumnTypes.resolve(column.name(), column.type(), tableCollation, client);
    boolean notNull =
        column.nullability() == Nullability.NOT_NULL
            || column.key() == ColumnKey.PRIMARY
            || column.autoIncrement()
            || isSerial(column);
    if (column.nullability() == Nullability.NULL && column.key() == ColumnKey.PRIMARY) {
      throw new Rejected(MySqlError.PRIMARY_CANT_HAVE_NULL);
    }
    boolean autoIncrement = column.autoIncrement() || isSerial(column);
    if (autoIncrement && !isCountable(type)) {
      throw new Rejected(MySqlError.WRONG_FIELD_SPEC, column.name());
    }
    if (column.comment().codePointCount(0, column.comment().length()) > MAX_COMMENT) {
      throw new Rejected(MySqlError.TOO_LONG_FIELD_COMMENT, column.name(), MAX_COMMENT);
    }
    boolean onUpdate = onUpdateNow(column, type);
    ColumnDefault defaultValue =
        defaultOf(
            column.name(), type, !notNull, column.defaultValue(), column.defaultIsExpression());
    if (autoIncrement && column.defaultValue().isPresent()) {
      throw new Rejected(MySqlError.INVALID_DEFAULT, column.name());
    }
    return new ColumnDefinition(
        column.name(),
        type,
        !notNull,
        defaultValue,
        onUpdate,
        autoIncrement,
        column.comment(),
        column.invisible(),
        !column.type().charset().isEmpty(),
        !column.type().collation().isEmpty() || column.type().binary());
  }

  static void checkName(String name) {
    if (name.codePointCount(0, name.length()) > 64) {
      throw new Rejected(MySqlError.TOO_LONG_IDENT, name);
    }
    if (name.isEmpty() || name.endsWith(" ")) {
      throw new Rejected(MySqlError.WRONG_COLUMN_NAME, name);
    }
  }

  private static void refuseUnsupported(ColumnSpecification column) {
    if (column.generated().isPresent()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "generated columns");
    }
    if (column.check().isPresent()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CHECK constraints");
    }
  }

  private static boolean isCountable(SqlType type) {
    return (type.family() == Family.INTEGER && type.kind() != TypeKind.YEAR)
        || type.family() == Family.APPROXIMATE;
  }

  private static boolean onUpdateNow(ColumnSpecification column, SqlType type) {
    if (!column.onUpdate().isPresent()) {
      return false;
    }
    if (!isNow(column.onUpdate(), type)) {
      throw new Rejected(MySqlError.INVALID_ON_UPDATE, column.name());
    }
    return true;
  }

  /// CURRENT_TIMESTAMP with as many fractional digits as the column.
  private static boolean isNow(Expression expression, SqlType type) {
    if (!(expression instanceof Expression.FunctionCall call)
        || !NOW.contains(call.name().toUpperCase(Locale.ROOT))
        || (type.kind() != TypeKind.DATETIME && type.kind() != TypeKind.TIMESTAMP)) {
      return false;
    }
    if (call.arguments().isEmpty()) {
      return type.scale() == 0;
    }
    return call.arguments().get(0) instanceof Expression.NumberLiteral digits
        && digits.text().equals(Integer.toString(type.scale()));
  }

  /// What a DEFAULT clause, which may be absent, gives a column.
  ColumnDefault defaultOf(
      String column, SqlType type, boolean nullable, Expression expression, boolean isExpression) {
    if (!expression.isPresent()) {
      return nullable ? ColumnDefault.NULL : ColumnDefault.NONE;
    }
    if (isNow(expression, type)) {
      return new ColumnDefault.CurrentTimestamp();
    }
    if (expression instanceof Expression.NullLiteral) {
      if (!nullable) {
        throw new Rejected(MySqlError.INVALID_DEFAULT, column);
      }
      return ColumnDefault.NULL;
    }
    if (isExpression) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "expressions as DEFAULT");
    }
    if (expression instanceof Expression.FunctionCall) {
      throw new Rejected(MySqlError.INVALID_DEFAULT, column);
    }
    if (type.kind().isLob()) {
      throw new Rejected(MySqlError.BLOB_CANT_HAVE_DEFAULT, column);
    }
    return constant(column, type, services.evaluate(expression));
  }

  private ColumnDefault constant(String column, SqlType type, Value value) {
    Value stored;
    try {
      stored = Conversion.store(type, value, new StrictStore(column, session));
    } catch (Rejected e) {
      throw new Rejected(MySqlError.INVALID_DEFAULT, column);
    }
    if (stored.isNull()) {
      return ColumnDefault.NULL;
    }
    return new ColumnDefault.Constant(text(type, stored));
  }

  private String text(SqlType type, Value stored) {
    return switch (stored) {
      case BitValue bits -> Long.toBinaryString(bits.number());
      case DateTimeValue time when type.kind() == TypeKind.TIMESTAMP && time.packed() != 0 ->
          TimeZones.fromEpochMicros(
                  TimeZones.toEpochMicros(time, session.settings().timeZone()),
                  ZoneOffset.UTC,
                  type.scale())
              .asString();
      default ->
          type.family() == Family.BINARY
              ? new String(stored.toBytes(), StandardCharsets.ISO_8859_1)
              : stored.asString();
    };
  }
}
