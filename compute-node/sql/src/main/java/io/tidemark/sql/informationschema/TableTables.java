package io.tidemark.sql.informationschema;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.ddl.DatabaseDefinition;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Tables about databases, tables, columns and indexes.
final class TableTables {
  private static final String COLUMNS =
      "TABLE_CATALOG v64, TABLE_SCHEMA v64, TABLE_NAME v64, COLUMN_NAME v64, ORDINAL_POSITION u,"
          + " COLUMN_DEFAULT t?, IS_NULLABLE v3, DATA_TYPE t, CHARACTER_MAXIMUM_LENGTH i?,"
          + " CHARACTER_OCTET_LENGTH i?, NUMERIC_PRECISION u?, NUMERIC_SCALE u?,"
          + " DATETIME_PRECISION u?, CHARACTER_SET_NAME v64?, COLLATION_NAME v64?, COLUMN_TYPE t,"
          + " COLUMN_KEY v3, EXTRA v256, PRIVILEGES v154, COLUMN_COMMENT t,"
          + " GENERATION_EXPRESSION t, SRS_ID u?";
  private static final String TABLES =
      "TABLE_CATALOG v64, TABLE_SCHEMA v64, TABLE_NAME v64, TABLE_TYPE v11, ENGINE v64?, VERSION i?,"
          + " ROW_FORMAT v10?, TABLE_ROWS u?, AVG_ROW_LENGTH u?, DATA_LENGTH u?,"
          + " MAX_DATA_LENGTH u?, INDEX_LENGTH u?, DATA_FREE u?, AUTO_INCREMENT u?, CREATE_TIME d?,"
          + " UPDATE_TIME d?, CHECK_TIME d?, TABLE_COLLATION v64?, CHECKSUM i?,"
          + " CREATE_OPTIONS v256?, TABLE_COMMENT t?";
  private static final String PRIVILEGES = "select,insert,update,references";

  private final ServerContext server;

  private TableTables(ServerContext server) {
    this.server = server;
  }

  static void addTo(List<VirtualTable> tables, ServerContext server) {
    TableTables self = new TableTables(server);
    add(
        tables,
        "SCHEMATA",
        "CATALOG_NAME v64, SCHEMA_NAME v64, DEFAULT_CHARACTER_SET_NAME v64,"
            + " DEFAULT_COLLATION_NAME v64, SQL_PATH v1?, DEFAULT_ENCRYPTION v3",
        self::schemata);
    add(tables, "TABLES", TABLES, self::tables);
    add(tables, "COLUMNS", COLUMNS, self::columns);
    add(
        tables,
        "STATISTICS",
        "TABLE_CATALOG v64, TABLE_SCHEMA v64, TABLE_NAME v64, NON_UNIQUE i, INDEX_SCHEMA v64,"
            + " INDEX_NAME v64, SEQ_IN_INDEX u, COLUMN_NAME v64?, COLLATION v1?, CARDINALITY i?,"
            + " SUB_PART i?, PACKED v1?, NULLABLE v3, INDEX_TYPE v11, COMMENT v8,"
            + " INDEX_COMMENT v2048, IS_VISIBLE v3, EXPRESSION t?",
        self::statistics);
    add(
        tables,
        "TABLE_CONSTRAINTS",
        "CONSTRAINT_CATALOG v64, CONSTRAINT_SCHEMA v64, CONSTRAINT_NAME v64, TABLE_SCHEMA v64,"
            + " TABLE_NAME v64, CONSTRAINT_TYPE v11, ENFORCED v3",
        self::constraints);
    add(
        tables,
        "KEY_COLUMN_USAGE",
        "CONSTRAINT_CATALOG v64, CONSTRAINT_SCHEMA v64, CONSTRAINT_NAME v64, TABLE_CATALOG v64,"
            + " TABLE_SCHEMA v64, TABLE_NAME v64, COLUMN_NAME v64?, ORDINAL_POSITION u,"
            + " POSITION_IN_UNIQUE_CONSTRAINT u?, REFERENCED_TABLE_SCHEMA v64?,"
            + " REFERENCED_TABLE_NAME v64?, REFERENCED_COLUMN_NAME v64?",
        self::keyColumns);
    add(
        tables,
        "REFERENTIAL_CONSTRAINTS",
        "CONSTRAINT_CATALOG v64, CONSTRAINT_SCHEMA v64, CONSTRAINT_NAME v64,"
            + " UNIQUE_CONSTRAINT_CATALOG v64, UNIQUE_CONSTRAINT_SCHEMA v64,"
            + " UNIQUE_CONSTRAINT_NAME v64?, MATCH_OPTION v7, UPDATE_RULE v11, DELETE_RULE v11,"
            + " TABLE_NAME v64, REFERENCED_TABLE_NAME v64",
        self::references);
    add(
        tables,
        "PARTITIONS",
        "TABLE_CATALOG v64, TABLE_SCHEMA v64, TABLE_NAME v64, PARTITION_NAME v64?,"
            + " SUBPARTITION_NAME v64?, PARTITION_ORDINAL_POSITION u?,"
            + " SUBPARTITION_ORDINAL_POSITION u?, PARTITION_METHOD v13?,"
            + " SUBPARTITION_METHOD v13?, PARTITION_EXPRESSION v2048?,"
            + " SUBPARTITION_EXPRESSION v2048?, PARTITION_DESCRIPTION t?, TABLE_ROWS u?,"
            + " AVG_ROW_LENGTH u?, DATA_LENGTH u?, MAX_DATA_LENGTH u?, INDEX_LENGTH u?,"
            + " DATA_FREE u?, CREATE_TIME d?, UPDATE_TIME d?, CHECK_TIME d?, CHECKSUM i?,"
            + " PARTITION_COMMENT t, NODEGROUP v256?, TABLESPACE_NAME v268?",
        self::partitions);
  }

