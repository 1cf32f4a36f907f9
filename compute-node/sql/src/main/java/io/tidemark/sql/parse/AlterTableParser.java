package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AlterAction;
import io.tidemark.sql.ast.ColumnSpecification;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads ALTER TABLE behind the word TABLE. Made for each statement. Confined to one thread.
final class AlterTableParser {
  private final Tokens tokens;
  private final QueryParser queries;
  private final ExpressionParser expressions;
  private final List<AlterAction> actions = new ArrayList<>();

  AlterTableParser(Tokens tokens, QueryParser queries) {
    this.tokens = tokens;
    this.queries = queries;
    this.expressions = queries.expressions();
  }

  DefinitionStatement alterTable() {
    QualifiedName name = Names.qualifiedName(tokens);
    if (!tokens.atEnd() && !tokens.isSymbol(";")) {
      do {
        action();
      } while (tokens.trySymbol(","));
    }
    return new DefinitionStatement.AlterTable(name, actions);
  }

  private void action() {
    switch (tokens.word()) {
      case "ADD" -> {
        tokens.advance();
        add();
      }
      case "DROP" -> {
        tokens.advance();
        actions.add(drop());
      }
      case "MODIFY" -> {
        tokens.advance();
        tokens.tryWord("COLUMN");
        ColumnSpecification column = ColumnParser.column(tokens, expressions);
        actions.add(modified(column.name(), column));
      }
      case "CHANGE" -> {
        tokens.advance();
        tokens.tryWord("COLUMN");
        String old = Names.identifier(tokens);
        actions.add(modified(old, ColumnParser.column(tokens, expressions)));
      }
      case "ALTER" -> {
        tokens.advance();
        actions.add(alter());
      }
      case "RENAME" -> {
        tokens.advance();
        actions.add(rename());
      }
      case "CONVERT" -> {
        tokens.advance();
        actions.add(convert());
      }
      default -> otherAction();
    }
  }

  private AlterAction modified(String old, ColumnSpecification column) {
    boolean positioned = tokens.isWord("FIRST") || tokens.isWord("AFTER");
    return new AlterAction.ModifyColumn(old, column, positioned, ColumnParser.position(tokens));
  }

  private void otherAction() {
    switch (tokens.word()) {
      case "ENABLE", "DISABLE" -> {
        boolean enable = tokens.isWord("ENABLE");
        tokens.advance();
        tokens.expectWord("KEYS");
        actions.add(new AlterAction.Keys(enable));
      }
      case "FORCE" -> {
        tokens.advance();
        actions.add(new AlterAction.Force());
      }
      case "ORDER" -> {
        actions.add(new AlterAction.Reorder(queries.orderBy()));
      }
      case "ALGORITHM", "LOCK" -> {
        String name = tokens.word();
        tokens.advance();
        tokens.trySymbol("=");
        String value = tokens.word();
        tokens.advance();
        actions.add(new AlterAction.Manner(name, value));
      }
      case "WITH", "WITHOUT" -> {
        tokens.advance();
        tokens.expectWord("VALIDATION");
      }
      case "PARTITION",
          "COALESCE",
          "REORGANIZE",
          "EXCHANGE",
          "TRUNCATE",
          "REMOVE",
          "DISCARD",
          "IMPORT" ->
          throw Tokens.unsupported("ALTER TABLE .. " + tokens.word());
      default -> {
        Map<String, String> options = new LinkedHashMap<>();
        while (TableDefinitionParser.option(tokens, options)) {}
        if (options.isEmpty()) {
          throw tokens.syntaxError();
        }
        actions.add(new AlterAction.Options(options));
      }
    }
  }

  private void add() {
    if (tokens.isWord("PARTITION")) {
      throw Tokens.unsupported("ALTER TABLE .. ADD PARTITION");
    }
    String constraint = "";
    boolean named = tokens.tryWord("CONSTRAINT");
    if (named && Names.isIdentifier(tokens)) {
      constraint = Names.identifier(tokens);
    }
    if (IndexParser.startsIndex(tokens)) {
      actions.add(new AlterAction.AddIndex(IndexParser.element(tokens, expressions, constraint)));
    } else if (tokens.isWord("FOREIGN")) {
      actions.add(new AlterAction.AddForeignKey(ForeignKeyParser.foreignKey(tokens, constraint)));
    } else if (tokens.isWord("CHECK")) {
      actions.add(
          new AlterAction.AddCheck(TableDefinitionParser.check(tokens, expressions, constraint)));
    } else if (named) {
      throw tokens.syntaxError();
    } else {
      addColumns();
    }
  }

