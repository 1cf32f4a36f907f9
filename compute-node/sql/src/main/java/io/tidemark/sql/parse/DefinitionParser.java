package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.IndexSpecification.IndexKind;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads CREATE, ALTER, DROP, TRUNCATE and RENAME of tables, indexes and databases. Confined to one
/// thread.
final class DefinitionParser {
  private final Tokens tokens;
  private final QueryParser queries;

  DefinitionParser(Tokens tokens, QueryParser queries) {
    this.tokens = tokens;
    this.queries = queries;
  }

  static boolean ifNotExists(Tokens tokens) {
    if (!tokens.isWord("IF")) {
      return false;
    }
    tokens.advance();
    tokens.expectWord("NOT");
    tokens.expectWord("EXISTS");
    return true;
  }

  static boolean ifExists(Tokens tokens) {
    if (!tokens.isWord("IF")) {
      return false;
    }
    tokens.advance();
    tokens.expectWord("EXISTS");
    return true;
  }

  Statement create() {
    int mark = tokens.mark();
    tokens.advance();
    boolean temporary = tokens.tryWord("TEMPORARY");
    switch (tokens.word()) {
      case "TABLE" -> {
        tokens.advance();
        return new TableDefinitionParser(tokens, queries).createTable(temporary);
      }
      case "DATABASE", "SCHEMA" -> {
        tokens.advance();
        return createDatabase();
      }
      case "UNIQUE", "INDEX", "FULLTEXT", "SPATIAL" -> {
        return createIndex();
      }
      case "USER", "ROLE" -> {
        tokens.resetTo(mark);
        return administration();
      }
      case "OR",
          "ALGORITHM",
          "DEFINER",
          "SQL",
          "VIEW",
          "PROCEDURE",
          "FUNCTION",
          "TRIGGER",
          "EVENT",
          "TABLESPACE",
          "SERVER",
          "LOGFILE",
          "UNDO",
          "RESOURCE",
          "AGGREGATE",
          "SPATIALREF" ->
          throw Tokens.unsupported("CREATE " + tokens.word());
      default -> throw tokens.syntaxError();
    }
  }

  private Statement createDatabase() {
    boolean ifNotExists = ifNotExists(tokens);
    String name = Names.identifier(tokens);
    Map<String, String> options = databaseOptions();
    return new DefinitionStatement.CreateDatabase(
        ifNotExists,
        name,
        options.getOrDefault("CHARSET", ""),
        options.getOrDefault("COLLATE", ""));
  }

  private Map<String, String> databaseOptions() {
    Map<String, String> options = new HashMap<>();
    while (TableDefinitionParser.option(tokens, options)) {}
    return options;
  }

  private Statement createIndex() {
    IndexKind kind = IndexParser.kind(tokens);
    String name = Names.identifier(tokens);
    String algorithm = IndexParser.algorithm(tokens);
    tokens.expectWord("ON");
    QualifiedName table = Names.qualifiedName(tokens);
    IndexSpecification index =
        IndexParser.rest(tokens, queries.expressions(), kind, name, algorithm);
    skipManner();
    return new DefinitionStatement.CreateIndex(table, index);
  }

  private void skipManner() {
    while (tokens.isWord("ALGORITHM") || tokens.isWord("LOCK")) {
      tokens.advance();
      tokens.trySymbol("=");
      tokens.advance();
    }
  }

  Statement alter() {
    int mark = tokens.mark();
    tokens.advance();
    switch (tokens.word()) {
      case "TABLE" -> {
        tokens.advance();
        return new AlterTableParser(tokens, queries).alterTable();
      }
      case "DATABASE", "SCHEMA" -> {
        tokens.advance();
        String name = Names.isIdentifier(tokens) && !startsOption() ? Names.identifier(tokens) : "";
        Map<String, String> options = databaseOptions();
        if (options.isEmpty()) {
          throw tokens.syntaxError();
        }
        return new DefinitionStatement.AlterDatabase(
            name, options.getOrDefault("CHARSET", ""), options.getOrDefault("COLLATE", ""));
      }
      case "USER" -> {
        tokens.resetTo(mark);
        return administration();
      }
      case "VIEW",
          "PROCEDURE",
          "FUNCTION",
          "EVENT",
          "TABLESPACE",
          "SERVER",
          "INSTANCE",
          "ALGORITHM",
          "DEFINER",
          "SQL",
          "UNDO",
          "LOGFILE",
          "RESOURCE" ->
          throw Tokens.unsupported("ALTER " + tokens.word());
      default -> throw tokens.syntaxError();
    }
  }

