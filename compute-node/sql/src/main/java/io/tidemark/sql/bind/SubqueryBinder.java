package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.bind.SubqueryExpression.Kind;
import io.tidemark.sql.function.Argument;
import io.tidemark.sql.function.ComparisonRules;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Binds subqueries in expressions.
final class SubqueryBinder {
  private final Binding binding;
  private final Scope scope;
  private final ExpressionBinder expressions;

  SubqueryBinder(Binding binding, Scope scope, ExpressionBinder expressions) {
    this.binding = binding;
    this.scope = scope;
    this.expressions = expressions;
  }

  BoundExpression scalar(Query query) {
    BoundQuery bound = bind(query, 1);
    return make(Kind.SCALAR, bound, List.of(), "");
  }

  BoundExpression exists(Query query) {
    return make(Kind.EXISTS, QueryBinder.nested(binding, scope).bind(query), List.of(), "");
  }

  BoundExpression in(Expression.InQuery in) {
    List<BoundExpression> left = new RowComparison(expressions).elements(in.left());
    BoundExpression bound = make(Kind.IN, bind(in.query(), left.size()), left, " IN ");
    return in.negated() ? expressions.not(bound) : bound;
  }

  BoundExpression quantified(Expression.Quantified quantified) {
    List<BoundExpression> left = new RowComparison(expressions).elements(quantified.left());
    BoundQuery query = bind(quantified.query(), left.size());
    String operator = quantified.operator().symbol();
    if (!quantified.all() && operator.equals("=")) {
      return make(Kind.IN, query, left, "=");
    }
    if (quantified.all() && operator.equals("<>")) {
      return expressions.not(make(Kind.IN, query, left, "<>"));
    }
    if (left.size() != 1) {
      throw new Rejected(MySqlError.OPERAND_COLUMNS, 1);
    }
    return make(quantified.all() ? Kind.ALL : Kind.ANY, query, left, operator);
  }

  private BoundQuery bind(Query query, int columns) {
    BoundQuery bound = QueryBinder.nested(binding, scope).bind(query);
    if (bound.outputs().size() != columns) {
      throw new Rejected(MySqlError.OPERAND_COLUMNS, columns);
    }
    return bound;
  }

  /// Without its constant: what is compared with it comes row by row.
  private static Argument plain(BoundExpression expression) {
    return new Argument(expression.type(), expression.coercibility(), Optional.empty());
  }

  private BoundExpression make(
      Kind kind, BoundQuery query, List<BoundExpression> left, String operator) {
    List<ComparisonRules.Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      comparisons.add(
          ComparisonRules.between(
              plain(left.get(i)),
              plain(query.outputs().get(i).expression()),
              operator,
              binding.context()));
    }
    SubqueryExpression subquery =
        new SubqueryExpression(
            kind, query, left, comparisons, operator, binding.counter().nextMemory());
    binding.counter().addSubquery(subquery);
    return subquery;
  }
}
