package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// MySQL's limits of tables and names.
final class TableLimits {
  private static final int MAX_COLUMNS = 1017;
  private static final int MAX_ROW_BYTES = 65_535;
  private static final int MAX_COMMENT = 2048;

  private TableLimits() {}

  /// The name with its database, which is the current one unless written.
  ///
  /// @throws Rejected 1046 without a database, 1059 and 1103 for bad names
  static QualifiedName resolve(QualifiedName name, SessionContext session) {
    checkTableName(name.name());
    if (name.hasDatabase()) {
      return name;
    }
    if (session.database().isEmpty()) {
      throw new Rejected(MySqlError.NO_DB);
    }
    return new QualifiedName(session.database(), name.name());
  }

  static void checkTableName(String name) {
    if (name.codePointCount(0, name.length()) > 64) {
      throw new Rejected(MySqlError.TOO_LONG_IDENT, name);
    }
    if (name.isEmpty() || name.endsWith(" ")) {
      throw new Rejected(MySqlError.WRONG_TABLE_NAME, name);
    }
  }

  static void checkDatabaseName(String name) {
    if (name.codePointCount(0, name.length()) > 64) {
      throw new Rejected(MySqlError.TOO_LONG_IDENT, name);
    }
    if (name.isEmpty() || name.endsWith(" ")) {
      throw new Rejected(MySqlError.WRONG_DB_NAME, name);
    }
  }

  static void checkColumns(List<ColumnDefinition> columns) {
    if (columns.isEmpty()) {
      throw new Rejected(MySqlError.TABLE_MUST_HAVE_COLUMNS);
    }
    if (columns.size() > MAX_COLUMNS) {
      throw new Rejected(MySqlError.TOO_MANY_FIELDS);
    }
    Set<String> names = new HashSet<>();
    long bytes = (columns.size() + 7) / 8;
    boolean visible = false;
    for (ColumnDefinition column : columns) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new Rejected(MySqlError.DUP_FIELDNAME, column.name());
      }
      bytes += rowBytes(column.type());
      visible |= !column.invisible();
    }
    if (bytes > MAX_ROW_BYTES) {
      throw new Rejected(MySqlError.TOO_BIG_ROWSIZE, MAX_ROW_BYTES);
    }
    if (!visible) {
      throw new Rejected(MySqlError.TABLE_VALUE_CONSTRUCTOR_MUST_HAVE_COLUMNS);
    }
  }

  /// Bytes that MySQL counts for a column in a row.
  private static long rowBytes(SqlType type) {
    return switch (type.kind()) {
      case TINYINT, YEAR -> 1;
      case SMALLINT, ENUM -> 2;
      case MEDIUMINT, DATE -> 3;
      case INT, FLOAT -> 4;
      case BIGINT, DOUBLE, DATETIME, SET -> 8;
      case TIMESTAMP, TIME -> 7;
      case BIT -> (type.length() + 7) / 8;
      case DECIMAL -> type.length() / 2 + 1;
      case CHAR, BINARY -> type.maxBytes();
      case VARCHAR, VARBINARY -> type.maxBytes() + (type.maxBytes() > 255 ? 2 : 1);
      case TINYTEXT, TINYBLOB -> 9;
      case TEXT, BLOB -> 10;
      case MEDIUMTEXT, MEDIUMBLOB -> 11;
      default -> 12;
    };
  }

  static void checkComment(String table, String comment) {
    if (comment.codePointCount(0, comment.length()) > MAX_COMMENT) {
      throw new Rejected(MySqlError.TOO_LONG_TABLE_COMMENT, table, MAX_COMMENT);
    }
  }
}