  private boolean startsOption() {
    return switch (tokens.word()) {
      case "CHARSET", "ENCRYPTION" -> true;
      default -> false;
    };
  }

  Statement drop() {
    int mark = tokens.mark();
    tokens.advance();
    boolean temporary = tokens.tryWord("TEMPORARY");
    switch (tokens.word()) {
      case "TABLE", "TABLES" -> {
        tokens.advance();
        return dropTable(temporary);
      }
      case "DATABASE", "SCHEMA" -> {
        tokens.advance();
        boolean ifExists = ifExists(tokens);
        return new DefinitionStatement.DropDatabase(ifExists, Names.identifier(tokens));
      }
      case "INDEX" -> {
        tokens.advance();
        String index = tokens.tryWord("PRIMARY") ? "PRIMARY" : Names.identifier(tokens);
        tokens.expectWord("ON");
        QualifiedName table = Names.qualifiedName(tokens);
        skipManner();
        return new DefinitionStatement.DropIndex(table, index);
      }
      case "USER", "ROLE" -> {
        tokens.resetTo(mark);
        return administration();
      }
      case "PREPARE" -> {
        tokens.advance();
        return new SessionStatement.Deallocate(Names.identifier(tokens));
      }
      case "VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT" -> {
        return dropOfWhatIsNotThere();
      }
      case "TABLESPACE", "SERVER", "UNDO", "RESOURCE", "LOGFILE", "SPATIAL" ->
          throw Tokens.unsupported("DROP " + tokens.word());
      default -> throw tokens.syntaxError();
    }
  }

  /// DROP .. IF EXISTS of kinds that cannot exist here, which dumps are full of.
  private Statement dropOfWhatIsNotThere() {
    String kind = tokens.word();
    tokens.advance();
    if (!ifExists(tokens)) {
      throw Tokens.unsupported("DROP " + kind);
    }
    do {
      Names.qualifiedName(tokens);
    } while (tokens.trySymbol(","));
    return new SessionStatement.Administration("DROP", "DROP " + kind + " IF EXISTS");
  }

  private Statement dropTable(boolean temporary) {
    boolean ifExists = ifExists(tokens);
    List<QualifiedName> names = new ArrayList<>();
    do {
      names.add(Names.qualifiedName(tokens));
    } while (tokens.trySymbol(","));
    if (!tokens.tryWord("RESTRICT")) {
      tokens.tryWord("CASCADE");
    }
    return new DefinitionStatement.DropTable(temporary, ifExists, names);
  }

  Statement truncate() {
    tokens.advance();
    tokens.tryWord("TABLE");
    return new DefinitionStatement.TruncateTable(Names.qualifiedName(tokens));
  }

  Statement rename() {
    int mark = tokens.mark();
    tokens.advance();
    if (tokens.isWord("USER")) {
      tokens.resetTo(mark);
      return administration();
    }
    if (!tokens.tryWord("TABLE")) {
      tokens.expectWord("TABLES");
    }
    List<DefinitionStatement.Rename> renames = new ArrayList<>();
    do {
      QualifiedName from = Names.qualifiedName(tokens);
      tokens.expectWord("TO");
      renames.add(new DefinitionStatement.Rename(from, Names.qualifiedName(tokens)));
    } while (tokens.trySymbol(","));
    return new DefinitionStatement.RenameTable(renames);
  }

  /// Takes everything up to the end of the statement.
  Statement administration() {
    String verb = tokens.word();
    int from = tokens.start();
    while (!tokens.atEnd() && !tokens.isSymbol(";")) {
      tokens.advance();
    }
    String text = tokens.source(from, tokens.previousEnd());
    return new SessionStatement.Administration(verb, text);
  }
}
