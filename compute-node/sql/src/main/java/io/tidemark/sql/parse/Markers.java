package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.StringLiteral;
import java.util.List;

/// Looks for parameters in expressions. Subqueries count as containing one.
final class Markers {
  private Markers() {}

  static boolean anyIn(Expression expression) {
    return switch (expression) {
      case Expression.ParameterMarker _ -> true;
      case Expression.Quantified _,
          Expression.InQuery _,
          Expression.Exists _,
          Expression.ScalarQuery _ ->
          true;
      case Expression.Assignment assignment -> anyIn(assignment.value());
      case Expression.Unary unary -> anyIn(unary.operand());
      case Expression.Binary binary -> anyIn(binary.left()) || anyIn(binary.right());
      case Expression.In in -> anyIn(in.left()) || any(in.list());
      case Expression.Between between ->
          anyIn(between.operand()) || anyIn(between.low()) || anyIn(between.high());
      case Expression.Like like ->
          anyIn(like.operand()) || anyIn(like.pattern()) || anyIn(like.escape());
      case Expression.Is is -> anyIn(is.operand());
      case Expression.Case choice ->
          anyIn(choice.operand())
              || anyIn(choice.otherwise())
              || choice.whens().stream().anyMatch(w -> anyIn(w.condition()) || anyIn(w.result()));
      case Expression.Cast cast -> anyIn(cast.operand());
      case Expression.ConvertUsing convert -> anyIn(convert.operand());
      case Expression.Collate collate -> anyIn(collate.operand());
      case Expression.FunctionCall call -> any(call.arguments());
      case Expression.AggregateCall call ->
          any(call.arguments()) || call.orderBy().stream().anyMatch(o -> anyIn(o.expression()));
      case Expression.Interval interval -> anyIn(interval.value());
      case Expression.RowConstructor row -> any(row.elements());
      case StringLiteral _,
          Expression.Absent _,
          Expression.NullLiteral _,
          Expression.BooleanLiteral _,
          Expression.NumberLiteral _,
          Expression.HexLiteral _,
          Expression.BitLiteral _,
          Expression.TemporalLiteral _,
          Expression.DefaultValue _,
          Expression.DefaultOf _,
          Expression.ValuesOf _,
          Expression.ColumnName _,
          Expression.UserVariable _,
          Expression.SystemVariable _,
          Expression.Keyword _ ->
          false;
    };
  }

  private static boolean any(List<Expression> expressions) {
    return expressions.stream().anyMatch(Markers::anyIn);
  }
}
