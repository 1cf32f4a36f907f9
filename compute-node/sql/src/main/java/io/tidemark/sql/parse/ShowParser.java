package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.Show;
import io.tidemark.sql.ast.AdministrationCommand.ShowAccount;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import java.util.List;

/// Reads SHOW. Confined to one thread.
final class ShowParser {
  private final Tokens tokens;
  private boolean global;
  private boolean full;
  private String database = "";
  private String name = "";
  private boolean hasLike;
  private String like = "";
  private Expression where = Expression.ABSENT;
  private long offset;
  private long limit = -1;

  ShowParser(Tokens tokens) {
    this.tokens = tokens;
  }

  AdministrationCommand show() {
    tokens.expectWord("SHOW");
    if (tokens.tryWord("GLOBAL")) {
      global = true;
    } else if (!tokens.tryWord("SESSION")) {
      tokens.tryWord("LOCAL");
    }
    tokens.tryWord("EXTENDED");
    full = tokens.tryWord("FULL");
    if (tokens.isWord("GRANTS")) {
      return grants();
    }
    if (tokens.isWord("CREATE") && tokens.isWord(1, "USER")) {
      tokens.advance();
      tokens.advance();
      return new ShowAccount(true, tokens.atEnd() ? List.of() : List.of(account()));
    }
    String what = what();
    return new Show(what, global, full, database, name, hasLike, like, where, offset, limit);
  }

  private AdministrationCommand grants() {
    tokens.advance();
    if (!tokens.tryWord("FOR")) {
      return new ShowAccount(false, List.of());
    }
    AccountName account = account();
    if (tokens.isWord("USING")) {
      throw Tokens.unsupported("roles");
    }
    return new ShowAccount(false, List.of(account));
  }

  private AccountName account() {
    return AccountParser.account(tokens);
  }

  private String what() {
    String word = tokens.word();
    if (word.isEmpty()) {
      throw tokens.syntaxError();
    }
    tokens.advance();
    switch (word) {
      case "DATABASES", "SCHEMAS" -> {
        filter();
        return "DATABASES";
      }
      case "TABLES", "TRIGGERS", "EVENTS" -> {
        fromDatabase();
        filter();
        return word;
      }
      case "TABLE" -> {
        tokens.expectWord("STATUS");
        fromDatabase();
        filter();
        return "TABLE STATUS";
      }
      case "OPEN" -> {
        tokens.expectWord("TABLES");
        fromDatabase();
        filter();
        return "OPEN TABLES";
      }
      case "COLUMNS", "FIELDS" -> {
        fromTable();
        filter();
        return "COLUMNS";
      }
      case "INDEX", "INDEXES", "KEYS" -> {
        fromTable();
        filter();
        return "INDEX";
      }
      case "VARIABLES",
          "STATUS",
          "COLLATION",
          "PLUGINS",
          "PRIVILEGES",
          "PROCESSLIST",
          "PROFILES" -> {
        filter();
        return word;
      }
      case "CHARSET" -> {
        filter();
        return "CHARACTER SET";
      }
      case "CHARACTER" -> {
        tokens.expectWord("SET");
        filter();
        return "CHARACTER SET";
      }
      case "STORAGE" -> {
        tokens.expectWord("ENGINES");
        return "ENGINES";
      }
      case "ENGINES" -> {
        return "ENGINES";
      }
      case "PROCEDURE", "FUNCTION" -> {
        tokens.expectWord("STATUS");
        filter();
        return word + " STATUS";
      }
      default -> {
        return more(word);
      }
    }
  }

  private String more(String word) {
    switch (word) {
      case "WARNINGS", "ERRORS" -> {
        limit();
        return word;
      }
      case "COUNT" -> {
        tokens.expectSymbol("(");
        tokens.expectSymbol("*");
        tokens.expectSymbol(")");
        if (tokens.tryWord("WARNINGS")) {
          return "COUNT WARNINGS";
        }
        tokens.expectWord("ERRORS");
        return "COUNT ERRORS";
      }
      case "CREATE" -> {
        return create();
      }
      case "ENGINE" -> {
        name = Names.identifier(tokens);
        String kind = tokens.word();
        tokens.advance();
        return "ENGINE " + kind;
      }
      case "MASTER", "REPLICA", "SLAVE" -> {
        return replication(word);
      }
      case "REPLICAS" -> {
        return "REPLICAS";
      }
      case "BINARY" -> {
        if (tokens.tryWord("LOG")) {
          tokens.expectWord("STATUS");
          return "BINARY LOG STATUS";
        }
        tokens.expectWord("LOGS");
        return "BINARY LOGS";
      }
      case "BINLOG" -> {
        if (tokens.tryWord("STATUS")) {
          return "BINARY LOG STATUS";
        }
        tokens.expectWord("EVENTS");
        while (!tokens.atEnd()) {
          tokens.advance();
        }
        return "BINLOG EVENTS";
      }
      default -> {
        tokens.resetTo(tokens.mark() - 1);
        throw tokens.syntaxError();
      }
    }
  }

  private String replication(String word) {
    if (tokens.tryWord("STATUS")) {
      if (tokens.tryWord("FOR")) {
        tokens.expectWord("CHANNEL");
        Names.string(tokens);
      }
      return switch (word) {
        case "MASTER" -> "BINARY LOG STATUS";
        case "SLAVE" -> "SLAVE STATUS";
        default -> "REPLICA STATUS";
      };
    }
    if (word.equals("MASTER")) {
      tokens.expectWord("LOGS");
      return "BINARY LOGS";
    }
    tokens.expectWord("HOSTS");
    return "REPLICAS";
  }

  private String create() {
    String kind = tokens.word();
    tokens.advance();
    switch (kind) {
      case "TABLE", "VIEW" -> {
        QualifiedName table = Names.qualifiedName(tokens);
        database = table.database();
        name = table.name();
        return "CREATE " + kind;
      }
      case "DATABASE", "SCHEMA" -> {
        if (tokens.tryWord("IF")) {
          tokens.expectWord("NOT");
          tokens.expectWord("EXISTS");
          full = true;
        }
        name = Names.identifier(tokens);
        return "CREATE DATABASE";
      }
      case "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT" -> {
        QualifiedName object = Names.qualifiedName(tokens);
        database = object.database();
        name = object.name();
        return "CREATE " + kind;
      }
      default -> {
        tokens.resetTo(tokens.mark() - 1);
        throw tokens.syntaxError();
      }
    }
  }

  private boolean from() {
    return tokens.tryWord("FROM") || tokens.tryWord("IN");
  }

  private void fromDatabase() {
    if (from()) {
      database = Names.identifier(tokens);
    }
  }

  private void fromTable() {
    if (!from()) {
      throw tokens.syntaxError();
    }
    QualifiedName table = Names.qualifiedName(tokens);
    database = table.database();
    name = table.name();
    fromDatabase();
  }

  private void filter() {
    if (tokens.tryWord("LIKE")) {
      hasLike = true;
      like = Names.string(tokens).text();
    } else if (tokens.tryWord("WHERE")) {
      where = new QueryParser(tokens).expressions().expression();
    }
  }

  private void limit() {
    if (tokens.tryWord("LIMIT")) {
      limit = Names.integer(tokens);
      if (tokens.trySymbol(",")) {
        offset = limit;
        limit = Names.integer(tokens);
      } else if (tokens.tryWord("OFFSET")) {
        offset = Names.integer(tokens);
      }
    }
  }
}
