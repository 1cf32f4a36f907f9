package io.tidemark.sql.admin;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.ast.AdministrationCommand.Describe;
import io.tidemark.sql.ast.AdministrationCommand.Show;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.ddl.DatabaseDefinition;
import io.tidemark.sql.informationschema.ColumnFacts;
import io.tidemark.sql.informationschema.CreateStatement;
import io.tidemark.sql.informationschema.InformationSchema;
import io.tidemark.sql.informationschema.RowBuilder;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.table.TableSource;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// SHOW about databases, tables, columns and indexes. Stateless.
final class ShowTables {
  private final ServerContext server;

  ShowTables(ServerContext server) {
    this.server = server;
  }

  StatementOutcome databases(Show show, SessionContext session, SessionServices services) {
    TreeSet<String> names = new TreeSet<>(server.engine().dictionary().databases());
    names.addAll(server.catalog().virtualDatabases());
    List<Value[]> rows = new ArrayList<>();
    for (String name : names) {
      if (server.privileges().sees(session.account(), name)
          || server.privileges().isGranted(session.account(), Privilege.SHOW_DATABASES)) {
        rows.add(new RowBuilder().text(name).build());
      }
    }
    String title = show.hasLike() ? "Database (" + show.like() + ")" : "Database";
    return ShowFilter.apply(show, ShowColumns.texts(title), rows, services);
  }

  private String database(String written, SessionContext session) {
    String name = written.isEmpty() ? session.database() : written;
    if (name.isEmpty()) {
      throw new Rejected(MySqlError.NO_DB);
    }
    if (!server.catalog().hasDatabase(name)) {
      throw new Rejected(MySqlError.BAD_DB, name);
    }
    server.privileges().checkUse(session, name);
    return name;
  }

  private List<TableDescriptor> stored(String database, SessionContext session) {
    return server.engine().dictionary().tables(database).stream()
        .filter(t -> server.privileges().sees(session.account(), database, t.name()))
        .sorted(Comparator.comparing(TableDescriptor::name))
        .toList();
  }

  StatementOutcome tables(Show show, SessionContext session, SessionServices services) {
    String database = database(show.database(), session);
    List<Value[]> rows = new ArrayList<>();
    for (VirtualTable table : server.catalog().virtualTables(database)) {
      RowBuilder row = new RowBuilder().text(table.name());
      rows.add(show.full() ? row.text("SYSTEM VIEW").build() : row.build());
    }
    for (TableDescriptor table : stored(database, session)) {
      RowBuilder row = new RowBuilder().text(table.name());
      rows.add(show.full() ? row.text("BASE TABLE").build() : row.build());
    }
    String title = "Tables_in_" + database + (show.hasLike() ? " (" + show.like() + ")" : "");
    List<ColumnDefinition> columns =
        show.full() ? ShowColumns.texts(title, "Table_type") : ShowColumns.texts(title);
    return ShowFilter.apply(show, columns, rows, services);
  }

  StatementOutcome tableStatus(Show show, SessionContext session, SessionServices services) {
    String database = database(show.database(), session);
    TableSource source =
        server
            .catalog()
            .find(InformationSchema.NAME, "TABLES")
            .orElseThrow(() -> new IllegalStateException("no TABLES"));
    List<Value[]> rows = new ArrayList<>();
    if (source instanceof VirtualTable tables) {
      for (Value[] row : tables.rows(session, Map.of("TABLE_SCHEMA", database))) {
        Value[] status = new Value[ShowColumns.TABLE_STATUS.size()];
        status[0] = row[2];
        System.arraycopy(row, 4, status, 1, status.length - 1);
        rows.add(status);
      }
    }
    return ShowFilter.apply(show, ShowColumns.TABLE_STATUS, rows, services);
  }

  private TableSource table(String database, String name, SessionContext session) {
    String in = database.isEmpty() ? session.database() : database;
    if (in.isEmpty()) {
      throw new Rejected(MySqlError.NO_DB);
    }
    Optional<TableSource> table = server.catalog().find(in, name);
    if (table.isEmpty() || !server.privileges().sees(session.account(), in, name)) {
      if (table.isPresent()) {
        server.privileges().check(session, Privilege.SELECT, in, name);
      }
      throw new Rejected(MySqlError.NO_SUCH_TABLE, in, name);
    }
    return table.get();
  }

