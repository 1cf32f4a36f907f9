package io.tidemark.sql.bind;

import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.type.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A query whose names and types are known. Its rows are what the expressions of [#outputs] give
/// after each step of its plan.
public sealed interface BoundQuery {
  List<Output> outputs();

  /// Columns of outer queries that it reads.
  Set<BoundExpression.Column> outerReferences();

  default boolean isCorrelated() {
    return !outerReferences().isEmpty();
  }

  /// A column of the result.
  record Output(String name, BoundExpression expression, ResultColumn column, boolean nullable) {}

  /// An element of ORDER BY.
  record SortKey(BoundExpression expression, boolean descending) {}

  /// LIMIT and OFFSET: constants or parameters.
  record Limit(Optional<BoundExpression> count, Optional<BoundExpression> offset) {
    public static final Limit NONE = new Limit(Optional.empty(), Optional.empty());

    public boolean isNone() {
      return count.isEmpty() && offset.isEmpty();
    }
  }

  /// An expression that is computed once for each row, into a slot.
  record Computed(int slot, BoundExpression expression) {}

  /// An aggregate, whose result goes into a slot.
  record Aggregate(
      String function,
      boolean distinct,
      List<BoundExpression> arguments,
      List<SortKey> orderBy,
      String separator,
      SqlType type,
      int slot) {}

  /// FOR UPDATE or FOR SHARE of some tables; `tables` empty means all.
  record RowLocking(boolean update, List<String> tables, io.tidemark.engine.LockWait waiting) {}

  /// A query block.
  ///
  /// @param from empty without FROM
  /// @param where conditions that must all hold
  /// @param grouped whether there are groups: GROUP BY, or aggregates over all rows
  record Select(
      List<Output> outputs,
      Optional<FromTree> from,
      List<TableUse> tables,
      List<BoundExpression> where,
      boolean grouped,
      List<BoundExpression> groupBy,
      List<Aggregate> aggregates,
      List<BoundExpression> having,
      List<Computed> computed,
      boolean distinct,
      List<SortKey> orderBy,
      Limit limit,
      List<RowLocking> locking,
      boolean straightJoin,
      boolean calcFoundRows,
      Set<BoundExpression.Column> outerReferences)
      implements BoundQuery {}

  /// UNION of two queries, whose converted outputs go to the slots of `outputs`.
  record Union(
      List<Output> outputs,
      List<Integer> slots,
      BoundQuery left,
      List<BoundExpression> leftValues,
      BoundQuery right,
      List<BoundExpression> rightValues,
      boolean distinct,
      List<SortKey> orderBy,
      Limit limit,
      Set<BoundExpression.Column> outerReferences)
      implements BoundQuery {}

  /// VALUES ROW(..), ..: constants into slots.
  record Rows(
      List<Output> outputs,
      List<Integer> slots,
      List<List<BoundExpression>> rows,
      List<SortKey> orderBy,
      Limit limit,
      Set<BoundExpression.Column> outerReferences)
      implements BoundQuery {}
}
