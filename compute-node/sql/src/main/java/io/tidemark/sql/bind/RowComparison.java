package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.BinaryOperator;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;

/// Takes comparisons of rows apart into comparisons of their elements.
///
/// Source: MySQL manual, Row Subqueries and Comparison Functions and Operators: `(a, b) = (x, y)`
/// is `a = x AND b = y`; `(a, b) < (x, y)` is `a < x OR (a = x AND b < y)`.
final class RowComparison {
  private final ExpressionBinder binder;

  RowComparison(ExpressionBinder binder) {
    this.binder = binder;
  }

  BoundExpression compare(BinaryOperator operator, Expression left, Expression right) {
    List<BoundExpression> a = elements(left);
    List<BoundExpression> b = elements(right);
    if (a.size() != b.size()) {
      throw new Rejected(MySqlError.OPERAND_COLUMNS, a.size());
    }
    return switch (operator) {
      case EQUAL -> all("=", a, b);
      case NULL_SAFE_EQUAL -> all("<=>", a, b);
      case NOT_EQUAL -> binder.not(all("=", a, b));
      case LESS -> ordered("<", "<", a, b, 0);
      case LESS_OR_EQUAL -> ordered("<", "<=", a, b, 0);
      case GREATER -> ordered(">", ">", a, b, 0);
      case GREATER_OR_EQUAL -> ordered(">", ">=", a, b, 0);
      default -> throw new Rejected(MySqlError.OPERAND_COLUMNS, 1);
    };
  }

  BoundExpression in(Expression left, List<Expression> list) {
    List<BoundExpression> a = elements(left);
    List<BoundExpression> choices = new ArrayList<>();
    for (Expression row : list) {
      List<BoundExpression> b = elements(row);
      if (a.size() != b.size()) {
        throw new Rejected(MySqlError.OPERAND_COLUMNS, a.size());
      }
      choices.add(all("=", a, b));
    }
    return choices.size() == 1 ? choices.getFirst() : binder.callBound("OR", choices);
  }

  /// The elements of a row, each one value.
  List<BoundExpression> elements(Expression row) {
    if (row instanceof Expression.RowConstructor constructor) {
      return binder.bindAll(constructor.elements());
    }
    return List.of(binder.bind(row));
  }

  BoundExpression all(String operator, List<BoundExpression> a, List<BoundExpression> b) {
    List<BoundExpression> parts = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      parts.add(binder.callBound(operator, List.of(a.get(i), b.get(i))));
    }
    return parts.size() == 1 ? parts.getFirst() : binder.callBound("AND", parts);
  }

  private BoundExpression ordered(
      String strict, String last, List<BoundExpression> a, List<BoundExpression> b, int at) {
    List<BoundExpression> pair = List.of(a.get(at), b.get(at));
    if (at == a.size() - 1) {
      return binder.callBound(last, pair);
    }
    BoundExpression equalThenRest =
        binder.callBound(
            "AND", List.of(binder.callBound("=", pair), ordered(strict, last, a, b, at + 1)));
    return binder.callBound("OR", List.of(binder.callBound(strict, pair), equalThenRest));
  }
}