  private void addColumns() {
    tokens.tryWord("COLUMN");
    if (!tokens.trySymbol("(")) {
      ColumnSpecification column = ColumnParser.column(tokens, expressions);
      actions.add(new AlterAction.AddColumn(column, ColumnParser.position(tokens)));
      return;
    }
    do {
      if (IndexParser.startsIndex(tokens)) {
        actions.add(new AlterAction.AddIndex(IndexParser.element(tokens, expressions, "")));
      } else {
        ColumnSpecification column = ColumnParser.column(tokens, expressions);
        actions.add(new AlterAction.AddColumn(column, AlterAction.Position.LAST));
      }
    } while (tokens.trySymbol(","));
    tokens.expectSymbol(")");
  }

  private AlterAction drop() {
    switch (tokens.word()) {
      case "PRIMARY" -> {
        tokens.advance();
        tokens.expectWord("KEY");
        return new AlterAction.DropPrimaryKey();
      }
      case "INDEX", "KEY" -> {
        tokens.advance();
        return new AlterAction.DropIndex(Names.identifier(tokens));
      }
      case "FOREIGN" -> {
        tokens.advance();
        tokens.expectWord("KEY");
        return new AlterAction.DropForeignKey(Names.identifier(tokens));
      }
      case "CHECK", "CONSTRAINT" -> {
        boolean check = tokens.isWord("CHECK");
        tokens.advance();
        return new AlterAction.DropConstraint(Names.identifier(tokens), check);
      }
      case "PARTITION" -> throw Tokens.unsupported("ALTER TABLE .. DROP PARTITION");
      default -> {
        tokens.tryWord("COLUMN");
        String column = Names.identifier(tokens);
        if (!tokens.tryWord("RESTRICT")) {
          tokens.tryWord("CASCADE");
        }
        return new AlterAction.DropColumn(column);
      }
    }
  }

  private AlterAction alter() {
    if (tokens.tryWord("INDEX")) {
      String index = Names.identifier(tokens);
      return new AlterAction.AlterIndexVisibility(index, visible());
    }
    if (tokens.isWord("CHECK") || tokens.isWord("CONSTRAINT")) {
      throw Tokens.unsupported("ALTER TABLE .. ALTER CHECK");
    }
    tokens.tryWord("COLUMN");
    String column = Names.identifier(tokens);
    if (tokens.tryWord("DROP")) {
      tokens.expectWord("DEFAULT");
      return new AlterAction.AlterDefault(column, Expression.ABSENT, false);
    }
    tokens.expectWord("SET");
    if (!tokens.tryWord("DEFAULT")) {
      return new AlterAction.AlterColumnVisibility(column, visible());
    }
    if (tokens.trySymbol("(")) {
      Expression value = expressions.expression();
      tokens.expectSymbol(")");
      return new AlterAction.AlterDefault(column, value, true);
    }
    return new AlterAction.AlterDefault(column, expressions.unary(), false);
  }

  private boolean visible() {
    if (tokens.tryWord("VISIBLE")) {
      return true;
    }
    tokens.expectWord("INVISIBLE");
    return false;
  }

  private AlterAction rename() {
    if (tokens.tryWord("COLUMN")) {
      String from = Names.identifier(tokens);
      tokens.expectWord("TO");
      return new AlterAction.RenameColumn(from, Names.identifier(tokens));
    }
    if (tokens.tryWord("INDEX") || tokens.tryWord("KEY")) {
      String from = Names.identifier(tokens);
      tokens.expectWord("TO");
      return new AlterAction.RenameIndex(from, Names.identifier(tokens));
    }
    if (!tokens.tryWord("TO") && !tokens.tryWord("AS")) {
      tokens.trySymbol("=");
    }
    return new AlterAction.RenameTable(Names.qualifiedName(tokens));
  }

  private AlterAction convert() {
    tokens.expectWord("TO");
    if (!tokens.tryWord("CHARSET")) {
      tokens.expectWord("CHARACTER");
      tokens.expectWord("SET");
    }
    String charset = Names.charsetName(tokens);
    String collation = tokens.tryWord("COLLATE") ? Names.charsetName(tokens) : "";
    return new AlterAction.ConvertCharset(charset, collation);
  }
}
