package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.ColumnSpecification.ColumnKey;
import io.tidemark.sql.ast.ColumnSpecification.Nullability;
import io.tidemark.sql.ast.DataType;
import io.tidemark.sql.ast.Expression;

/// Reads one column of CREATE TABLE or ALTER TABLE. Made for each column. Confined to one thread.
final class ColumnParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private Nullability nullability = Nullability.UNSPECIFIED;
  private Expression defaultValue = Expression.ABSENT;
  private boolean defaultIsExpression;
  private Expression onUpdate = Expression.ABSENT;
  private boolean autoIncrement;
  private ColumnKey key = ColumnKey.NONE;
  private String comment = "";
  private Expression generated = Expression.ABSENT;
  private boolean stored;
  private boolean invisible;
  private Expression check = Expression.ABSENT;
  private String checkName = "";
  private boolean references;
  private String collation = "";

  private ColumnParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  static ColumnSpecification column(Tokens tokens, ExpressionParser expressions) {
    String name = Names.identifier(tokens);
    return new ColumnParser(tokens, expressions).rest(name);
  }

  private ColumnSpecification rest(String name) {
    DataType type = DataTypeParser.columnType(tokens);
    while (attribute()) {}
    if (!collation.isEmpty()) {
      type =
          new DataType(
              type.name(),
              type.length(),
              type.scale(),
              type.unsigned(),
              type.zerofill(),
              type.charset(),
              collation,
              type.binary(),
              type.values());
    }
    return new ColumnSpecification(
        name,
        type,
        nullability,
        defaultValue,
        defaultIsExpression,
        onUpdate,
        autoIncrement,
        key,
        comment,
        generated,
        stored,
        invisible,
        check,
        checkName,
        references);
  }

  private boolean attribute() {
    switch (tokens.word()) {
      case "NULL" -> {
        tokens.advance();
        nullability = Nullability.NULL;
      }
      case "NOT" -> {
        tokens.advance();
        tokens.expectWord("NULL");
        nullability = Nullability.NOT_NULL;
      }
      case "DEFAULT" -> {
        tokens.advance();
        readDefault();
      }
      case "ON" -> {
        tokens.advance();
        tokens.expectWord("UPDATE");
        onUpdate = expressions.unary();
      }
      case "AUTO_INCREMENT" -> {
        tokens.advance();
        autoIncrement = true;
      }
      case "COLLATE" -> {
        tokens.advance();
        collation = Names.charsetName(tokens);
      }
      case "COMMENT" -> {
        tokens.advance();
        comment = Names.string(tokens).text();
      }
      case "VISIBLE", "INVISIBLE" -> {
        invisible = tokens.isWord("INVISIBLE");
        tokens.advance();
      }
      case "COLUMN_FORMAT", "STORAGE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE" -> {
        tokens.advance();
        tokens.trySymbol("=");
        OperandParser.optionText(tokens);
      }
      default -> {
        return keyOrExpression();
      }
    }
    return true;
  }

  private boolean keyOrExpression() {
    switch (tokens.word()) {
      case "PRIMARY" -> {
        tokens.advance();
        tokens.expectWord("KEY");
        key = ColumnKey.PRIMARY;
      }
      case "KEY" -> {
        tokens.advance();
        key = ColumnKey.PRIMARY;
      }
      case "UNIQUE" -> {
        tokens.advance();
        tokens.tryWord("KEY");
        if (key == ColumnKey.NONE) {
          key = ColumnKey.UNIQUE;
        }
      }
      case "GENERATED" -> {
        tokens.advance();
        tokens.expectWord("ALWAYS");
        readGenerated();
      }
      case "AS" -> readGenerated();
      case "CONSTRAINT", "CHECK" -> readCheck();
      case "REFERENCES" -> {
        ForeignKeyParser.reference(tokens);
        references = true;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void readDefault() {
    if (tokens.trySymbol("(")) {
      defaultValue = expressions.expression();
      tokens.expectSymbol(")");
      defaultIsExpression = true;
      return;
    }
    defaultValue = expressions.unary();
  }

  private void readGenerated() {
    tokens.expectWord("AS");
    tokens.expectSymbol("(");
    generated = expressions.expression();
    tokens.expectSymbol(")");
    stored = tokens.isWord("STORED");
    if (!tokens.tryWord("STORED")) {
      tokens.tryWord("VIRTUAL");
    }
  }

  private void readCheck() {
    if (tokens.tryWord("CONSTRAINT") && Names.isIdentifier(tokens)) {
      checkName = Names.identifier(tokens);
    }
    tokens.expectWord("CHECK");
    tokens.expectSymbol("(");
    check = expressions.expression();
    tokens.expectSymbol(")");
    if (!tokens.tryWords("NOT", "ENFORCED")) {
      tokens.tryWord("ENFORCED");
    }
  }

  /// FIRST or AFTER of ALTER TABLE.
  static AlterAction.Position position(Tokens tokens) {
    if (tokens.tryWord("FIRST")) {
      return new AlterAction.Position(true, "");
    }
    if (tokens.tryWord("AFTER")) {
      return new AlterAction.Position(false, Names.identifier(tokens));
    }
    return AlterAction.Position.LAST;
  }
}
