package io.tidemark.engine.btree;

import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;

/// Whole changes of one entry, each in its own mtr.
final class TreeOperations {
  private TreeOperations() {}

  /// Returns the mtr's LSN.
  static long put(MiniTransactions mtrs, BTree tree, byte[] key, byte[] value) {
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition position = tree.seekForWrite(mtr, key, key.length + value.length);
      if (position.found()) {
        position.replace(value);
      } else {
        position.insert(value);
      }
      return mtr.commit();
    }
  }

  static boolean delete(MiniTransactions mtrs, BTree tree, byte[] key) {
    boolean emptied;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition position = tree.seekForWrite(mtr, key, 0);
      if (!position.found()) {
        return false;
      }
      emptied = position.delete();
      mtr.commit();
    }
    if (emptied) {
      tree.removeEmptyLeaf(mtrs, key);
    }
    return true;
  }
}
