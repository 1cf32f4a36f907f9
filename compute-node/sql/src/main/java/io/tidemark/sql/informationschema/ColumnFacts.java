package io.tidemark.sql.informationschema;

import io.tidemark.sql.table.ColumnDefault;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.TimeZones;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What SHOW and `information_schema` say of columns and indexes.
public final class ColumnFacts {
  private ColumnFacts() {}

  /// PRI, UNI, MUL or empty.
  public static String key(TableDefinition table, int column) {
    int primary = shownPrimary(table);
    String key = "";
    for (int i = 0; i < table.indexes().size(); i++) {
      IndexDefinition index = table.indexes().get(i);
      for (int part = 0; part < index.columns().size(); part++) {
        if (index.columns().get(part).column() != column) {
          continue;
        }
        if (i == primary) {
          return "PRI";
        }
        if (part == 0) {
          boolean alone = index.unique() && index.columns().size() == 1;
          key = alone ? "UNI" : key.isEmpty() ? "MUL" : key;
        }
      }
    }
    return key;
  }

  /// The primary key, or the first unique index without NULL, which MySQL shows as one; -1 if there
  /// is neither.
  private static int shownPrimary(TableDefinition table) {
    if (!table.hasHiddenKey()) {
      return 0;
    }
    for (int i = 1; i < table.indexes().size(); i++) {
      IndexDefinition index = table.indexes().get(i);
      boolean whole = index.columns().stream().allMatch(c -> c.prefixLength() == 0);
      boolean notNull =
          index.columns().stream().noneMatch(c -> table.column(c.column()).nullable());
      if (index.unique() && whole && notNull) {
        return i;
      }
    }
    return -1;
  }

  /// The column Extra.
  public static String extra(ColumnDefinition column) {
    List<String> words = new ArrayList<>();
    if (column.autoIncrement()) {
      words.add("auto_increment");
    }
    if (column.defaultValue() instanceof ColumnDefault.CurrentTimestamp) {
      words.add("DEFAULT_GENERATED");
    }
    if (column.onUpdateNow()) {
      words.add("on update " + now(column.type()));
    }
    if (column.invisible()) {
      words.add("INVISIBLE");
    }
    return String.join(" ", words);
  }

  /// `CURRENT_TIMESTAMP` with the type's fractional digits.
  public static String now(SqlType type) {
    return type.scale() == 0 ? "CURRENT_TIMESTAMP" : "CURRENT_TIMESTAMP(" + type.scale() + ")";
  }

  /// The default as SHOW COLUMNS prints it; empty for NULL and for none.
  public static Optional<String> defaultText(ColumnDefinition column, ZoneId zone) {
    return switch (column.defaultValue()) {
      case ColumnDefault.None none -> Optional.empty();
      case ColumnDefault.Null none -> Optional.empty();
      case ColumnDefault.CurrentTimestamp now -> Optional.of(now(column.type()));
      case ColumnDefault.Constant constant ->
          Optional.of(
              switch (column.type().kind()) {
                case BIT -> "b'" + constant.text() + "'";
                case TIMESTAMP -> inZone(constant.text(), column.type(), zone);
                default -> constant.text();
              });
    };
  }

  /// A TIMESTAMP is kept in UTC and shown in the session's time zone.
  private static String inZone(String utc, SqlType type, ZoneId zone) {
    if (utc.startsWith("0000")) {
      return utc;
    }
    LocalDateTime time =
        LocalDateTime.parse(utc.replace(' ', 'T'), DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    long micros = time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
    DateTimeValue local = TimeZones.fromEpochMicros(micros, zone, type.scale());
    return local.asString();
  }

  /// Numbers of the indexes in the order in which MySQL lists them: the primary key, unique ones
  /// without NULL, unique ones, the others; the hidden one left out.
  public static List<Integer> indexOrder(TableDefinition table) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < table.indexes().size(); i++) {
      if (!table.indexes().get(i).isHidden()) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingInt(i -> rank(table, table.indexes().get(i))));
    return order;
  }

  private static int rank(TableDefinition table, IndexDefinition index) {
    if (index.isPrimary()) {
      return 0;
    }
    if (!index.unique()) {
      return 3;
    }
    return index.columns().stream().anyMatch(c -> table.column(c.column()).nullable()) ? 2 : 1;
  }

  /// Whether SHOW says a collation of the column: texts, ENUM and SET.
  public static boolean hasCollation(SqlType type) {
    return type.family() == TypeKind.Family.TEXT || type.family() == TypeKind.Family.MEMBERS;
  }

  /// A text in single quotes as SHOW CREATE TABLE escapes it.
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'' -> quoted.append("''");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\0' -> quoted.append("\\0");
        default -> quoted.append(c);
      }
    }
    return quoted.append('\'').toString();
  }

  /// A name in backquotes.
  public static String identifier(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
