package io.tidemark.sql.informationschema;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.constraint.ForeignKeyLookup;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.TypeKind;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// SHOW CREATE TABLE, letter by letter as MySQL 8.0 prints it.
public final class CreateStatement {
  private CreateStatement() {}

  /// @param counter next AUTO_INCREMENT value
  /// @param zone in which TIMESTAMP defaults are shown
  public static String of(BaseTable table, long counter, ZoneId zone) {
    TableDefinition definition = table.definition();
    List<String> lines = new ArrayList<>();
    for (ColumnDefinition column : definition.columns()) {
      lines.add("  " + column(column, definition.collation(), zone));
    }
    for (int number : ColumnFacts.indexOrder(definition)) {
      lines.add("  " + index(definition, definition.indexes().get(number)));
    }
    for (ForeignKeyDefinition key : definition.foreignKeys()) {
      lines.add("  " + ForeignKeyLookup.print(key, table.database()));
    }
    return "CREATE TABLE "
        + ColumnFacts.identifier(table.name())
        + " (\n"
        + String.join(",\n", lines)
        + "\n) ENGINE=InnoDB"
        + options(definition, counter);
  }

  private static String column(ColumnDefinition column, Collation tableCollation, ZoneId zone) {
    StringBuilder text =
        new StringBuilder(ColumnFacts.identifier(column.name())).append(' ').append(column.type());
    if (ColumnFacts.hasCollation(column.type())) {
      collation(text, column, tableCollation);
    }
    boolean timestamp = column.type().kind() == TypeKind.TIMESTAMP;
    if (!column.nullable()) {
      text.append(" NOT NULL");
    } else if (timestamp) {
      text.append(" NULL");
    }
    if (column.invisible()) {
      text.append(" /*!80023 INVISIBLE */");
    }
    switch (column.defaultValue()) {
      case ColumnDefault.None none -> {}
      case ColumnDefault.Null none -> {
        if (!column.type().kind().isLob()) {
          text.append(" DEFAULT NULL");
        }
      }
      case ColumnDefault.CurrentTimestamp now ->
          text.append(" DEFAULT ").append(ColumnFacts.now(column.type()));
      case ColumnDefault.Constant constant -> {
        String shown = ColumnFacts.defaultText(column, zone).orElse("");
        text.append(" DEFAULT ")
            .append(column.type().kind() == TypeKind.BIT ? shown : ColumnFacts.quote(shown));
      }
    }
    if (column.onUpdateNow()) {
      text.append(" ON UPDATE ").append(ColumnFacts.now(column.type()));
    }
    if (column.autoIncrement()) {
      text.append(" AUTO_INCREMENT");
    }
    if (!column.comment().isEmpty()) {
      text.append(" COMMENT ").append(ColumnFacts.quote(column.comment()));
    }
    return text.toString();
  }

  private static void collation(
      StringBuilder text, ColumnDefinition column, Collation tableCollation) {
    Collation own = column.type().collation();
    boolean named =
        !own.equals(tableCollation) || column.explicitCharset() || column.explicitCollation();
    if (named) {
      text.append(" CHARACTER SET ").append(own.charset().mysqlName());
    }
    if (named || !own.equals(own.charset().defaultCollation())) {
      text.append(" COLLATE ").append(own.name());
    }
  }

  private static String index(TableDefinition table, IndexDefinition index) {
    StringBuilder text = new StringBuilder();
    if (index.isPrimary()) {
      text.append("PRIMARY KEY ");
    } else {
      text.append(index.unique() ? "UNIQUE KEY " : "KEY ")
          .append(ColumnFacts.identifier(index.name()))
          .append(' ');
    }
    List<String> parts = new ArrayList<>();
    for (IndexDefinition.Column part : index.columns()) {
      parts.add(
          ColumnFacts.identifier(table.column(part.column()).name())
              + (part.prefixLength() > 0 ? "(" + part.prefixLength() + ")" : "")
              + (part.descending() ? " DESC" : ""));
    }
    text.append('(').append(String.join(",", parts)).append(')');
    if (!index.algorithm().isEmpty()) {
      text.append(" USING ").append(index.algorithm());
    }
    if (!index.comment().isEmpty()) {
      text.append(" COMMENT ").append(ColumnFacts.quote(index.comment()));
    }
    if (index.invisible()) {
      text.append(" /*!80000 INVISIBLE */");
    }
    return text.toString();
  }

  private static String options(TableDefinition table, long counter) {
    StringBuilder text = new StringBuilder();
    if (table.autoIncrementColumn().isPresent() && counter > 1) {
      text.append(" AUTO_INCREMENT=").append(Long.toUnsignedString(counter));
    }
    Collation collation = table.collation();
    Charset charset = collation.charset();
    text.append(" DEFAULT CHARSET=").append(charset.mysqlName());
    boolean plain = collation.equals(charset.defaultCollation());
    if (!plain || collation.equals(Collations.UTF8MB4_0900_AI_CI)) {
      text.append(" COLLATE=").append(collation.name());
    }
    for (Map.Entry<String, String> option : table.options().entrySet()) {
      text.append(' ').append(option.getKey()).append('=');
      text.append(
          option.getKey().equals("COMPRESSION")
              ? ColumnFacts.quote(option.getValue())
              : option.getValue());
    }
    if (!table.comment().isEmpty()) {
      text.append(" COMMENT=").append(ColumnFacts.quote(table.comment()));
    }
    return text.toString();
  }
}