  private static void add(
      List<VirtualTable> tables, String name, String columns, ComputedTable.Rows rows) {
    tables.add(new ComputedTable(InformationSchema.NAME, name, columns, rows));
  }

  private List<String> databases(
      SessionContext session, Map<String, String> equalities, String key) {
    TreeSet<String> names = new TreeSet<>(server.engine().dictionary().databases());
    names.addAll(server.catalog().virtualDatabases());
    String wanted = equalities.get(key);
    List<String> seen = new ArrayList<>();
    for (String name : names) {
      boolean asked = wanted == null || wanted.equalsIgnoreCase(name);
      if (asked && server.privileges().sees(session.account(), name)) {
        seen.add(name);
      }
    }
    return seen;
  }

  private List<Value[]> schemata(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    for (String name : databases(session, equalities, "SCHEMA_NAME")) {
      Collation collation = collation(name);
      rows.add(
          new RowBuilder()
              .text("def")
              .text(name)
              .text(collation.charset().mysqlName())
              .text(collation.name())
              .none()
              .text("NO")
              .build());
    }
    return rows;
  }

  /// A virtual database has the collation of its columns: drivers compare these with it by name.
  private Collation collation(String database) {
    return server
        .engine()
        .dictionary()
        .findDatabase(database)
        .map(bytes -> DatabaseDefinition.decode(bytes).collation())
        .orElse(io.tidemark.sql.collation.Collations.UTF8MB4_0900_AI_CI);
  }

  /// Takes the stored tables that the account sees.
  private interface TableVisitor {
    void visit(BaseTable table);
  }

  private void forEach(
      SessionContext session, Map<String, String> equalities, TableVisitor visitor) {
    String wanted = equalities.get("TABLE_NAME");
    for (String database : databases(session, equalities, "TABLE_SCHEMA")) {
      List<TableDescriptor> tables = new ArrayList<>(server.engine().dictionary().tables(database));
      tables.sort(java.util.Comparator.comparing(TableDescriptor::name));
      for (TableDescriptor descriptor : tables) {
        boolean asked = wanted == null || wanted.equalsIgnoreCase(descriptor.name());
        if (asked && server.privileges().sees(session.account(), database, descriptor.name())) {
          visitor.visit(server.catalog().table(descriptor));
        }
      }
    }
  }

  private void forEachVirtual(
      Map<String, String> equalities, java.util.function.Consumer<VirtualTable> visitor) {
    String schema = equalities.get("TABLE_SCHEMA");
    String wanted = equalities.get("TABLE_NAME");
    for (String database : server.catalog().virtualDatabases()) {
      if (schema == null || schema.equalsIgnoreCase(database)) {
        for (VirtualTable table : server.catalog().virtualTables(database)) {
          if (wanted == null || wanted.equalsIgnoreCase(table.name())) {
            visitor.accept(table);
          }
        }
      }
    }
  }

