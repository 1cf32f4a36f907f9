package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.IndexSpecification;
import io.tidemark.sql.ast.IndexSpecification.IndexKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads indexes. Confined to one thread.
final class IndexParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private String algorithm = "";
  private String comment = "";
  private boolean visible = true;

  private IndexParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /// Whether an index of CREATE TABLE or ALTER TABLE ADD begins here.
  static boolean startsIndex(Tokens tokens) {
    return switch (tokens.word()) {
      case "PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL" -> true;
      default -> false;
    };
  }

  /// An index as an element of a table; `constraintName` may be empty.
  static IndexSpecification element(
      Tokens tokens, ExpressionParser expressions, String constraintName) {
    return new IndexParser(tokens, expressions).readElement(constraintName);
  }

  /// What stands between CREATE and ON, and what follows the table's name, is read by the caller
  /// with [#kind] and this.
  static IndexSpecification rest(
      Tokens tokens, ExpressionParser expressions, IndexKind kind, String name, String algorithm) {
    IndexParser parser = new IndexParser(tokens, expressions);
    parser.algorithm = algorithm;
    return parser.finish(kind, name);
  }

  private IndexSpecification readElement(String constraintName) {
    IndexKind kind = kind(tokens);
    String name = "";
    if (kind != IndexKind.PRIMARY && Names.isIdentifier(tokens)) {
      name = Names.identifier(tokens);
    } else if (kind == IndexKind.UNIQUE) {
      name = constraintName;
    }
    return finish(kind, name);
  }

  /// The words that say what kind of index follows.
  static IndexKind kind(Tokens tokens) {
    IndexKind kind =
        switch (tokens.word()) {
          case "PRIMARY" -> IndexKind.PRIMARY;
          case "UNIQUE" -> IndexKind.UNIQUE;
          case "FULLTEXT" -> IndexKind.FULLTEXT;
          case "SPATIAL" -> IndexKind.SPATIAL;
          case "INDEX", "KEY" -> IndexKind.PLAIN;
          default -> throw tokens.syntaxError();
        };
    tokens.advance();
    if (kind == IndexKind.PRIMARY) {
      tokens.expectWord("KEY");
    } else if (kind != IndexKind.PLAIN && !tokens.tryWord("INDEX")) {
      tokens.tryWord("KEY");
    }
    return kind;
  }

  /// `USING BTREE` or `TYPE BTREE`, or nothing.
  static String algorithm(Tokens tokens) {
    if (tokens.isWord("USING")
        || (tokens.isWord("TYPE") && (tokens.isWord(1, "BTREE") || tokens.isWord(1, "HASH")))) {
      tokens.advance();
      String name = tokens.word();
      if (!name.equals("BTREE") && !name.equals("HASH") && !name.equals("RTREE")) {
        throw tokens.syntaxError();
      }
      tokens.advance();
      return name;
    }
    return "";
  }

  private IndexSpecification finish(IndexKind kind, String name) {
    String before = algorithm(tokens);
    if (!before.isEmpty()) {
      algorithm = before;
    }
    List<IndexSpecification.Part> parts = parts();
    while (option()) {}
    return new IndexSpecification(
        kind, name, parts, comment, visible, algorithm.toUpperCase(Locale.ROOT));
  }

  private List<IndexSpecification.Part> parts() {
    tokens.expectSymbol("(");
    List<IndexSpecification.Part> parts = new ArrayList<>();
    do {
      String column = "";
      Expression expression = Expression.ABSENT;
      int prefix = -1;
      if (tokens.trySymbol("(")) {
        expression = expressions.expression();
        tokens.expectSymbol(")");
      } else {
        column = Names.identifier(tokens);
        if (tokens.trySymbol("(")) {
          prefix = (int) Math.min(Names.integer(tokens), Integer.MAX_VALUE);
          tokens.expectSymbol(")");
        }
      }
      boolean descending = tokens.tryWord("DESC");
      if (!descending) {
        tokens.tryWord("ASC");
      }
      parts.add(new IndexSpecification.Part(column, expression, prefix, descending));
    } while (tokens.trySymbol(","));
    tokens.expectSymbol(")");
    return parts;
  }

  private boolean option() {
    String found = algorithm(tokens);
    if (!found.isEmpty()) {
      algorithm = found;
      return true;
    }
    switch (tokens.word()) {
      case "COMMENT" -> {
        tokens.advance();
        comment = Names.string(tokens).text();
      }
      case "VISIBLE", "INVISIBLE" -> {
        visible = tokens.isWord("VISIBLE");
        tokens.advance();
      }
      case "KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE" -> {
        tokens.advance();
        tokens.trySymbol("=");
        OperandParser.optionText(tokens);
      }
      case "WITH" -> throw Tokens.unsupported("WITH PARSER");
      default -> {
        return false;
      }
    }
    return true;
  }
}
