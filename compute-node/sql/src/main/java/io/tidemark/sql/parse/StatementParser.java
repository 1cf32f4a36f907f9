package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.Statement;
import io.tidemark.sql.ast.TableReference;
import io.tidemark.sql.ast.TransactionStatement;
import io.tidemark.sql.ast.TransactionStatement.AccessMode;
import java.util.ArrayList;
import java.util.List;

/// Reads one statement of any kind. Confined to one thread.
final class StatementParser {
  private final Tokens tokens;
  private final QueryParser queries;
  private final DataStatementParser data;
  private final DefinitionParser definitions;

  StatementParser(Tokens tokens) {
    this.tokens = tokens;
    this.queries = new QueryParser(tokens);
    this.data = new DataStatementParser(tokens, queries);
    this.definitions = new DefinitionParser(tokens, queries);
  }

  Statement statement() {
    if (tokens.isSymbol("(")) {
      return data.select();
    }
    return switch (tokens.word()) {
      case "SELECT", "TABLE", "VALUES" -> data.select();
      case "WITH" -> data.with();
      case "INSERT" -> data.insert(false);
      case "REPLACE" -> data.insert(true);
      case "UPDATE" -> data.update(Query.With.NONE);
      case "DELETE" -> data.delete(Query.With.NONE);
      case "DO" -> data.doStatement();
      case "CREATE" -> definitions.create();
      case "ALTER" -> definitions.alter();
      case "DROP" -> definitions.drop();
      case "TRUNCATE" -> definitions.truncate();
      case "RENAME" -> definitions.rename();
      default -> other();
    };
  }

  private Statement other() {
    return switch (tokens.word()) {
      case "BEGIN" -> begin();
      case "START" -> start();
      case "COMMIT", "ROLLBACK" -> end();
      case "SAVEPOINT" -> {
        tokens.advance();
        yield new TransactionStatement.Savepoint(Names.identifier(tokens));
      }
      case "RELEASE" -> {
        tokens.advance();
        tokens.expectWord("SAVEPOINT");
        yield new TransactionStatement.ReleaseSavepoint(Names.identifier(tokens));
      }
      case "USE" -> {
        tokens.advance();
        yield new SessionStatement.Use(Names.identifier(tokens));
      }
      case "EXPLAIN", "DESCRIBE", "DESC" -> explain();
      case "PREPARE" -> prepare();
      case "EXECUTE" -> execute();
      case "DEALLOCATE" -> {
        tokens.advance();
        tokens.expectWord("PREPARE");
        yield new SessionStatement.Deallocate(Names.identifier(tokens));
      }
      case "LOCK" -> lock();
      case "UNLOCK" -> unlock();
      case "SET",
          "SHOW",
          "GRANT",
          "REVOKE",
          "KILL",
          "FLUSH",
          "ANALYZE",
          "CHECK",
          "OPTIMIZE",
          "REPAIR",
          "CHECKSUM",
          "RESET",
          "PURGE",
          "CHANGE",
          "STOP",
          "SHUTDOWN",
          "HELP",
          "CACHE",
          "BINLOG",
          "INSTALL",
          "UNINSTALL",
          "RESTART" ->
          definitions.administration();
      case "CALL", "HANDLER", "LOAD", "XA", "SIGNAL", "RESIGNAL", "GET", "IMPORT", "CLONE" ->
          throw Tokens.unsupported(tokens.word());
      default -> throw tokens.syntaxError();
    };
  }

  private Statement begin() {
    tokens.advance();
    tokens.tryWord("WORK");
    return new TransactionStatement.Begin(false, AccessMode.UNSPECIFIED);
  }

  private Statement start() {
    if (tokens.isWord(1, "REPLICA")
        || tokens.isWord(1, "SLAVE")
        || tokens.isWord(1, "GROUP_REPLICATION")) {
      return definitions.administration();
    }
    tokens.advance();
    tokens.expectWord("TRANSACTION");
    boolean snapshot = false;
    AccessMode mode = AccessMode.UNSPECIFIED;
    if (!tokens.atEnd() && !tokens.isSymbol(";")) {
      do {
        if (tokens.tryWord("WITH")) {
          tokens.expectWord("CONSISTENT");
          tokens.expectWord("SNAPSHOT");
          snapshot = true;
        } else {
          tokens.expectWord("READ");
          if (tokens.tryWord("ONLY")) {
            mode = AccessMode.READ_ONLY;
          } else {
            tokens.expectWord("WRITE");
            mode = AccessMode.READ_WRITE;
          }
        }
      } while (tokens.trySymbol(","));
    }
    return new TransactionStatement.Begin(snapshot, mode);
  }

