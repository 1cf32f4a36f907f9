package io.tidemark.sql.informationschema;

import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import java.util.ArrayList;
import java.util.List;

/// Columns of computed tables, written short.
public final class ColumnList {
  private ColumnList() {}

  /// Columns of a text such as `TABLE_SCHEMA v64, TABLE_ROWS u?, CREATE_TIME d?`: `v` VARCHAR of a
  /// length, `t` LONGTEXT, `i` BIGINT, `u` BIGINT UNSIGNED, `d` DATETIME; `?` may be NULL.
  public static List<ColumnDefinition> of(String text) {
    List<ColumnDefinition> columns = new ArrayList<>();
    for (String part : text.split(",")) {
      String[] words = part.trim().split(" ");
      boolean nullable = words[1].endsWith("?");
      String code = nullable ? words[1].substring(0, words[1].length() - 1) : words[1];
      columns.add(ColumnDefinition.of(words[0], type(code), nullable));
    }
    return columns;
  }

  private static SqlType type(String code) {
    return switch (code.charAt(0)) {
      case 'v' -> SqlType.varchar(Long.parseLong(code.substring(1)), Collations.UTF8MB4_0900_AI_CI);
      case 't' -> SqlType.textLob(TypeKind.LONGTEXT, Collations.UTF8MB4_0900_AI_CI);
      case 'i' -> SqlType.BIGINT;
      case 'u' -> SqlType.BIGINT_UNSIGNED;
      case 'd' -> SqlType.datetime(0);
      default -> throw new IllegalArgumentException("column type " + code);
    };
  }
}
