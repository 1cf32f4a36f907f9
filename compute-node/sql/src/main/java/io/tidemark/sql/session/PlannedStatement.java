package io.tidemark.sql.session;

import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.execute.DirectSelect;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.type.SqlType;
import java.util.List;
import java.util.Optional;

/// A statement on rows, bound and planned for parameters of certain types. Immutable and shared
/// between sessions; good as long as its tables stay as they were.
///
/// @param serial number of the plan in this process
/// @param writes whether it changes rows or locks them
/// @param readLocking which plain reads lock, as the isolation level asks
/// @param dictionaryVersion version of the dictionary it was bound to
record PlannedStatement(
    long serial,
    Kind kind,
    Optional<BoundQuery> query,
    Optional<BoundChange> change,
    List<BoundExpression> expressions,
    Optional<PlanNode> plan,
    Optional<DirectSelect> direct,
    List<ResultColumn> columns,
    List<String> into,
    List<UsedTable> tables,
    List<SqlType> parameterTypes,
    int slotCount,
    int memoryCount,
    boolean writes,
    ReadLocking readLocking,
    long dictionaryVersion) {

  /// What the statement does.
  enum Kind {
    SELECT,
    CHANGE,
    DO
  }

  /// A stored table that the statement uses.
  record UsedTable(BaseTable table, MetadataLock lock, SessionDelegate.Privilege privilege) {}
}
