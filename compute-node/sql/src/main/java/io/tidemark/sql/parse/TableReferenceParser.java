package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.TableReference;
import io.tidemark.sql.ast.TableReference.Join;
import io.tidemark.sql.ast.TableReference.JoinKind;
import java.util.ArrayList;
import java.util.List;

/// Reads what stands in FROM. Confined to one thread.
final class TableReferenceParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final QueryParser queries;

  TableReferenceParser(Tokens tokens, ExpressionParser expressions, QueryParser queries) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.queries = queries;
  }

  /// One or more references, separated by commas.
  List<TableReference> references() {
    List<TableReference> list = new ArrayList<>();
    do {
      list.add(reference());
    } while (tokens.trySymbol(","));
    return list;
  }

  /// A factor and the joins behind it. A condition belongs to the nearest join to its left that has
  /// none yet.
  TableReference reference() {
    tokens.enter();
    if (tokens.isSymbol("{") && tokens.isWord(1, "OJ")) {
      tokens.advance();
      tokens.advance();
      TableReference inner = reference();
      tokens.expectSymbol("}");
      tokens.leave();
      return inner;
    }
    TableReference left = joins(factor());
    tokens.leave();
    return left;
  }

  private TableReference joins(TableReference first) {
    TableReference left = first;
    while (true) {
      if (tokens.tryWord("NATURAL")) {
        JoinKind kind = outerKind();
        tokens.expectWord("JOIN");
        left = new Join(left, factor(), kind, true, Expression.ABSENT, List.of());
      } else if (tokens.isWord("LEFT") || tokens.isWord("RIGHT")) {
        JoinKind kind = outerKind();
        tokens.expectWord("JOIN");
        TableReference right = conditionOwner(factor());
        left = condition(left, right, kind, true);
      } else if (tokens.tryWord("STRAIGHT_JOIN")) {
        left = condition(left, factor(), JoinKind.STRAIGHT, false);
      } else if (tokens.tryWord("CROSS") || tokens.tryWord("INNER")) {
        tokens.expectWord("JOIN");
        left = condition(left, factor(), JoinKind.INNER, false);
      } else if (tokens.tryWord("JOIN")) {
        left = condition(left, factor(), JoinKind.INNER, false);
      } else {
        return left;
      }
    }
  }

  /// For `a LEFT JOIN b JOIN c ON .. ON ..`: joins that must come before the outer join's
  /// condition.
  private TableReference conditionOwner(TableReference factor) {
    if (tokens.isWord("ON") || tokens.isWord("USING")) {
      return factor;
    }
    TableReference right = factor;
    while (!tokens.isWord("ON") && !tokens.isWord("USING")) {
      int before = tokens.mark();
      if (tokens.isWord("LEFT") || tokens.isWord("RIGHT")) {
        JoinKind kind = outerKind();
        tokens.expectWord("JOIN");
        right = condition(right, conditionOwner(factor()), kind, true);
      } else if (tokens.isWord("JOIN") || tokens.isWord("INNER") || tokens.isWord("CROSS")) {
        if (!tokens.isWord("JOIN")) {
          tokens.advance();
        }
        tokens.expectWord("JOIN");
        right = condition(right, factor(), JoinKind.INNER, false);
      }
      if (tokens.mark() == before) {
        throw tokens.syntaxError();
      }
    }
    return right;
  }

  private JoinKind outerKind() {
    JoinKind kind = JoinKind.INNER;
    if (tokens.tryWord("INNER")) {
      return kind;
    }
    if (tokens.tryWord("LEFT")) {
      kind = JoinKind.LEFT;
    } else if (tokens.tryWord("RIGHT")) {
      kind = JoinKind.RIGHT;
    }
    if (kind != JoinKind.INNER) {
      tokens.tryWord("OUTER");
    }
    return kind;
  }

  private TableReference condition(
      TableReference left, TableReference right, JoinKind kind, boolean required) {
    if (tokens.tryWord("ON")) {
      return new Join(left, right, kind, false, expressions.expression(), List.of());
    }
    if (tokens.tryWord("USING")) {
      List<String> columns = Names.parenthesizedIdentifiers(tokens);
      return new Join(left, right, kind, false, Expression.ABSENT, columns);
    }
    if (required) {
      throw tokens.syntaxError();
    }
    return new Join(left, right, kind, false, Expression.ABSENT, List.of());
  }

  private TableReference factor() {
    if (tokens.tryWord("LATERAL")) {
      return derived(true);
    }
    if (tokens.isWord("JSON_TABLE")) {
      throw Tokens.unsupported("JSON_TABLE");
    }
    if (!tokens.isSymbol("(")) {
      return named();
    }
    if (queries.startsQueryInParentheses() && isDerived()) {
      return derived(false);
    }
    tokens.expectSymbol("(");
    List<TableReference> inner = references();
    tokens.expectSymbol(")");
    TableReference joined = inner.getFirst();
    for (TableReference next : inner.subList(1, inner.size())) {
      joined = new Join(joined, next, JoinKind.INNER, false, Expression.ABSENT, List.of());
    }
    return joined;
  }

  /// Tells `(SELECT ..) AS d` from `((SELECT ..) AS d JOIN ..)`: only behind the parenthesis of a
  /// derived table stands its alias.
  private boolean isDerived() {
    int mark = tokens.mark();
    tokens.skipParentheses();
    boolean aliased = tokens.isWord("AS") || Names.isIdentifier(tokens);
    tokens.resetTo(mark);
    return aliased || !tokens.isSymbol(1, "(");
  }

  private TableReference derived(boolean lateral) {
    tokens.expectSymbol("(");
    Query query = queries.query();
    tokens.expectSymbol(")");
    String alias = Names.optionalAlias(tokens, false);
    List<String> columns = List.of();
    if (!alias.isEmpty() && tokens.isSymbol("(")) {
      columns = Names.parenthesizedIdentifiers(tokens);
    }
    return new TableReference.Derived(query, alias, columns, lateral);
  }

  TableReference.Named named() {
    QualifiedName name = Names.qualifiedName(tokens);
    List<String> partitions = List.of();
    if (tokens.isWord("PARTITION") && tokens.isSymbol(1, "(")) {
      throw Tokens.unsupported("PARTITION selection");
    }
    String alias = Names.optionalAlias(tokens, false);
    return new TableReference.Named(name, alias, hints(), partitions);
  }

  private List<TableReference.IndexHint> hints() {
    List<TableReference.IndexHint> list = new ArrayList<>();
    while (true) {
      TableReference.IndexHintKind kind;
      boolean isHint = tokens.isWord(1, "INDEX") || tokens.isWord(1, "KEY");
      if (!isHint) {
        return list;
      }
      switch (tokens.word()) {
        case "USE" -> kind = TableReference.IndexHintKind.USE;
        case "FORCE" -> kind = TableReference.IndexHintKind.FORCE;
        case "IGNORE" -> kind = TableReference.IndexHintKind.IGNORE;
        default -> {
          return list;
        }
      }
      tokens.advance();
      tokens.advance();
      String purpose = "";
      if (tokens.tryWord("FOR")) {
        if (tokens.tryWord("JOIN")) {
          purpose = "JOIN";
        } else if (tokens.tryWords("ORDER", "BY")) {
          purpose = "ORDER BY";
        } else if (tokens.tryWords("GROUP", "BY")) {
          purpose = "GROUP BY";
        } else {
          throw tokens.syntaxError();
        }
      }
      list.add(new TableReference.IndexHint(kind, purpose, hintedIndexes()));
    }
  }

  private List<String> hintedIndexes() {
    tokens.expectSymbol("(");
    List<String> names = new ArrayList<>();
    while (!tokens.isSymbol(")")) {
      if (!names.isEmpty()) {
        tokens.expectSymbol(",");
      }
      names.add(tokens.tryWord("PRIMARY") ? "PRIMARY" : Names.identifier(tokens));
    }
    tokens.expectSymbol(")");
    return names;
  }
}
