package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.execute.AggregateTypes;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects the aggregates of one query block. Confined to the binding thread.
final class AggregateBinder {
  private final Binding binding;
  private final Scope scope;
  private final List<Aggregate> aggregates = new ArrayList<>();

  AggregateBinder(Binding binding, Scope scope) {
    this.binding = binding;
    this.scope = scope;
  }

  List<Aggregate> aggregates() {
    return List.copyOf(aggregates);
  }

  /// Names for places where aggregates may stand.
  ExpressionBinder.Names allowed() {
    return new ExpressionBinder.Names() {
      @Override
      public BoundExpression aggregate(Expression.AggregateCall call) {
        return bind(call);
      }
    };
  }

  /// Whether the expression reads an aggregate of this block.
  boolean contains(BoundExpression expression) {
    boolean[] any = {
      expression instanceof BoundExpression.Slot slot
          && aggregates.stream().anyMatch(a -> a.slot() == slot.slot())
    };
    expression.forEachChild(child -> any[0] = any[0] || contains(child));
    return any[0];
  }

  private BoundExpression bind(Expression.AggregateCall call) {
    ExpressionBinder inner =
        new ExpressionBinder(binding, scope, "field list", new ExpressionBinder.Names() {});
    List<BoundExpression> arguments = inner.bindAll(call.arguments());
    List<SortKey> order = new ArrayList<>();
    for (Expression.OrderItem item : call.orderBy()) {
      Optional<Integer> position = QueryBinder.position(item.expression());
      BoundExpression key =
          position.isPresent()
              ? arguments.get(QueryBinder.checked(position.get(), arguments.size(), "order clause"))
              : inner.bind(item.expression());
      order.add(new SortKey(key, item.descending()));
    }
    String separator = call.separator() instanceof StringLiteral literal ? literal.text() : ",";
    for (Aggregate known : aggregates) {
      if (isSame(known, call, arguments, order, separator)) {
        return slot(known);
      }
    }
    SqlType type = AggregateTypes.typeOf(call.name(), arguments, binding.context());
    Aggregate aggregate =
        new Aggregate(
            call.name(),
            call.distinct(),
            arguments,
            order,
            separator,
            type,
            binding.counter().next());
    aggregates.add(aggregate);
    return slot(aggregate);
  }

  private static boolean isSame(
      Aggregate known,
      Expression.AggregateCall call,
      List<BoundExpression> arguments,
      List<SortKey> order,
      String separator) {
    if (!known.function().equals(call.name())
        || known.distinct() != call.distinct()
        || !order.isEmpty()
        || !known.orderBy().isEmpty()
        || !known.separator().equals(separator)
        || known.arguments().size() != arguments.size()) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!known.arguments().get(i).sameAs(arguments.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static BoundExpression slot(Aggregate aggregate) {
    boolean nullable =
        switch (aggregate.function()) {
          case "COUNT", "BIT_AND", "BIT_OR", "BIT_XOR" -> false;
          default -> true;
        };
    Coercibility coercibility =
        BoundExpression.coercibilityOf(
            aggregate.type(),
            aggregate.arguments().isEmpty()
                ? Coercibility.COERCIBLE
                : aggregate.arguments().getFirst().coercibility());
    return new BoundExpression.Slot(aggregate.slot(), aggregate.type(), coercibility, nullable);
  }
}
