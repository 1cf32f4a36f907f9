package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  /// it.
  ///
  /// @param conditions what pairs must meet besides equal keys
  public record Hash(
      PlanNode left,
      PlanNode right,
      boolean outer,
      List<BoundExpression> leftKeys,
      List<BoundExpression> rightKeys,
      List<ValueComparator> comparators,
      List<BoundExpression> conditions,
      List<Integer> rightSlots,
      double estimatedRows,
      double estimatedCost)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      return new HashRows(this, execution);
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

  private static final class HashRows implements RowSource {
    private final Hash join;
    private final Execution execution;
    private final int[] slots;
    private final ValueComparator[] comparators;
    private final RowSource leftRows;
    private final Map<KeyTuple, List<Value[]>> table = new HashMap<>();
    private List<Value[]> matches = List.of();
    private int at;
    private boolean matched = true;

    HashRows(Hash join, Execution execution) {
      this.join = join;
      this.execution = execution;
      this.slots = join.rightSlots().stream().mapToInt(Integer::intValue).toArray();
      this.comparators = join.comparators().toArray(ValueComparator[]::new);
      try (RowSource rightRows = join.right().open(execution)) {
        while (rightRows.next()) {
          execution.checkInterrupt();
          KeyTuple key = key(join.rightKeys());
          if (!key.hasNull()) {
            table.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(execution.save(slots));
          }
        }
      }
      this.leftRows = join.left().open(execution);
    }

    private KeyTuple key(List<BoundExpression> expressions) {
      Value[] values = new Value[expressions.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = expressions.get(i).evaluate(execution);
      }
      return new KeyTuple(values, comparators, execution.context());
    }

    @Override
    public boolean next() {
      while (true) {
        while (at < matches.size()) {
          execution.checkInterrupt();
          execution.restore(slots, matches.get(at++));
          if (Nodes.allTrue(join.conditions(), execution)) {
            matched = true;
            return true;
          }
        }
        if (join.outer() && !matched) {
          matched = true;
          execution.clear(slots);
          return true;
        }
        if (!leftRows.next()) {
          return false;
        }
        KeyTuple key = key(join.leftKeys());
        matches = key.hasNull() ? List.of() : table.getOrDefault(key, List.of());
        at = 0;
        matched = false;
      }
    }

    @Override
    public void close() {
      leftRows.close();
    }
  }

  /// Keeps the rows of its input for the rest of the execution, so that opening it again is cheap.
  /// The input must not read slots of others.
  public record Materialize(PlanNode input, List<Integer> slots, int memory) implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      int[] which = slots.stream().mapToInt(Integer::intValue).toArray();
      List<Value[]> rows = execution.remember(memory, () -> readAll(execution, which));
      return new RowSource() {
        private int at;

        @Override
        public boolean next() {
          if (at >= rows.size()) {
            return false;
          }
          execution.restore(which, rows.get(at++));
          return true;
        }
      };
    }

    private List<Value[]> readAll(Execution execution, int[] which) {
      List<Value[]> rows = new ArrayList<>();
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
