package io.tidemark.sql.ddl;

import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.TableCatalog;
import java.util.List;

/// Executes definition statements. Thread-safe: statements of different sessions exclude each other
/// by metadata locks alone.
public final class Definitions {
  private final Databases databases;
  private final Tables tables;
  private final AlterTables alterTables;

  public Definitions(TableCatalog catalog, RowNumberSource rowNumbers, ForeignKeyGraph graph) {
    this.databases = new Databases(catalog, graph);
    this.tables = new Tables(catalog, rowNumbers, graph);
    this.alterTables = new AlterTables(tables);
  }

  /// Executes one statement inside the session's transaction, which must be fresh: what was open
  /// before has been committed. The caller ends it afterwards, which releases the metadata locks.
  ///
  /// @throws io.tidemark.storage.error.Rejected with the statement's error; then nothing has
  ///   changed
  public StatementOutcome execute(
      DefinitionStatement statement,
      SessionContext session,
      SessionServices services,
      SessionProcess process) {
    return switch (statement) {
      case DefinitionStatement.CreateTable create -> tables.create(create, session, services);
      case DefinitionStatement.AlterTable alter ->
          alterTables.alter(alter, session, services, process);
      case DefinitionStatement.DropTable drop -> tables.drop(drop, session);
      case DefinitionStatement.TruncateTable truncate -> tables.truncate(truncate, session);
      case DefinitionStatement.RenameTable rename -> tables.rename(rename, session);
      case DefinitionStatement.CreateIndex create ->
          alterTables.alter(
              new DefinitionStatement.AlterTable(
                  create.table(), List.of(new AlterAction.AddIndex(create.index()))),
              session,
              services,
              process);
      case DefinitionStatement.DropIndex drop ->
          alterTables.alter(
              new DefinitionStatement.AlterTable(
                  drop.table(), List.of(new AlterAction.DropIndex(drop.index()))),
              session,
              services,
              process);
      case DefinitionStatement.CreateDatabase create -> databases.create(create, session);
      case DefinitionStatement.AlterDatabase alter -> databases.alter(alter, session);
      case DefinitionStatement.DropDatabase drop -> databases.drop(drop, session);
    };
  }
}
