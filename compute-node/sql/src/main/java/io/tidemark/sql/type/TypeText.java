package io.tidemark.sql.type;

import java.util.Locale;

/// Prints types as SHOW CREATE TABLE of MySQL 8.0 does: integers without display width, except with
/// ZEROFILL.
final class TypeText {
  private TypeText() {}

  static String print(SqlType type) {
    String name = type.kind().name().toLowerCase(Locale.ROOT);
    return switch (type.kind()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
          type.isTruth()
              ? "tinyint(1)"
              : (type.zerofill() ? name + "(" + zerofillWidth(type) + ")" : name) + signs(type);
      case DECIMAL -> name + "(" + type.length() + "," + type.scale() + ")" + signs(type);
      case FLOAT, DOUBLE ->
          type.scale() == SqlType.UNSPECIFIED_SCALE
              ? name + signs(type)
              : name + "(" + type.length() + "," + type.scale() + ")" + signs(type);
      case BIT, CHAR, VARCHAR, BINARY, VARBINARY -> name + "(" + type.length() + ")";
      case TIME, DATETIME, TIMESTAMP -> type.scale() == 0 ? name : name + "(" + type.scale() + ")";
      case ENUM, SET -> members(name, type);
      default -> name;
    };
  }

  static long zerofillWidth(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 3;
      case SMALLINT -> 5;
      case MEDIUMINT -> 8;
      case INT -> 10;
      case BIGINT -> 20;
      default -> type.length();
    };
  }

  private static String signs(SqlType type) {
    return (type.unsigned() ? " unsigned" : "") + (type.zerofill() ? " zerofill" : "");
  }

  private static String members(String name, SqlType type) {
    StringBuilder text = new StringBuilder(name).append('(');
    String separator = "";
    for (String member : type.members()) {
      text.append(separator).append('\'').append(member.replace("'", "''")).append('\'');
      separator = ",";
    }
    return text.append(')').toString();
  }
}