  private Statement end() {
    boolean commit = tokens.isWord("COMMIT");
    tokens.advance();
    tokens.tryWord("WORK");
    if (!commit && tokens.tryWord("TO")) {
      tokens.tryWord("SAVEPOINT");
      return new TransactionStatement.RollbackToSavepoint(Names.identifier(tokens));
    }
    boolean chain = false;
    if (tokens.tryWord("AND")) {
      chain = !tokens.tryWord("NO");
      tokens.expectWord("CHAIN");
    }
    boolean release = tokens.tryWord("RELEASE");
    if (!release && tokens.tryWord("NO")) {
      tokens.expectWord("RELEASE");
    }
    return commit
        ? new TransactionStatement.Commit(chain, release)
        : new TransactionStatement.Rollback(chain, release);
  }

  private Statement explain() {
    int mark = tokens.mark();
    tokens.advance();
    String format = "TRADITIONAL";
    boolean analyze = tokens.tryWord("ANALYZE");
    if (analyze) {
      format = "TREE";
    }
    if (tokens.isWord("FORMAT") && tokens.isSymbol(1, "=")) {
      tokens.advance();
      tokens.advance();
      format = OperandParser.optionText(tokens).toUpperCase(java.util.Locale.ROOT);
    } else if (!analyze && !tokens.tryWord("EXTENDED")) {
      tokens.tryWord("PARTITIONS");
    }
    if (!startsExplained()) {
      if (tokens.isWord("FOR")) {
        throw Tokens.unsupported("EXPLAIN FOR CONNECTION");
      }
      tokens.resetTo(mark);
      return definitions.administration();
    }
    int from = tokens.start();
    Statement explained = statement();
    String text = tokens.source(from, tokens.previousEnd());
    return new SessionStatement.Explain(format, analyze, explained, text);
  }

  private boolean startsExplained() {
    return switch (tokens.word()) {
      case "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "TABLE", "VALUES" -> true;
      default -> tokens.isSymbol("(");
    };
  }

  private Statement prepare() {
    tokens.advance();
    String name = Names.identifier(tokens);
    tokens.expectWord("FROM");
    Expression text =
        tokens.kind() == TokenKind.AT
            ? new Expression.UserVariable(OperandParser.variableName(tokens))
            : Names.string(tokens);
    return new SessionStatement.Prepare(name, text);
  }

  private Statement execute() {
    tokens.advance();
    String name = Names.identifier(tokens);
    List<String> variables = new ArrayList<>();
    if (tokens.tryWord("USING")) {
      do {
        variables.add(OperandParser.variableName(tokens));
      } while (tokens.trySymbol(","));
    }
    return new SessionStatement.Execute(name, variables);
  }

  private Statement lock() {
    if (tokens.isWord(1, "INSTANCE")) {
      throw Tokens.unsupported("LOCK INSTANCE");
    }
    tokens.advance();
    if (!tokens.tryWord("TABLES")) {
      tokens.expectWord("TABLE");
    }
    List<SessionStatement.LockItem> items = new ArrayList<>();
    do {
      TableReference.Named table = queries.tables().named();
      boolean write;
      if (tokens.tryWord("READ")) {
        tokens.tryWord("LOCAL");
        write = false;
      } else {
        tokens.tryWord("LOW_PRIORITY");
        tokens.expectWord("WRITE");
        write = true;
      }
      items.add(new SessionStatement.LockItem(table.name(), table.alias(), write));
    } while (tokens.trySymbol(","));
    return new SessionStatement.LockTables(items);
  }

  private Statement unlock() {
    tokens.advance();
    if (!tokens.tryWord("TABLES")) {
      tokens.expectWord("TABLE");
    }
    return new SessionStatement.UnlockTables();
  }
}