  StatementOutcome columns(Show show, SessionContext session, SessionServices services) {
    TableSource table = table(show.database(), show.name(), session);
    ZoneId zone = session.settings().timeZone();
    List<Value[]> rows = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      rows.add(column(table, i, show.full(), zone));
    }
    List<ColumnDefinition> columns = show.full() ? ShowColumns.FULL_COLUMNS : ShowColumns.COLUMNS;
    return ShowFilter.apply(show, columns, rows, services);
  }

  private static Value[] column(TableSource table, int number, boolean full, ZoneId zone) {
    ColumnDefinition column = table.columns().get(number);
    RowBuilder row = new RowBuilder().text(column.name()).text(column.type().toString());
    if (full) {
      row.textOrNull(
          ColumnFacts.hasCollation(column.type()) ? column.type().collation().name() : "");
    }
    row.text(column.nullable() ? "YES" : "NO");
    row.text(table instanceof BaseTable base ? ColumnFacts.key(base.definition(), number) : "");
    ColumnFacts.defaultText(column, zone).ifPresentOrElse(row::text, row::none);
    row.text(ColumnFacts.extra(column));
    if (full) {
      row.text("select,insert,update,references").text(column.comment());
    }
    return row.build();
  }

  StatementOutcome describe(Describe describe, SessionContext session, SessionServices services) {
    QualifiedName name = describe.table();
    TableSource table = table(name.database(), name.name(), session);
    ZoneId zone = session.settings().timeZone();
    List<Value[]> rows = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      if (describe.column().isEmpty()
          || ShowFilter.like(table.columns().get(i).name(), describe.column())) {
        rows.add(column(table, i, false, zone));
      }
    }
    return StatementOutcome.Rows.of(ShowColumns.COLUMNS, rows);
  }

  StatementOutcome indexes(Show show, SessionContext session, SessionServices services) {
    TableSource source = table(show.database(), show.name(), session);
    List<Value[]> rows = new ArrayList<>();
    if (source instanceof BaseTable table) {
      long count = server.engine().dictionary().estimatedRows(table.descriptor());
      TableDefinition definition = table.definition();
      for (int number : ColumnFacts.indexOrder(definition)) {
        IndexDefinition index = definition.indexes().get(number);
        for (int i = 0; i < index.columns().size(); i++) {
          rows.add(indexPart(table, index, i, count));
        }
      }
    }
    return ShowFilter.apply(show, ShowColumns.INDEX, rows, services);
  }

  private static Value[] indexPart(BaseTable table, IndexDefinition index, int number, long count) {
    IndexDefinition.Column part = index.columns().get(number);
    ColumnDefinition column = table.definition().column(part.column());
    RowBuilder row =
        new RowBuilder()
            .text(table.name())
            .number(index.unique() ? 0 : 1)
            .text(index.name())
            .unsigned(number + 1)
            .text(column.name())
            .text(part.descending() ? "D" : "A")
            .number(count);
    if (part.prefixLength() > 0) {
      row.number(part.prefixLength());
    } else {
      row.none();
    }
    return row.none()
        .text(column.nullable() ? "YES" : "")
        .text("BTREE")
        .text("")
        .text(index.comment())
        .text(index.invisible() ? "NO" : "YES")
        .none()
        .build();
  }

  StatementOutcome createTable(Show show, SessionContext session) {
    TableSource source = table(show.database(), show.name(), session);
    if (!(source instanceof BaseTable table)) {
      throw new Rejected(
          MySqlError.TABLEACCESS_DENIED,
          "SHOW CREATE",
          session.account().user(),
          session.connection().clientHost(),
          source.name());
    }
    long counter = server.engine().dictionary().counter(table.descriptor());
    String text = CreateStatement.of(table, counter, session.settings().timeZone());
    return StatementOutcome.Rows.of(
        ShowColumns.texts("Table", "Create Table"),
        List.<Value[]>of(new RowBuilder().text(table.name()).text(text).build()));
  }

  StatementOutcome createDatabase(Show show, SessionContext session) {
    String name = database(show.name(), session);
    Collation collation =
        server
            .engine()
            .dictionary()
            .findDatabase(name)
            .map(bytes -> DatabaseDefinition.decode(bytes).collation())
            .orElse(Collations.UTF8MB4_0900_AI_CI);
    boolean named =
        !collation.equals(collation.charset().defaultCollation())
            || collation.equals(Collations.UTF8MB4_0900_AI_CI);
    String text =
        "CREATE DATABASE "
            + (show.full() ? "/*!32312 IF NOT EXISTS*/ " : "")
            + ColumnFacts.identifier(name)
            + " /*!40100 DEFAULT CHARACTER SET "
            + collation.charset().mysqlName()
            + (named ? " COLLATE " + collation.name() : "")
            + " */ /*!80016 DEFAULT ENCRYPTION='N' */";
    return StatementOutcome.Rows.of(
        ShowColumns.texts("Database", "Create Database"),
        List.<Value[]>of(new RowBuilder().text(name).text(text).build()));
  }

  static Rejected noSuchRoutine(String kind, String name) {
    String title = kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
    return new Rejected(MySqlError.SP_DOES_NOT_EXIST, title.toUpperCase(Locale.ROOT), name);
  }
}
