package io.tidemark.sql.ddl;

import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.ast.DefinitionStatement.AlterDatabase;
import io.tidemark.sql.ast.DefinitionStatement.CreateDatabase;
import io.tidemark.sql.ast.DefinitionStatement.DropDatabase;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.HashSet;
import java.util.Set;

/// CREATE, ALTER and DROP DATABASE. Stateless.
final class Databases {
  private static final Set<String> SYSTEM = Set.of("mysql", "sys");

  private final TableCatalog catalog;
  private final ForeignKeyGraph graph;

  Databases(TableCatalog catalog, ForeignKeyGraph graph) {
    this.catalog = catalog;
    this.graph = graph;
  }

  /// The default collation of a database's tables.
  static Collation collation(DataDictionary dictionary, String database) {
    return dictionary
        .findDatabase(database)
        .map(bytes -> DatabaseDefinition.decode(bytes).collation())
        .orElseThrow(() -> new Rejected(MySqlError.BAD_DB, database));
  }

  StatementOutcome create(CreateDatabase statement, SessionContext session) {
    TableLimits.checkDatabaseName(statement.name());
    refuseVirtual(statement.name(), session);
    Collation collation =
        CharsetChoice.resolve(statement.charset(), statement.collation(), serverCollation(session));
    session.transaction().lockMetadata(statement.name(), "", MetadataLock.EXCLUSIVE);
    if (session.dictionary().findDatabase(statement.name()).isPresent()) {
      if (!statement.ifNotExists()) {
        throw new Rejected(MySqlError.CANT_CREATE_DB_EXISTS, statement.name());
      }
      session
          .warnings()
          .add(Warnings.Level.NOTE, MySqlError.CANT_CREATE_DB_EXISTS, statement.name());
      return new StatementOutcome.Done(1, "");
    }
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      ddl.createDatabase(statement.name(), new DatabaseDefinition(collation).encode());
      ddl.commit();
    }
    return new StatementOutcome.Done(1, "");
  }

  private static Collation serverCollation(SessionContext session) {
    String name =
        session.settings() instanceof SessionVariables variables
            ? variables.find("collation_server", session).orElse("")
            : "";
    return Collations.find(name).orElse(Collations.UTF8MB4_0900_AI_CI);
  }

  StatementOutcome alter(AlterDatabase statement, SessionContext session) {
    String name = statement.name().isEmpty() ? session.database() : statement.name();
    if (name.isEmpty()) {
      throw new Rejected(MySqlError.NO_DB);
    }
    refuseVirtual(name, session);
    session.transaction().lockMetadata(name, "", MetadataLock.EXCLUSIVE);
    Collation before = collation(session.dictionary(), name);
    Collation after = CharsetChoice.resolve(statement.charset(), statement.collation(), before);
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      ddl.alterDatabase(name, new DatabaseDefinition(after).encode());
      ddl.commit();
    }
    return new StatementOutcome.Done(1, "");
  }

  StatementOutcome drop(DropDatabase statement, SessionContext session) {
    String name = statement.name();
    refuseVirtual(name, session);
    if (SYSTEM.contains(name)) {
      throw new Rejected(MySqlError.NO_SYSTEM_TABLE_ACCESS, name, "*");
    }
    session.transaction().lockMetadata(name, "", MetadataLock.EXCLUSIVE);
    if (session.dictionary().findDatabase(name).isEmpty()) {
      if (!statement.ifExists()) {
        throw new Rejected(MySqlError.CANT_DROP_DB_NOT_EXISTS, name);
      }
      session.warnings().add(Warnings.Level.NOTE, MySqlError.CANT_DROP_DB_NOT_EXISTS, name);
      return StatementOutcome.DONE;
    }
    int tables = 0;
    Set<QualifiedName> names = new HashSet<>();
    for (TableDescriptor table : session.dictionary().tables(name)) {
      session.transaction().lockMetadata(name, table.name(), MetadataLock.EXCLUSIVE);
      names.add(new QualifiedName(name, table.name()));
      tables++;
    }
    new ForeignKeys(session, graph).checkDrop(names);
    try (DdlTransaction ddl = session.engine().beginDdl(session.transaction())) {
      ddl.dropDatabase(name);
      ddl.commit();
    }
    if (session.database().equals(name)) {
      session.setDatabase("");
    }
    return new StatementOutcome.Done(tables, "");
  }

  private void refuseVirtual(String name, SessionContext session) {
    if (catalog.isVirtualDatabase(name)) {
      throw new Rejected(
          MySqlError.DBACCESS_DENIED, session.account().user(), session.account().host(), name);
    }
  }
}
