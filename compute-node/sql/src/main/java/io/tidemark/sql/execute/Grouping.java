package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.value.Value;
import java.util.List;

/// Groups rows and computes aggregates. After each step the slots hold the group's first row and
/// the aggregates' results.
///
/// @param keys expressions of GROUP BY; empty means one group of all rows
/// @param rowSlots slots that what follows reads of a group's row
/// @param sorted whether the input comes ordered by the keys, so that one group is kept at a time
public record Grouping(
    PlanNode input,
    List<BoundExpression> keys,
    List<Aggregate> aggregates,
    List<Integer> rowSlots,
    boolean sorted,
    double estimatedRows)
    implements PlanNode {

  @Override
  public RowSource open(Execution execution) {
    if (keys.isEmpty()) {
      return new SingleGroup(this, execution);
    }
    return sorted ? new SortedGroups(this, execution) : new HashGroups(this, execution);
  }

  @Override
  public double estimatedCost() {
    return input.estimatedCost();
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(keys.isEmpty() ? "Aggregate: " : "Group aggregate: ");
    for (int i = 0; i < aggregates.size(); i++) {
      Aggregate aggregate = aggregates.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(aggregate.function().toLowerCase(java.util.Locale.ROOT))
          .append('(')
          .append(aggregate.distinct() ? "distinct " : "")
          .append(
              aggregate.arguments().isEmpty()
                  ? "0"
                  : ExpressionText.of(aggregate.arguments().getFirst()))
          .append(')');
    }
    return text.toString();
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }

  int[] rowSlotArray() {
    return rowSlots.stream().mapToInt(Integer::intValue).toArray();
  }

  ValueComparator[] comparators() {
    return keys.stream().map(k -> ValueComparator.ofType(k.type())).toArray(ValueComparator[]::new);
  }

  KeyTuple key(Execution execution, ValueComparator[] comparators) {
    Value[] values = new Value[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = keys.get(i).evaluate(execution);
    }
    return new KeyTuple(values, comparators, execution.context());
  }
}
