package io.tidemark.sql.bind;

import io.tidemark.sql.bind.BoundQuery.Limit;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.table.BaseTable;
import java.util.List;
import java.util.Optional;

/// A statement that changes rows, whose names and types are known.
public sealed interface BoundChange {
  /// `column = value`; no value means DEFAULT.
  record Assignment(int column, Optional<BoundExpression> value) {}

  /// INSERT or REPLACE.
  ///
  /// @param target the table; its slots show the row that is being made, and in ON DUPLICATE KEY
  ///   UPDATE the row that is there
  /// @param inserted the same table as VALUES() and the row alias show it
  /// @param columns columns that get values, in the order of the values
  /// @param rows values; an absent one means DEFAULT
  /// @param query of INSERT .. SELECT
  record Insert(
      TableUse target,
      TableUse inserted,
      BaseTable table,
      boolean replace,
      boolean ignore,
      List<Integer> columns,
      List<List<Optional<BoundExpression>>> rows,
      Optional<BoundQuery> query,
      List<Assignment> onDuplicate)
      implements BoundChange {}

  /// The assignments to one table of an UPDATE.
  record Target(TableUse table, BaseTable base, List<Assignment> assignments) {}

  /// UPDATE.
  record Update(
      FromTree from,
      List<Target> targets,
      List<BoundExpression> where,
      List<SortKey> orderBy,
      Limit limit,
      boolean ignore)
      implements BoundChange {}

  /// DELETE; the targets have no assignments.
  record Delete(
      FromTree from,
      List<Target> targets,
      List<BoundExpression> where,
      List<SortKey> orderBy,
      Limit limit,
      boolean ignore)
      implements BoundChange {}
}