  private List<Value[]> tables(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEachVirtual(
        equalities,
        table ->
            rows.add(
                new RowBuilder()
                    .text("def")
                    .text(table.database())
                    .text(table.name())
                    .text("SYSTEM VIEW")
                    .none()
                    .number(10)
                    .none()
                    .unsigned(0)
                    .unsigned(0)
                    .unsigned(0)
                    .unsigned(0)
                    .unsigned(0)
                    .unsigned(0)
                    .nones(4)
                    .nones(2)
                    .text("")
                    .text("")
                    .build()));
    ZoneId zone = session.settings().timeZone();
    forEach(
        session,
        equalities,
        table -> {
          TableDefinition definition = table.definition();
          long count = server.engine().dictionary().estimatedRows(table.descriptor());
          RowBuilder row =
              new RowBuilder()
                  .text("def")
                  .text(table.database())
                  .text(table.name())
                  .text("BASE TABLE")
                  .text("InnoDB")
                  .number(10)
                  .text("Dynamic")
                  .unsigned(count)
                  .unsigned(count == 0 ? 0 : averageRow(definition))
                  .unsigned(Math.max(16_384, count * averageRow(definition)))
                  .unsigned(0)
                  .unsigned((definition.indexes().size() - 1) * 16_384L)
                  .unsigned(0);
          if (definition.autoIncrementColumn().isPresent()) {
            row.unsigned(server.engine().dictionary().counter(table.descriptor()));
          } else {
            row.none();
          }
          rows.add(
              row.time(definition.createTimeMillis(), zone)
                  .none()
                  .none()
                  .text(definition.collation().name())
                  .none()
                  .text(createOptions(definition))
                  .text(definition.comment())
                  .build());
        });
    return rows;
  }

  /// A guess from the types: fixed parts whole, texts by a fourth of what they may hold.
  private static long averageRow(TableDefinition table) {
    long bytes = 20;
    for (ColumnDefinition column : table.columns()) {
      bytes +=
          column.type().isString() && column.type().family() != TypeKind.Family.MEMBERS
              ? Math.min(256, column.type().length() / 4 + 1)
              : 6;
    }
    return bytes;
  }

  static String createOptions(TableDefinition table) {
    List<String> options = new ArrayList<>();
    table
        .options()
        .forEach(
            (name, value) -> options.add(name.toLowerCase(java.util.Locale.ROOT) + "=" + value));
    return String.join(" ", options);
  }

  private List<Value[]> columns(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    ZoneId zone = session.settings().timeZone();
    forEachVirtual(
        equalities,
        table -> {
          for (int i = 0; i < table.columns().size(); i++) {
            rows.add(column(table.database(), table.name(), table.columns().get(i), i, "", zone));
          }
        });
    forEach(
        session,
        equalities,
        table -> {
          for (int i = 0; i < table.columns().size(); i++) {
            String key = ColumnFacts.key(table.definition(), i);
            rows.add(column(table.database(), table.name(), table.columns().get(i), i, key, zone));
          }
        });
    return rows;
  }

  private static Value[] column(
      String database, String table, ColumnDefinition column, int number, String key, ZoneId zone) {
    SqlType type = column.type();
    RowBuilder row =
        new RowBuilder()
            .text("def")
            .text(database)
            .text(table)
            .text(column.name())
            .unsigned(number + 1);
    ColumnFacts.defaultText(column, zone).ifPresentOrElse(row::text, row::none);
    row.text(column.nullable() ? "YES" : "NO").text(dataType(type));
    if (type.isString()) {
      row.number(type.kind().isLob() ? type.maxBytes() : type.length());
      row.number(type.maxBytes());
    } else {
      row.none().none();
    }
    numericFacts(row, type);
    if (type.kind() == TypeKind.TIME
        || type.kind() == TypeKind.DATETIME
        || type.kind() == TypeKind.TIMESTAMP) {
      row.unsigned(type.scale());
    } else {
      row.none();
    }
    if (ColumnFacts.hasCollation(type)) {
      row.text(type.collation().charset().mysqlName()).text(type.collation().name());
    } else {
      row.none().none();
    }
    return row.text(type.toString())
        .text(key)
        .text(ColumnFacts.extra(column))
        .text(PRIVILEGES)
        .text(column.comment())
        .text("")
        .none()
        .build();
  }

