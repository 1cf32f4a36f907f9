package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads CREATE TABLE behind the word TABLE. Made for each statement. Confined to one thread.
final class TableDefinitionParser {
  private static final QualifiedName NO_NAME = new QualifiedName("", "");

  private final Tokens tokens;
  private final QueryParser queries;
  private final ExpressionParser expressions;
  private final List<ColumnSpecification> columns = new ArrayList<>();
  private final List<IndexSpecification> indexes = new ArrayList<>();
  private final List<AlterAction.ForeignKey> foreignKeys = new ArrayList<>();
  private final List<AlterAction.Check> checks = new ArrayList<>();
  private final Map<String, String> options = new LinkedHashMap<>();
  private final List<Query> query = new ArrayList<>();
  private QualifiedName like = NO_NAME;
  private String partitioning = "";

  TableDefinitionParser(Tokens tokens, QueryParser queries) {
    this.tokens = tokens;
    this.queries = queries;
    this.expressions = queries.expressions();
  }

  DefinitionStatement createTable(boolean temporary) {
    boolean ifNotExists = DefinitionParser.ifNotExists(tokens);
    QualifiedName name = Names.qualifiedName(tokens);
    if (tokens.tryWord("LIKE")) {
      like = Names.qualifiedName(tokens);
    } else if (tokens.isSymbol("(") && tokens.isWord(1, "LIKE")) {
      tokens.advance();
      tokens.advance();
      like = Names.qualifiedName(tokens);
      tokens.expectSymbol(")");
    } else {
      definition();
    }
    return new DefinitionStatement.CreateTable(
        temporary,
        ifNotExists,
        name,
        columns,
        indexes,
        foreignKeys,
        checks,
        options,
        like,
        partitioning,
        query);
  }

  private void definition() {
    if (tokens.isSymbol("(") && !queries.startsQueryInParentheses()) {
      tokens.advance();
      do {
        element();
      } while (tokens.trySymbol(","));
      tokens.expectSymbol(")");
    }
    while (option(tokens, options)) {
      tokens.trySymbol(",");
    }
    if (tokens.isWord("PARTITION")) {
      int from = tokens.start();
      while (!tokens.atEnd() && !tokens.isSymbol(";")) {
        tokens.advance();
      }
      partitioning = tokens.source(from, tokens.previousEnd());
    }
    if (!tokens.tryWord("IGNORE")) {
      tokens.tryWord("REPLACE");
    }
    boolean as = tokens.tryWord("AS");
    if (queries.startsQuery()) {
      query.add(queries.query());
    } else if (as || (columns.isEmpty() && indexes.isEmpty())) {
      throw tokens.syntaxError();
    }
  }

  private void element() {
    String constraint = "";
    boolean named = tokens.tryWord("CONSTRAINT");
    if (named && Names.isIdentifier(tokens)) {
      constraint = Names.identifier(tokens);
    }
    if (IndexParser.startsIndex(tokens)) {
      indexes.add(IndexParser.element(tokens, expressions, constraint));
    } else if (tokens.isWord("FOREIGN")) {
      foreignKeys.add(ForeignKeyParser.foreignKey(tokens, constraint));
    } else if (tokens.isWord("CHECK")) {
      checks.add(check(tokens, expressions, constraint));
    } else if (named) {
      throw tokens.syntaxError();
    } else {
      columns.add(ColumnParser.column(tokens, expressions));
    }
  }

  static AlterAction.Check check(Tokens tokens, ExpressionParser expressions, String name) {
    tokens.expectWord("CHECK");
    tokens.expectSymbol("(");
    int from = tokens.start();
    Expression condition = expressions.expression();
    String text = tokens.source(from, tokens.previousEnd());
    tokens.expectSymbol(")");
    boolean enforced = !tokens.tryWords("NOT", "ENFORCED");
    if (enforced) {
      tokens.tryWord("ENFORCED");
    }
    return new AlterAction.Check(name, condition, text, enforced);
  }

  /// Reads one table option into `options`; false if none stands here.
  static boolean option(Tokens tokens, Map<String, String> options) {
    tokens.tryWord("DEFAULT");
    String name = tokens.word();
    switch (name) {
      case "CHARACTER" -> {
        tokens.advance();
        tokens.expectWord("SET");
        tokens.trySymbol("=");
        options.put("CHARSET", Names.charsetName(tokens));
      }
      case "CHARSET", "COLLATE" -> {
        tokens.advance();
        tokens.trySymbol("=");
        options.put(name, Names.charsetName(tokens));
      }
      case "DATA", "INDEX" -> {
        tokens.advance();
        tokens.expectWord("DIRECTORY");
        tokens.trySymbol("=");
        options.put(name + " DIRECTORY", OperandParser.optionText(tokens));
      }
      case "ENGINE",
          "TYPE",
          "AUTO_INCREMENT",
          "AVG_ROW_LENGTH",
          "CHECKSUM",
          "COMMENT",
          "COMPRESSION",
          "CONNECTION",
          "DELAY_KEY_WRITE",
          "ENCRYPTION",
          "ENGINE_ATTRIBUTE",
          "INSERT_METHOD",
          "KEY_BLOCK_SIZE",
          "MAX_ROWS",
          "MIN_ROWS",
          "PACK_KEYS",
          "PASSWORD",
          "ROW_FORMAT",
          "STATS_AUTO_RECALC",
          "STATS_PERSISTENT",
          "STATS_SAMPLE_PAGES",
          "TABLESPACE",
          "AUTOEXTEND_SIZE",
          "SECONDARY_ENGINE" -> {
        tokens.advance();
        tokens.trySymbol("=");
        options.put(name, OperandParser.optionText(tokens));
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
