package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.Optional;

/// The simple operators: one row, filter, compute, limit, union, constant rows.
public final class Nodes {
  private Nodes() {}

  /// A single row without columns: SELECT without FROM.
  public record SingleRow() implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      return new RowSource() {
        private boolean given;

        @Override
        public boolean next() {
          boolean first = !given;
          given = true;
          return first;
        }
      };
    }

    @Override
    public double estimatedRows() {
      return 1;
    }

    @Override
    public double estimatedCost() {
      return 0;
    }

    @Override
    public String describe() {
      return "Rows fetched before execution";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of();
    }
  }

  /// The rows for which all conditions are true.
  public record Filter(PlanNode input, List<BoundExpression> conditions, double estimatedRows)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      RowSource rows = input.open(execution);
      return new RowSource() {
        @Override
        public boolean next() {
          while (rows.next()) {
            execution.checkInterrupt();
            if (allTrue(conditions, execution)) {
              return true;
            }
          }
          return false;
        }

        @Override
        public void close() {
          rows.close();
        }
      };
    }

    @Override
    public double estimatedCost() {
      return input.estimatedCost();
    }

    @Override
    public String describe() {
      return "Filter: " + ExpressionText.all(conditions);
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(input);
    }
  }

  static boolean allTrue(List<BoundExpression> conditions, Execution execution) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!conditions.get(i).isTrue(execution)) {
        return false;
      }
    }
    return true;
  }

  /// Computes expressions into slots for each row.
  public record Compute(PlanNode input, List<BoundQuery.Computed> computed) implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      RowSource rows = input.open(execution);
      return new RowSource() {
        @Override
        public boolean next() {
          if (!rows.next()) {
            return false;
          }
          for (BoundQuery.Computed one : computed) {
            execution.setSlot(one.slot(), one.expression().evaluate(execution));
          }
          return true;
        }

        @Override
        public void close() {
          rows.close();
        }
      };
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
      return "Compute";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(input);
    }
  }

  /// The first rows. With `countAll` the rest is counted as well, for FOUND_ROWS().
  public record Limited(PlanNode input, BoundQuery.Limit limit, boolean countAll)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      long offset = number(limit.offset(), execution, 0);
      long count = number(limit.count(), execution, Long.MAX_VALUE);
      RowSource rows = input.open(execution);
      return new RowSource() {
        private long skipped;
        private long given;

        @Override
        public boolean next() {
          if (count == 0 && !countAll) {
            return false;
          }
          while (skipped < offset) {
            if (!rows.next()) {
              return false;
            }
            skipped++;
            execution.checkInterrupt();
          }
          if (given >= count) {
            return drain();
          }
          if (!rows.next()) {
            return drain();
          }
          given++;
          return true;
        }

        private boolean drain() {
          if (countAll) {
            long all = skipped + given;
            while (rows.next()) {
              execution.checkInterrupt();
              all++;
            }
            execution.setCountedRows(all);
          }
          return false;
        }

        @Override
        public void close() {
          rows.close();
        }
      };
    }

    @Override
    public double estimatedRows() {
      double count =
          limit.count().isPresent() && limit.count().get() instanceof BoundExpression.Constant c
              ? ((io.tidemark.sql.value.IntValue) c.value()).value()
              : input.estimatedRows();
      return Math.min(count, input.estimatedRows());
    }

    @Override
    public double estimatedCost() {
      return input.estimatedCost();
    }

    @Override
    public String describe() {
      String text = "Limit: " + limit.count().map(ExpressionText::of).orElse("-") + " row(s)";
      return limit.offset().isEmpty()
          ? text
          : text.replace("Limit", "Limit/Offset")
              .replace(" row(s)", "/" + ExpressionText.of(limit.offset().get()) + " row(s)");
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(input);
    }
  }

  /// The value of a LIMIT or OFFSET.
  static long number(Optional<BoundExpression> expression, Execution execution, long absent) {
    if (expression.isEmpty()) {
      return absent;
    }
    EvalContext context = execution.context();
    Value value = expression.get().evaluate(context, execution);
    if (value.isNull()) {
      return 0;
    }
    long number = value.toLong(context);
    if (number < 0 && !(value instanceof io.tidemark.sql.value.IntValue i && i.isUnsigned())) {
      throw new Rejected(MySqlError.WRONG_ARGUMENTS, "LIMIT");
    }
    return number < 0 ? Long.MAX_VALUE : number;
  }

  /// One input after the other, their values put into common slots.
  public record Concatenation(
      PlanNode left,
      List<BoundExpression> leftValues,
      PlanNode right,
      List<BoundExpression> rightValues,
      List<Integer> slots)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      return new RowSource() {
        private RowSource rows = left.open(execution);
        private boolean second;

        @Override
        public boolean next() {
          while (!rows.next()) {
            if (second) {
              return false;
            }
            rows.close();
            second = true;
            rows = right.open(execution);
          }
          List<BoundExpression> from = second ? rightValues : leftValues;
          Value[] row = new Value[from.size()];
          for (int i = 0; i < row.length; i++) {
            row[i] = from.get(i).evaluate(execution);
          }
          for (int i = 0; i < row.length; i++) {
            execution.setSlot(slots.get(i), row[i]);
          }
          return true;
        }

        @Override
        public void close() {
          rows.close();
        }
      };
    }

    @Override
    public double estimatedRows() {
      return left.estimatedRows() + right.estimatedRows();
    }

    @Override
    public double estimatedCost() {
      return left.estimatedCost() + right.estimatedCost();
    }

    @Override
    public String describe() {
      return "Append";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of(left, right);
    }
  }

  /// VALUES ROW(..), ..
  public record ConstantRows(List<List<BoundExpression>> rows, List<Integer> slots)
      implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      return new RowSource() {
        private int at;

        @Override
        public boolean next() {
          if (at >= rows.size()) {
            return false;
          }
          List<BoundExpression> row = rows.get(at++);
          for (int i = 0; i < row.size(); i++) {
            execution.setSlot(slots.get(i), row.get(i).evaluate(execution));
          }
          return true;
        }
      };
    }

    @Override
    public double estimatedRows() {
      return rows.size();
    }

    @Override
    public double estimatedCost() {
      return 0;
    }

    @Override
    public String describe() {
      return "Values";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of();
    }
  }

  /// No rows, because a condition is never true.
  public record Empty(String reason) implements PlanNode {
    @Override
    public RowSource open(Execution execution) {
      return () -> false;
    }

    @Override
    public double estimatedRows() {
      return 0;
    }

    @Override
    public double estimatedCost() {
      return 0;
    }

    @Override
    public String describe() {
      return "Zero rows (" + reason + ")";
    }

    @Override
    public List<PlanNode> inputs() {
      return List.of();
    }
  }
}
