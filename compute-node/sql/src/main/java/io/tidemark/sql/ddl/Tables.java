package io.tidemark.sql.ddl;

import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.ast.DefinitionStatement.CreateTable;
import io.tidemark.sql.ast.DefinitionStatement.DropTable;
import io.tidemark.sql.ast.DefinitionStatement.Rename;
import io.tidemark.sql.ast.DefinitionStatement.RenameTable;
import io.tidemark.sql.ast.DefinitionStatement.TruncateTable;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.DefinitionCodec;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/// CREATE, DROP, TRUNCATE and RENAME TABLE. Stateless.
final class Tables {
  private final TableCatalog catalog;
  private final RowNumberSource rowNumbers;
  private final ForeignKeyGraph graph;

  Tables(TableCatalog catalog, RowNumberSource rowNumbers, ForeignKeyGraph graph) {
    this.catalog = catalog;
    this.rowNumbers = rowNumbers;
    this.graph = graph;
  }

  static List<Boolean> uniqueness(TableDefinition definition) {
    return definition.indexes().stream().map(IndexDefinition::unique).toList();
  }

  /// A stored table that exists, under an exclusive metadata lock.
  ///
  /// @throws Rejected 1146 if it does not exist
  BaseTable lock(QualifiedName name, SessionContext session) {
    refuseVirtual(name, session);
    session.transaction().lockMetadata(name.database(), name.name(), MetadataLock.EXCLUSIVE);
    return catalog
        .findStored(name.database(), name.name())
        .orElseThrow(() -> new Rejected(MySqlError.NO_SUCH_TABLE, name.database(), name.name()));
  }

  void refuseVirtual(QualifiedName name, SessionContext session) {
    if (catalog.isVirtualDatabase(name.database())) {
      throw new Rejected(
          MySqlError.DBACCESS_DENIED,
          session.account().user(),
          session.account().host(),
          name.database());
    }
  }

