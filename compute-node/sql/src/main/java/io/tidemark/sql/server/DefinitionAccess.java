package io.tidemark.sql.server;

import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.account.Privileges;
import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.session.SessionContext;

/// Which privileges definition statements need.
record DefinitionAccess(Privileges privileges) {

  /// @throws io.tidemark.storage.error.Rejected 1142 or 1044
  void check(DefinitionStatement statement, SessionContext session) {
    switch (statement) {
      case DefinitionStatement.CreateTable create -> {
        check(Privilege.CREATE, create.name(), session);
        if (!create.like().name().isEmpty()) {
          check(Privilege.SELECT, create.like(), session);
        }
      }
      case DefinitionStatement.AlterTable alter -> {
        check(Privilege.ALTER, alter.name(), session);
        for (AlterAction action : alter.actions()) {
          if (action instanceof AlterAction.RenameTable rename) {
            check(Privilege.DROP, alter.name(), session);
            check(Privilege.CREATE, rename.newName(), session);
            check(Privilege.INSERT, rename.newName(), session);
          }
        }
      }
      case DefinitionStatement.DropTable drop ->
          drop.names().forEach(name -> check(Privilege.DROP, name, session));
      case DefinitionStatement.TruncateTable truncate ->
          check(Privilege.DROP, truncate.name(), session);
      case DefinitionStatement.RenameTable rename ->
          rename
              .renames()
              .forEach(pair -> {
                check(Privilege.ALTER, pair.from(), session);
                check(Privilege.DROP, pair.from(), session);
                check(Privilege.CREATE, pair.to(), session);
                check(Privilege.INSERT, pair.to(), session);
              });
      case DefinitionStatement.CreateIndex create ->
          check(Privilege.INDEX, create.table(), session);
      case DefinitionStatement.DropIndex drop -> check(Privilege.INDEX, drop.table(), session);
      case DefinitionStatement.CreateDatabase create ->
          privileges.checkDatabase(session, Privilege.CREATE, create.name());
      case DefinitionStatement.AlterDatabase alter ->
          privileges.checkDatabase(
              session, Privilege.ALTER, alter.name().isEmpty() ? session.database() : alter.name());
      case DefinitionStatement.DropDatabase drop ->
          privileges.checkDatabase(session, Privilege.DROP, drop.name());
    }
  }

  private void check(Privilege privilege, QualifiedName name, SessionContext session) {
    String database = name.hasDatabase() ? name.database() : session.database();
    if (!database.isEmpty()) {
      privileges.check(session, privilege, database, name.name());
    }
  }
}
