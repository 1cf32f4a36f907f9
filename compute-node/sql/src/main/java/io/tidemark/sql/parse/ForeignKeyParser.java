package io.tidemark.sql.parse;

import io.tidemark.sql.ast.AlterAction.ForeignKey;
import io.tidemark.sql.ast.QualifiedName;
import java.util.List;

/// Reads foreign keys.
final class ForeignKeyParser {
  private ForeignKeyParser() {}

  /// From the words FOREIGN KEY on.
  static ForeignKey foreignKey(Tokens tokens, String constraintName) {
    tokens.expectWord("FOREIGN");
    tokens.expectWord("KEY");
    String name = constraintName;
    if (Names.isIdentifier(tokens)) {
      String indexName = Names.identifier(tokens);
      name = name.isEmpty() ? indexName : name;
    }
    List<String> columns = Names.parenthesizedIdentifiers(tokens);
    ForeignKey target = reference(tokens);
    return new ForeignKey(
        name,
        columns,
        target.references(),
        target.referencedColumns(),
        target.onDelete(),
        target.onUpdate());
  }

  /// From the word REFERENCES on.
  static ForeignKey reference(Tokens tokens) {
    tokens.expectWord("REFERENCES");
    QualifiedName table = Names.qualifiedName(tokens);
    List<String> columns =
        tokens.isSymbol("(") ? Names.parenthesizedIdentifiers(tokens) : List.of();
    if (tokens.tryWord("MATCH")) {
      tokens.advance();
    }
    String onDelete = "";
    String onUpdate = "";
    while (tokens.isWord("ON")) {
      tokens.advance();
      if (tokens.tryWord("DELETE")) {
        onDelete = action(tokens);
      } else {
        tokens.expectWord("UPDATE");
        onUpdate = action(tokens);
      }
    }
    return new ForeignKey("", List.of(), table, columns, onDelete, onUpdate);
  }

  private static String action(Tokens tokens) {
    if (tokens.tryWord("RESTRICT")) {
      return "RESTRICT";
    }
    if (tokens.tryWord("CASCADE")) {
      return "CASCADE";
    }
    if (tokens.tryWords("NO", "ACTION")) {
      return "NO ACTION";
    }
    tokens.expectWord("SET");
    if (tokens.tryWord("DEFAULT")) {
      return "SET DEFAULT";
    }
    tokens.expectWord("NULL");
    return "SET NULL";
  }
}
