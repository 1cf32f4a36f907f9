package io.tidemark.sql.bind;

import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.RowSource;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.function.ComparisonRules;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A subquery in an expression. Its plan is set once, by the planner. What does not depend on the
/// outer row is computed once for each execution.
public final class SubqueryExpression extends BoundExpression.Nested {
  private final Kind kind;
  private final BoundQuery query;
  private final List<BoundExpression> left;
  private final List<ValueComparator> comparators;
  private final String operator;
  private final int memory;
  private @Nullable PlanNode plan;

  /// What is asked of the rows.
  public enum Kind {
    /// The value of the only row.
    SCALAR,
    EXISTS,
    /// Whether a row equals the left side.
    IN,
    /// Whether the comparison holds for some row.
    ANY,
    /// Whether the comparison holds for all rows.
    ALL
  }

  SubqueryExpression(
      Kind kind,
      BoundQuery query,
      List<BoundExpression> left,
      List<ComparisonRules.Comparison> comparisons,
      String operator,
      int memory) {
    super(typeOf(kind, query), coercibilityOf(kind, query));
    this.kind = kind;
    this.query = query;
    this.left = left;
    this.comparators = comparisons.stream().map(ComparisonRules.Comparison::comparator).toList();
    this.operator = operator;
    this.memory = memory;
  }

  private static SqlType typeOf(Kind kind, BoundQuery query) {
    return kind == Kind.SCALAR ? query.outputs().getFirst().expression().type() : SqlType.BOOLEAN;
  }

  private static Coercibility coercibilityOf(Kind kind, BoundQuery query) {
    return kind == Kind.SCALAR
        ? query.outputs().getFirst().expression().coercibility()
        : Coercibility.NUMERIC;
  }

  public Kind kind() {
    return kind;
  }

  public BoundQuery query() {
    return query;
  }

  public List<BoundExpression> left() {
    return left;
  }

  public void setPlan(PlanNode node) {
    plan = node;
  }

  /// The plan of its query.
  public PlanNode plan() {
    PlanNode node = plan;
    if (node == null) {
      throw new IllegalStateException("subquery: expected a plan, found none");
    }
    return node;
  }

  @Override
  public boolean isNullable() {
    return kind != Kind.EXISTS;
  }

  @Override
  public void forEachChild(Consumer<BoundExpression> visitor) {
    left.forEach(visitor);
  }

  @Override
  public boolean sameAs(BoundExpression other) {
    return this.equals(other);
  }

  @Override
  public Value evaluate(EvalContext context, Execution execution) {
    return switch (kind) {
      case SCALAR ->
          query.isCorrelated() ? scalar(execution) : once(execution, () -> scalar(execution));
      case EXISTS ->
          query.isCorrelated() ? exists(execution) : once(execution, () -> exists(execution));
      case IN, ANY, ALL -> compared(context, execution);
    };
  }

  private Value once(Execution execution, java.util.function.Supplier<Value> compute) {
    return execution.remember(memory, compute);
  }

  private Value scalar(Execution execution) {
    try (RowSource rows = plan().open(execution)) {
      if (!rows.next()) {
        return NullValue.NULL;
      }
      Value value = query.outputs().getFirst().expression().evaluate(execution);
      if (rows.next()) {
        throw new Rejected(MySqlError.SUBQUERY_NO_1_ROW);
      }
      return value;
    }
  }

  private Value exists(Execution execution) {
    try (RowSource rows = plan().open(execution)) {
      return IntValue.of(rows.next());
    }
  }

  private Value compared(EvalContext context, Execution execution) {
    Value[] values = new Value[left.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = left.get(i).evaluate(context, execution);
    }
    if (kind == Kind.IN) {
      if (query.isCorrelated()) {
        return inRows(context, execution, values);
      }
      SubquerySet set =
          execution.remember(memory, () -> SubquerySet.read(execution, plan(), query, comparators));
      return set.contains(context, values);
    }
    Bounds bounds =
        query.isCorrelated()
            ? bounds(execution)
            : execution.remember(memory, () -> bounds(execution));
    return quantified(context, values[0], bounds);
  }

  private Value inRows(EvalContext context, Execution execution, Value[] values) {
    boolean unknown = false;
    try (RowSource rows = plan().open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        Value equal = rowEquals(context, execution, values);
        if (equal.isNull()) {
          unknown = true;
        } else if (equal.isTrue(context)) {
          return IntValue.ONE;
        }
      }
    }
    return unknown ? NullValue.NULL : IntValue.ZERO;
  }

  private Value rowEquals(EvalContext context, Execution execution, Value[] values) {
    boolean unknown = false;
    for (int i = 0; i < values.length; i++) {
      Value other = query.outputs().get(i).expression().evaluate(context, execution);
      if (values[i].isNull() || other.isNull()) {
        unknown = true;
      } else if (comparators.get(i).compare(context, values[i], other) != 0) {
        return IntValue.ZERO;
      }
    }
    return unknown ? NullValue.NULL : IntValue.ONE;
  }

  /// All that ANY and ALL ask of the rows; `= ANY` and `<> ALL` are IN and NOT IN.
  private record Bounds(boolean empty, boolean hasNull, Value least, Value greatest) {}

  private Bounds bounds(Execution execution) {
    boolean empty = true;
    boolean hasNull = false;
    Value least = NullValue.NULL;
    Value greatest = NullValue.NULL;
    ValueComparator comparator = comparators.getFirst();
    EvalContext context = execution.context();
    BoundExpression output = query.outputs().getFirst().expression();
    try (RowSource rows = plan().open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        empty = false;
        Value value = output.evaluate(execution);
        if (value.isNull()) {
          hasNull = true;
          continue;
        }
        if (least.isNull() || comparator.compare(context, value, least) < 0) {
          least = value;
        }
        if (greatest.isNull() || comparator.compare(context, value, greatest) > 0) {
          greatest = value;
        }
      }
    }
    return new Bounds(empty, hasNull, least, greatest);
  }

  /// Every comparison that is left is decided by the least or the greatest value: one of them
  /// differs from the left side if any does, and both equal it if all do.
  private Value quantified(EvalContext context, Value value, Bounds bounds) {
    boolean all = kind == Kind.ALL;
    if (bounds.empty()) {
      return IntValue.of(all);
    }
    if (value.isNull()) {
      return NullValue.NULL;
    }
    if (!bounds.least().isNull()) {
      ValueComparator comparator = comparators.getFirst();
      boolean least = holds(comparator.compare(context, value, bounds.least()));
      boolean greatest = holds(comparator.compare(context, value, bounds.greatest()));
      if (least != all || greatest != all) {
        return IntValue.of(!all);
      }
    }
    return bounds.hasNull() ? NullValue.NULL : IntValue.of(all);
  }

  private boolean holds(int order) {
    return switch (operator) {
      case "=" -> order == 0;
      case "<>" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }
}
