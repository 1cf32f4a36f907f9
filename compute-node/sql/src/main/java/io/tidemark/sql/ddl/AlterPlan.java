package io.tidemark.sql.ddl;

import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import java.util.ArrayList;
import java.util.List;

/// What ALTER TABLE does to a table. Immutable.
///
/// @param after the definition in the end; its indexes: the clustered one, then the kept ones in
///   their order, then the added ones
/// @param sources for each column of `after` its number before, -1 for new ones
/// @param keptIndexes numbers before of the indexes that stay, in their order, the hidden one left
///   out; -1 for one that lost columns
/// @param addedIndexes how many indexes come new at the end
/// @param copy whether the rows are copied into a new table
record AlterPlan(
    TableDefinition before,
    TableDefinition after,
    List<Integer> sources,
    List<Integer> keptIndexes,
    int addedIndexes,
    boolean copy) {
  AlterPlan {
    sources = List.copyOf(sources);
    keptIndexes = List.copyOf(keptIndexes);
  }

  /// Columns that are added at the end without touching rows.
  List<ColumnDefinition> instantColumns() {
    return after.columns().subList(before.columns().size(), after.columns().size());
  }

  /// Numbers before of the secondary indexes that go.
  List<Integer> droppedIndexes() {
    List<Integer> dropped = new ArrayList<>();
    for (int i = 1; i < before.indexes().size(); i++) {
      if (!keptIndexes.contains(i)) {
        dropped.add(i);
      }
    }
    return dropped;
  }

  /// The indexes that are added, in their order.
  List<IndexDefinition> added() {
    int size = after.indexes().size();
    return after.indexes().subList(size - addedIndexes, size);
  }
}
