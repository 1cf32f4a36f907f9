package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.TableReference;
import java.util.List;

/// Tells whether the parameters of a normalised statement stand only where a parameter means the
/// same as the literal it replaced: beside comparisons, among inserted and assigned values, in
/// LIMIT. Elsewhere literals name columns, count positions or decide types.
public final class Parameterization {
  private Parameterization() {}

  /// Whether a plan for parameters serves all literals.
  public static boolean isSafe(DataStatement statement) {
    return switch (statement) {
      case DataStatement.Select select -> select.into().isEmpty() && isSafe(select.query());
      case DataStatement.Insert insert ->
          insert.query().stream().allMatch(Parameterization::isSafe)
              && insert.rows().stream()
                  .allMatch(row -> row.stream().allMatch(Parameterization::isSafeValue))
              && insert.onDuplicate().stream().allMatch(item -> isSafeValue(item.value()));
      case DataStatement.Update update ->
          update.assignments().stream().allMatch(item -> isSafeValue(item.value()))
              && isSafeTables(update.tables())
              && isSafeCondition(update.where())
              && hasNone(update.orderBy());
      case DataStatement.Delete delete ->
          isSafeTables(delete.tables())
              && isSafeCondition(delete.where())
              && hasNone(delete.orderBy());
      case DataStatement.Do _ -> false;
    };
  }

  private static boolean isSafe(Query query) {
    return query.with().tables().stream().allMatch(t -> isSafe(t.query()))
        && isSafe(query.body())
        && hasNone(query.orderBy());
  }

  private static boolean isSafe(Query.Body body) {
    return switch (body) {
      case Query.Specification block ->
          block.items().stream()
                  .allMatch(
                      item -> !(item instanceof Query.Item single) || hasNone(single.expression()))
              && isSafeTables(block.from())
              && isSafeCondition(block.where())
              && hasNone(block.groupBy())
              && isSafeCondition(block.having());
      case Query.SetOperation operation -> isSafe(operation.left()) && isSafe(operation.right());
      case Query.Nested nested -> isSafe(nested.query());
      case Query.Rows _ -> false;
    };
  }

  private static boolean isSafeTables(List<TableReference> references) {
    return references.stream().allMatch(Parameterization::isSafe);
  }

  private static boolean isSafe(TableReference reference) {
    return switch (reference) {
      case TableReference.Named _ -> true;
      case TableReference.Derived derived -> isSafe(derived.query());
      case TableReference.Join join ->
          isSafe(join.left()) && isSafe(join.right()) && isSafeCondition(join.on());
    };
  }

  private static boolean hasNone(List<Expression.OrderItem> items) {
    return items.stream().allMatch(item -> hasNone(item.expression()));
  }

  /// A parameter, possibly with a sign.
  private static boolean isMarker(Expression expression) {
    return expression instanceof Expression.ParameterMarker
        || (expression instanceof Expression.Unary unary
            && unary.operator() == Expression.UnaryOperator.MINUS
            && unary.operand() instanceof Expression.ParameterMarker);
  }

  private static boolean isSafeOperand(Expression expression) {
    return isMarker(expression) || isSafeCondition(expression);
  }

  private static boolean isSafeCondition(Expression expression) {
    return switch (expression) {
      case Expression.Binary binary -> {
        boolean operands =
            binary.operator().isComparison()
                && isSafeOperand(binary.left())
                && isSafeOperand(binary.right());
        boolean both = isMarker(binary.left()) && isMarker(binary.right());
        boolean logical =
            switch (binary.operator()) {
              case AND, OR, XOR ->
                  isSafeCondition(binary.left()) && isSafeCondition(binary.right());
              default -> hasNone(binary);
            };
        yield (operands && !both) || logical;
      }
      case Expression.Unary unary ->
          unary.operator() == Expression.UnaryOperator.NOT
              ? isSafeCondition(unary.operand())
              : hasNone(unary);
      case Expression.In in ->
          isSafeCondition(in.left())
              && in.list().stream().allMatch(Parameterization::isSafeOperand);
      case Expression.Between between ->
          isSafeCondition(between.operand())
              && isSafeOperand(between.low())
              && isSafeOperand(between.high());
      case Expression.InQuery in -> isSafeCondition(in.left()) && isSafe(in.query());
      case Expression.Exists exists -> isSafe(exists.query());
      case Expression.ScalarQuery scalar -> isSafe(scalar.query());
      case Expression.Quantified quantified ->
          isSafeCondition(quantified.left()) && isSafe(quantified.query());
      default -> hasNone(expression);
    };
  }

  /// Values that are stored: their types are converted to the column's anyway.
  private static boolean isSafeValue(Expression expression) {
    if (isMarker(expression)) {
      return true;
    }
    if (expression instanceof Expression.Binary binary) {
      return switch (binary.operator()) {
        case ADD, SUBTRACT, MULTIPLY -> isSafeValue(binary.left()) && isSafeValue(binary.right());
        default -> hasNone(expression);
      };
    }
    return hasNone(expression);
  }

  private static boolean hasNone(Expression expression) {
    return !Markers.anyIn(expression);
  }
}
