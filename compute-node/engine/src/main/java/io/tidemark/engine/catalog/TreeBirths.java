package io.tidemark.engine.catalog;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Since which LSN young trees are complete: an older snapshot finds nothing, or too little, in
/// them, and is refused. Forgets a tree when no snapshot is older than it. Thread-safe.
public final class TreeBirths {
  private final ConcurrentHashMap<Long, Long> lsns = new ConcurrentHashMap<>();

  void add(List<Long> trees, long lsn) {
    trees.forEach(tree -> lsns.put(tree, lsn));
  }

  /// Forgets trees that every snapshot may read.
  public void forget(long horizon) {
    if (!lsns.isEmpty()) {
      lsns.values().removeIf(lsn -> lsn <= horizon);
    }
  }

  /// @throws Rejected 1412 if the snapshot is older than the index
  public void check(TableDescriptor table, int indexNo, long snapshot) {
    if (!lsns.isEmpty()) {
      Long lsn = lsns.get(table.indexes().get(indexNo).treeId());
      if (lsn != null && snapshot < lsn) {
        throw new Rejected(MySqlError.TABLE_DEF_CHANGED);
      }
    }
  }
}