  StatementOutcome create(CreateTable statement, SessionContext session, SessionServices services) {
    QualifiedName name = TableLimits.resolve(statement.name(), session);
    refuseVirtual(name, session);
    session.transaction().lockMetadata(name.database(), "", MetadataLock.SHARED_WRITE);
    session.transaction().lockMetadata(name.database(), name.name(), MetadataLock.EXCLUSIVE);
    DataDictionary dictionary = session.dictionary();
    if (dictionary.findDatabase(name.database()).isEmpty()) {
      throw new Rejected(MySqlError.BAD_DB, name.database());
    }
    if (dictionary.findTable(name.database(), name.name()).isPresent()) {
      if (!statement.ifNotExists()) {
        throw new Rejected(MySqlError.TABLE_EXISTS, name.name());
      }
      session.warnings().add(Warnings.Level.NOTE, MySqlError.TABLE_EXISTS, name.name());
      return StatementOutcome.DONE;
    }
    TableDefinition definition =
        statement.like().name().isEmpty()
            ? new TableBuilder(session, services, graph)
                .build(statement, name, Databases.collation(dictionary, name.database()))
            : like(statement.like(), session);
    new ForeignKeys(session, graph).checkNewParent(name, definition);
    if (statement.hasQuery() && !definition.foreignKeys().isEmpty()) {
      throw new Rejected(
          MySqlError.NOT_SUPPORTED_YET, "CREATE TABLE .. SELECT with foreign key constraints");
    }
    long rows = 0;
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      TableDescriptor table =
          ddl.createTable(
              name.database(),
              name.name(),
              DefinitionCodec.encode(definition),
              uniqueness(definition));
      long counter = Math.max(1, TableOptions.autoIncrement(statement.options()));
      if (statement.hasQuery()) {
        QueryFill fill = new QueryFill(new BaseTable(table), session, rowNumbers);
        rows = fill.fill(statement.query().get(0), services);
        counter = Math.max(counter, fill.counter() + 1);
      }
      if (definition.autoIncrementColumn().isPresent()) {
        ddl.setCounter(table, counter);
      }
      ddl.commit();
    }
    return new StatementOutcome.Done(
        rows, statement.hasQuery() ? "Records: " + rows + "  Duplicates: 0  Warnings: 0" : "");
  }

  private TableDefinition like(QualifiedName written, SessionContext session) {
    QualifiedName name = TableLimits.resolve(written, session);
    refuseVirtual(name, session);
    session.transaction().lockMetadata(name.database(), name.name(), MetadataLock.SHARED_READ);
    BaseTable model =
        catalog
            .findStored(name.database(), name.name())
            .orElseThrow(
                () -> new Rejected(MySqlError.NO_SUCH_TABLE, name.database(), name.name()));
    TableDefinition definition = model.definition();
    return TableDefinition.create(
        definition.columns(),
        definition.indexes(),
        definition.collation(),
        definition.comment(),
        definition.options(),
        session.statementTime().toEpochMilli());
  }

  StatementOutcome drop(DropTable statement, SessionContext session) {
    if (statement.temporary()) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "DROP TEMPORARY TABLE");
    }
    Set<QualifiedName> names = new LinkedHashSet<>();
    for (QualifiedName written : statement.names()) {
      QualifiedName name = TableLimits.resolve(written, session);
      refuseVirtual(name, session);
      if (!names.add(name)) {
        throw new Rejected(MySqlError.NONUNIQ_TABLE, name.name());
      }
    }
    lockInOrder(names, session);
    List<TableDescriptor> found = new ArrayList<>();
    StringJoiner missing = new StringJoiner(",");
    for (QualifiedName name : names) {
      Optional<TableDescriptor> table =
          session.dictionary().findTable(name.database(), name.name());
      table.ifPresentOrElse(found::add, () -> missing.add(name.toString()));
    }
    if (missing.length() > 0) {
      if (!statement.ifExists()) {
        throw new Rejected(MySqlError.BAD_TABLE, missing);
      }
      for (String name : missing.toString().split(",")) {
        session.warnings().add(Warnings.Level.NOTE, MySqlError.BAD_TABLE, name);
      }
    }
    new ForeignKeys(session, graph).checkDrop(names);
    if (!found.isEmpty()) {
      try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
        found.forEach(ddl::dropTable);
        ddl.commit();
      }
    }
    return StatementOutcome.DONE;
  }

  /// Takes exclusive metadata locks in the order of the names, so that statements do not deadlock.
  private static void lockInOrder(Set<QualifiedName> names, SessionContext session) {
    Set<String> ordered = new TreeSet<>();
    for (QualifiedName name : names) {
      ordered.add(name.database() + "\0" + name.name());
    }
    for (String text : ordered) {
      int split = text.indexOf('\0');
      session
          .transaction()
          .lockMetadata(
              text.substring(0, split), text.substring(split + 1), MetadataLock.EXCLUSIVE);
    }
  }

  StatementOutcome truncate(TruncateTable statement, SessionContext session) {
    BaseTable table = lock(TableLimits.resolve(statement.name(), session), session);
    TableDefinition definition = table.definition();
    new ForeignKeys(session, graph).checkTruncate(table);
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      ddl.dropTable(table.descriptor());
      TableDescriptor fresh =
          ddl.createTable(
              table.database(),
              table.name(),
              table.descriptor().definition(),
              uniqueness(definition));
      if (definition.autoIncrementColumn().isPresent()) {
        ddl.setCounter(fresh, 1);
      }
      ddl.commit();
    }
    return StatementOutcome.DONE;
  }

  StatementOutcome rename(RenameTable statement, SessionContext session) {
    Set<QualifiedName> names = new LinkedHashSet<>();
    List<Rename> renames = new ArrayList<>();
    for (Rename written : statement.renames()) {
      Rename rename =
          new Rename(
              TableLimits.resolve(written.from(), session),
              TableLimits.resolve(written.to(), session));
      refuseVirtual(rename.from(), session);
      refuseVirtual(rename.to(), session);
      names.add(rename.from());
      names.add(rename.to());
      renames.add(rename);
    }
    lockInOrder(names, session);
    renames.forEach(r -> new ForeignKeys(session, graph).refuseRename(r.from()));
    Map<QualifiedName, Optional<TableDescriptor>> now = new LinkedHashMap<>();
    for (QualifiedName name : names) {
      now.put(name, session.dictionary().findTable(name.database(), name.name()));
    }
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      for (Rename rename : renames) {
        TableDescriptor table =
            now.getOrDefault(rename.from(), Optional.empty())
                .orElseThrow(() ->
                    new Rejected(
                        MySqlError.NO_SUCH_TABLE, rename.from().database(), rename.from().name()));
        if (now.getOrDefault(rename.to(), Optional.empty()).isPresent()) {
          throw new Rejected(MySqlError.TABLE_EXISTS, rename.to().name());
        }
        if (session.dictionary().findDatabase(rename.to().database()).isEmpty()) {
          throw new Rejected(MySqlError.BAD_DB, rename.to().database());
        }
        TableDescriptor renamed =
            ddl.renameTable(table, rename.to().database(), rename.to().name());
        now.put(rename.from(), Optional.empty());
        now.put(rename.to(), Optional.of(renamed));
      }
      ddl.commit();
    }
    return StatementOutcome.DONE;
  }

  ForeignKeyGraph graph() {
    return graph;
  }

  RowNumberSource rowNumbers() {
    return rowNumbers;
  }
}
