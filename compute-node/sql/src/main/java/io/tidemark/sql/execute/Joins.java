package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.RowList;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;

/// The join operators. Both sides fill slots of their own.
public final class Joins {
  private Joins() {}

  /// For each row of the left side the rows of the right side, which is opened anew and may read
  /// slots of the left.
  ///
  /// @param conditions what pairs must meet; for an outer join the whole of ON
  /// @param rightSlots slots of the right side, NULL in rows without a match
  public record NestedLoop(
      PlanNode left,
      PlanNode right,
      boolean outer,
      List<BoundExpression> conditions,
      List<Integer> rightSlots,
      double estimatedRows,
      double estimatedCost)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      int[] slots = rightSlots.stream().mapToInt(Integer::intValue).toArray();
      RowSource outerRows = left.open(execution);
      return new RowSource() {
        private RowSource inner = NO_ROWS;
        private boolean matched = true;

        @Override
        public boolean next() {
          while (true) {
            while (inner.next()) {
              execution.checkInterrupt();
              if (Nodes.allTrue(conditions, execution)) {
                matched = true;
                return true;
              }
            }
            inner.close();
            inner = NO_ROWS;
            if (outer && !matched) {
              matched = true;
              execution.clear(slots);
              return true;
            }
            if (!outerRows.next()) {
              return false;
            }
            matched = false;
            inner = right.open(execution);
          }
        }

        @Override
        public void close() {
          inner.close();
          outerRows.close();
        }
      };
    }

    @Override
    public String describe() {
      String text = outer ? "Nested loop left join" : "Nested loop inner join";
      return conditions.isEmpty() ? text : text + "  " + ExpressionText.all(conditions);
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(left, right);
    }
  }

  private static final RowSource NO_ROWS = () -> false;

  /// Keeps the rows of the right side in a hash table, and looks each row of the left side up in
  /// it. If the table does not fit into memory both sides go to files ([PartitionedJoin]).
  ///
  /// @param keepsOrder whether the rows must come in the order of the left side
  /// @param conditions what pairs must meet besides equal keys
  public record Hash(
      PlanNode left,
      PlanNode right,
      boolean outer,
      boolean keepsOrder,
      List<BoundExpression> leftKeys,
      List<BoundExpression> rightKeys,
      List<ValueComparator> comparators,
      List<BoundExpression> conditions,
      List<Integer> rightSlots,
      double estimatedRows,
      double estimatedCost)
      implements PlanNode {
    /// The same join with the rows in the order of the left side.
    public Hash keepingOrder() {
      return new Hash(
          left,
          right,
          outer,
          true,
          leftKeys,
          rightKeys,
          comparators,
          conditions,
          rightSlots,
          estimatedRows,
          estimatedCost);
    }

    @Override
    public RowSource open(Execution execution) {
      return new HashJoinRows(this, execution);
    }

    @Override
    public String describe() {
      List<String> pairs = new ArrayList<>();
      for (int i = 0; i < leftKeys.size(); i++) {
        pairs.add(
            "("
                + ExpressionText.of(leftKeys.get(i))
                + " = "
                + ExpressionText.of(rightKeys.get(i))
                + ")");
      }
      String text = (outer ? "Left" : "Inner") + " hash join " + String.join(", ", pairs);
      return conditions.isEmpty()
          ? text
          : text + "  extra conditions: " + ExpressionText.all(conditions);
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(left, right);
    }
  }

  /// Keeps the rows of its input for the rest of the execution, so that opening it again is cheap.
  /// The input must not read slots of others.
  public record Materialize(PlanNode input, List<Integer> slots, int memory) implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      int[] which = slots.stream().mapToInt(Integer::intValue).toArray();
      RowList.Reader rows = execution.remember(memory, () -> readAll(execution, which)).read();
      return () -> {
        Value[] row = rows.next();
        if (row == null) {
          return false;
        }
        execution.restore(which, row);
        return true;
      };
    }

    private RowList readAll(Execution execution, int[] which) {
      RowList rows = new RowList(execution.workMemory());
      try (RowSource source = input.open(execution)) {
        while (source.next()) {
          execution.checkInterrupt();
          rows.add(execution.save(which));
        }
      }
      return rows;
    }

    @Override
    public double estimatedRows() {
      return input.estimatedRows();
    }

    @Override
    public double estimatedCost() {
      return input.estimatedCost();
    }

    @Override
    public String describe() {
      return "Materialize";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(input);
    }
  }
}
