package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.SubqueryExpression;
import io.tidemark.sql.value.StringValue;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Expressions as EXPLAIN prints them.
public final class ExpressionText {
  private ExpressionText() {}

  public static String all(List<BoundExpression> conditions) {
    if (conditions.size() == 1) {
      return parenthesized(conditions.getFirst());
    }
    return conditions.stream()
        .map(ExpressionText::parenthesized)
        .collect(Collectors.joining(" and ", "(", ")"));
  }

  private static String parenthesized(BoundExpression expression) {
    String text = of(expression);
    return text.startsWith("(") ? text : "(" + text + ")";
  }

  public static String of(BoundExpression expression) {
    return switch (expression) {
      case BoundExpression.Constant constant ->
          constant.value() instanceof StringValue text
              ? "'" + text.asString() + "'"
              : constant.value().asString();
      case BoundExpression.Column column -> column.table().alias() + "." + column.field().name();
      case BoundExpression.Slot _ -> "<cache>";
      case BoundExpression.Parameter _ -> "?";
      case BoundExpression.UserVariable _, BoundExpression.Assignment _ -> "@variable";
      case SubqueryExpression subquery ->
          subquery.kind() == SubqueryExpression.Kind.SCALAR
              ? "(select)"
              : subquery.kind().name().toLowerCase(Locale.ROOT) + "(select)";
      case BoundExpression.Nested _ -> "(..)";
      case BoundExpression.Call call -> call(call);
    };
  }

  private static String call(BoundExpression.Call call) {
    List<BoundExpression> operands = call.operands();
    String name = call.name();
    boolean infix = operands.size() == 2 && !Character.isLetter(name.charAt(0));
    return switch (name) {
      case "AND", "OR", "XOR", "DIV", "LIKE" ->
          operands.stream()
              .map(ExpressionText::of)
              .collect(Collectors.joining(" " + name.toLowerCase(Locale.ROOT) + " ", "(", ")"));
      case "BETWEEN" ->
          "("
              + of(operands.get(0))
              + " between "
              + of(operands.get(1))
              + " and "
              + of(operands.get(2))
              + ")";
      case "IN" ->
          "("
              + of(operands.getFirst())
              + " in "
              + operands.stream()
                  .skip(1)
                  .map(ExpressionText::of)
                  .collect(Collectors.joining(",", "(", ")"))
              + ")";
      case "IS NULL", "IS NOT NULL" ->
          "(" + of(operands.getFirst()) + " " + name.toLowerCase(Locale.ROOT) + ")";
      default ->
          infix
              ? "(" + of(operands.get(0)) + " " + name + " " + of(operands.get(1)) + ")"
              : name.toLowerCase(Locale.ROOT)
                  + operands.stream()
                      .map(ExpressionText::of)
                      .collect(Collectors.joining(",", "(", ")"));
    };
  }
}
