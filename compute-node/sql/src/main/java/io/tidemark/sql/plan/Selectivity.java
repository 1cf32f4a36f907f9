package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Call;

/// Guesses of how many rows a condition leaves, where nothing is known of the values.
final class Selectivity {
  private Selectivity() {}

  static double of(BoundExpression condition) {
    if (!(condition instanceof Call call)) {
      return 0.5;
    }
    return switch (call.name()) {
      case "=", "<=>", "IS NULL" -> 0.1;
      case "<", "<=", ">", ">=" -> 1.0 / 3;
      case "BETWEEN", "LIKE" -> 0.11;
      case "IN" -> Math.min(0.5, 0.1 * (call.operands().size() - 1));
      case "<>", "IS NOT NULL" -> 0.9;
      case "AND" ->
          call.operands().stream().mapToDouble(Selectivity::of).reduce(1, (a, b) -> a * b);
      case "OR" -> Math.min(1, call.operands().stream().mapToDouble(Selectivity::of).sum());
      case "NOT" -> 1 - of(call.operand(0)) * 0.9;
      default -> 0.5;
    };
  }
}