  static String dataType(SqlType type) {
    return type.kind().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static void numericFacts(RowBuilder row, SqlType type) {
    switch (type.kind()) {
      case TINYINT -> row.unsigned(3).unsigned(0);
      case SMALLINT -> row.unsigned(5).unsigned(0);
      case MEDIUMINT -> row.unsigned(type.unsigned() ? 8 : 7).unsigned(0);
      case INT -> row.unsigned(10).unsigned(0);
      case BIGINT -> row.unsigned(type.unsigned() ? 20 : 19).unsigned(0);
      case DECIMAL -> row.unsigned(type.length()).unsigned(type.scale());
      case BIT -> row.unsigned(type.length()).none();
      case FLOAT, DOUBLE -> {
        boolean declared = type.scale() != SqlType.UNSPECIFIED_SCALE;
        row.unsigned(declared ? type.length() : type.kind() == TypeKind.FLOAT ? 12 : 22);
        if (declared) {
          row.unsigned(type.scale());
        } else {
          row.none();
        }
      }
      default -> row.none().none();
    }
  }

  private List<Value[]> statistics(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEach(
        session,
        equalities,
        table -> {
          TableDefinition definition = table.definition();
          long count = server.engine().dictionary().estimatedRows(table.descriptor());
          for (int number : ColumnFacts.indexOrder(definition)) {
            IndexDefinition index = definition.indexes().get(number);
            for (int i = 0; i < index.columns().size(); i++) {
              IndexDefinition.Column part = index.columns().get(i);
              ColumnDefinition column = definition.column(part.column());
              RowBuilder row =
                  new RowBuilder()
                      .text("def")
                      .text(table.database())
                      .text(table.name())
                      .number(index.unique() ? 0 : 1)
                      .text(table.database())
                      .text(index.name())
                      .unsigned(i + 1)
                      .text(column.name())
                      .text(part.descending() ? "D" : "A")
                      .number(count);
              if (part.prefixLength() > 0) {
                row.number(part.prefixLength());
              } else {
                row.none();
              }
              rows.add(
                  row.none()
                      .text(column.nullable() ? "YES" : "")
                      .text("BTREE")
                      .text("")
                      .text(index.comment())
                      .text(index.invisible() ? "NO" : "YES")
                      .none()
                      .build());
            }
          }
        });
    return rows;
  }

  private List<Value[]> constraints(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEach(
        session,
        equalities,
        table -> {
          for (int number : ColumnFacts.indexOrder(table.definition())) {
            IndexDefinition index = table.indexes().get(number);
            if (index.unique()) {
              rows.add(
                  new RowBuilder()
                      .text("def")
                      .text(table.database())
                      .text(index.name())
                      .text(table.database())
                      .text(table.name())
                      .text(index.isPrimary() ? "PRIMARY KEY" : "UNIQUE")
                      .text("YES")
                      .build());
            }
          }
          for (ForeignKeyDefinition key : table.definition().foreignKeys()) {
            rows.add(
                new RowBuilder()
                    .text("def")
                    .text(table.database())
                    .text(key.name())
                    .text(table.database())
                    .text(table.name())
                    .text("FOREIGN KEY")
                    .text("YES")
                    .build());
          }
        });
    return rows;
  }

  private List<Value[]> keyColumns(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEach(
        session,
        equalities,
        table -> {
          for (int number : ColumnFacts.indexOrder(table.definition())) {
            IndexDefinition index = table.indexes().get(number);
            for (int i = 0; index.unique() && i < index.columns().size(); i++) {
              rows.add(
                  new RowBuilder()
                      .text("def")
                      .text(table.database())
                      .text(index.name())
                      .text("def")
                      .text(table.database())
                      .text(table.name())
                      .text(table.definition().column(index.columns().get(i).column()).name())
                      .unsigned(i + 1)
                      .nones(4)
                      .build());
            }
          }
          for (ForeignKeyDefinition key : table.definition().foreignKeys()) {
            for (int i = 0; i < key.columns().size(); i++) {
              rows.add(
                  new RowBuilder()
                      .text("def")
                      .text(table.database())
                      .text(key.name())
                      .text("def")
                      .text(table.database())
                      .text(table.name())
                      .text(key.columns().get(i))
                      .unsigned(i + 1)
                      .unsigned(i + 1)
                      .text(key.referencedDatabase())
                      .text(key.referencedTable())
                      .text(key.referencedColumns().get(i))
                      .build());
            }
          }
        });
    return rows;
  }

  private List<Value[]> references(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEach(
        session,
        equalities,
        table -> {
          for (ForeignKeyDefinition key : table.definition().foreignKeys()) {
            rows.add(
                new RowBuilder()
                    .text("def")
                    .text(table.database())
                    .text(key.name())
                    .text("def")
                    .text(key.referencedDatabase())
                    .text("PRIMARY")
                    .text("NONE")
                    .text(key.onUpdate())
                    .text(key.onDelete())
                    .text(table.name())
                    .text(key.referencedTable())
                    .build());
          }
        });
    return rows;
  }

  private List<Value[]> partitions(SessionContext session, Map<String, String> equalities) {
    List<Value[]> rows = new ArrayList<>();
    forEach(
        session,
        equalities,
        table ->
            rows.add(
                new RowBuilder()
                    .text("def")
                    .text(table.database())
                    .text(table.name())
                    .nones(9)
                    .unsigned(server.engine().dictionary().estimatedRows(table.descriptor()))
                    .nones(9)
                    .text("")
                    .nones(2)
                    .build()));
    return rows;
  }
}
