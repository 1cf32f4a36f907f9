package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.DataType;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The types of columns as written, checked against MySQL's limits.
final class ColumnTypes {
  private static final int MAX_CHAR = 255;
  private static final int MAX_ROW_BYTES = 65_535;
  private static final int MAX_DISPLAY_WIDTH = 255;
  private static final int MAX_SET_MEMBERS = 64;

  private ColumnTypes() {}

  /// @param column name for messages
  /// @param tableCollation default of text columns
  /// @param client character set of the statement
  static SqlType resolve(String column, DataType type, Collation tableCollation, Charset client) {
    return switch (type.name()) {
      case "TINYINT" -> integer(column, TypeKind.TINYINT, type);
      case "SMALLINT" -> integer(column, TypeKind.SMALLINT, type);
      case "MEDIUMINT" -> integer(column, TypeKind.MEDIUMINT, type);
      case "INT" -> integer(column, TypeKind.INT, type);
      case "BIGINT" -> integer(column, TypeKind.BIGINT, type);
      case "SERIAL" -> SqlType.BIGINT_UNSIGNED;
      case "DECIMAL" -> decimal(column, type);
      case "FLOAT", "DOUBLE" -> approximate(column, type);
      case "BIT" -> {
        long bits = type.length() <= 0 ? 1 : type.length();
        limit(MySqlError.TOO_BIG_DISPLAYWIDTH, bits, 64, column);
        yield SqlType.bit((int) bits);
      }
      case "YEAR" -> SqlType.YEAR;
      case "DATE" -> SqlType.DATE;
      case "TIME" -> SqlType.time(fsp(column, type));
      case "DATETIME" -> SqlType.datetime(fsp(column, type));
      case "TIMESTAMP" -> SqlType.timestamp(fsp(column, type));
      case "BINARY" -> {
        long bytes = type.length() < 0 ? 1 : type.length();
        limit(MySqlError.TOO_BIG_FIELDLENGTH, bytes, MAX_CHAR, column);
        yield SqlType.binary(bytes);
      }
      case "VARBINARY" -> {
        needLength(type);
        limit(MySqlError.TOO_BIG_FIELDLENGTH, type.length(), MAX_ROW_BYTES, column);
        yield SqlType.varbinary(type.length());
      }
      case "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB" ->
          SqlType.blob(lobKind(type.name(), type.length(), 1));
      case "JSON" -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "JSON columns");
      default -> text(column, type, collation(type, tableCollation), client);
    };
  }

  private static SqlType integer(String column, TypeKind kind, DataType type) {
    limit(MySqlError.TOO_BIG_DISPLAYWIDTH, type.length(), MAX_DISPLAY_WIDTH, column);
    SqlType plain = SqlType.integer(kind, type.unsigned());
    if (type.zerofill()) {
      return plain.withZerofill();
    }
    boolean truth = kind == TypeKind.TINYINT && type.length() == 1 && !type.unsigned();
    return truth ? plain.withLength(1) : plain;
  }

  private static SqlType decimal(String column, DataType type) {
    long precision = type.length() <= 0 ? 10 : type.length();
    int scale = Math.max(type.scale(), 0);
    if (scale > SqlType.MAX_DECIMAL_SCALE) {
      throw new Rejected(MySqlError.TOO_BIG_SCALE, scale, column, SqlType.MAX_DECIMAL_SCALE);
    }
    if (precision > SqlType.MAX_DECIMAL_PRECISION) {
      throw new Rejected(
          MySqlError.TOO_BIG_PRECISION, precision, column, SqlType.MAX_DECIMAL_PRECISION);
    }
    if (precision < scale) {
      throw new Rejected(MySqlError.M_BIGGER_THAN_D, column);
    }
    SqlType plain = SqlType.decimal((int) precision, scale, type.unsigned());
    return type.zerofill() ? plain.withZerofill() : plain;
  }

  private static SqlType approximate(String column, DataType type) {
    boolean isDouble = type.name().equals("DOUBLE");
    SqlType plain;
    if (type.scale() >= 0) {
      if (type.scale() > SqlType.MAX_DECIMAL_SCALE) {
        throw new Rejected(
            MySqlError.TOO_BIG_SCALE, type.scale(), column, SqlType.MAX_DECIMAL_SCALE);
      }
      limit(MySqlError.TOO_BIG_DISPLAYWIDTH, type.length(), MAX_DISPLAY_WIDTH, column);
      if (type.length() < type.scale()) {
        throw new Rejected(MySqlError.M_BIGGER_THAN_D, column);
      }
      int width = (int) type.length();
      plain =
          isDouble
              ? SqlType.doubleOf(width, type.scale(), type.unsigned())
              : SqlType.floatOf(width, type.scale(), type.unsigned());
    } else {
      if (type.length() > 53) {
        throw new Rejected(MySqlError.WRONG_FIELD_SPEC, column);
      }
      isDouble |= type.length() > 24;
      plain =
          isDouble
              ? SqlType.doubleOf(0, SqlType.UNSPECIFIED_SCALE, type.unsigned())
              : SqlType.floatOf(0, SqlType.UNSPECIFIED_SCALE, type.unsigned());
    }
    return type.zerofill() ? plain.withZerofill() : plain;
  }

  private static int fsp(String column, DataType type) {
    if (type.length() > SqlType.MAX_FSP) {
      throw new Rejected(MySqlError.TOO_BIG_PRECISION, type.length(), column, SqlType.MAX_FSP);
    }
    return (int) Math.max(type.length(), 0);
  }

  /// The collation that the type's own words give a text column.
  static Collation collation(DataType type, Collation tableCollation) {
    Collation chosen = CharsetChoice.resolve(type.charset(), type.collation(), tableCollation);
    return type.binary() ? Collations.binaryOf(chosen.charset()) : chosen;
  }

  private static SqlType text(String column, DataType type, Collation collation, Charset client) {
    boolean binary = collation.charset() == Charset.BINARY;
    int width = collation.charset().maxBytesPerCharacter();
    switch (type.name()) {
      case "CHAR" -> {
        long length = type.length() < 0 ? 1 : type.length();
        limit(MySqlError.TOO_BIG_FIELDLENGTH, length, MAX_CHAR, column);
        return binary ? SqlType.binary(length) : SqlType.character(length, collation);
      }
      case "VARCHAR" -> {
        needLength(type);
        limit(MySqlError.TOO_BIG_FIELDLENGTH, type.length(), MAX_ROW_BYTES / width, column);
        return binary
            ? SqlType.varbinary(type.length())
            : SqlType.varchar(type.length(), collation);
      }
      case "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT" -> {
        TypeKind kind = lobKind(type.name(), type.length(), width);
        return binary
            ? SqlType.blob(TypeKind.valueOf(kind.name().replace("TEXT", "BLOB")))
            : SqlType.textLob(kind, collation);
      }
      case "ENUM", "SET" -> {
        return members(column, type, collation, client);
      }
      default ->
          throw new Rejected(
              MySqlError.NOT_SUPPORTED_YET, type.name().toLowerCase(Locale.ROOT) + " columns");
    }
  }

  /// `TEXT(n)` and `BLOB(n)` are the smallest type that holds n.
  private static TypeKind lobKind(String name, long length, int width) {
    if (length < 0 || (!name.equals("TEXT") && !name.equals("BLOB"))) {
      return TypeKind.valueOf(name);
    }
    long bytes = length * width;
    String size = bytes < 256 ? "TINY" : bytes < 65_536 ? "" : bytes < 1 << 24 ? "MEDIUM" : "LONG";
    return TypeKind.valueOf(size + name);
  }

  private static SqlType members(
      String column, DataType type, Collation collation, Charset client) {
    List<String> members = new ArrayList<>();
    Set<java.nio.ByteBuffer> keys = new HashSet<>();
    boolean isSet = type.name().equals("SET");
    for (StringLiteral literal : type.values()) {
      Charset from =
          literal.introducer().isEmpty() ? client : CharsetChoice.charset(literal.introducer());
      String member = from.decode(literal.bytes()).stripTrailing();
      byte[] key = collation.sortKey(collation.charset().encode(member));
      if (!keys.add(java.nio.ByteBuffer.wrap(key))) {
        throw new Rejected(MySqlError.DUPLICATED_VALUE_IN_TYPE, column, member, type.name());
      }
      members.add(member);
    }
    if (isSet && members.size() > MAX_SET_MEMBERS) {
      throw new Rejected(MySqlError.TOO_BIG_SET, column);
    }
    return isSet ? SqlType.setOf(members, collation) : SqlType.enumOf(members, collation);
  }

  private static void needLength(DataType type) {
    if (type.length() < 0) {
      throw new Rejected(MySqlError.SYNTAX_ERROR);
    }
  }

  private static void limit(MySqlError error, long value, long max, String column) {
    if (value > max) {
      throw new Rejected(error, column, max);
    }
  }
}
