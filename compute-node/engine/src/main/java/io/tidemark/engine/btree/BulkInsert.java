package io.tidemark.engine.btree;

import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import java.util.Arrays;

/// Inserts many entries in ascending order of their keys, as many as fit a leaf in each mtr.
///
/// For building an index: behind the last key of a tree it fills page after page; between keys that
/// are there it inserts what belongs between them. Others may write to the tree meanwhile.
public final class BulkInsert {
  private BulkInsert() {}

  /// Inserts `count` entries, none of whose keys is there.
  ///
  /// @throws io.tidemark.storage.error.Exhausted if log or pool are full; entries up to some number
  ///   are in the tree then
  public static void insert(BTree tree, MiniTransactions mtrs, TreeEntries entries, int count) {
    int next = 0;
    while (next < count) {
      try (MiniTransaction mtr = mtrs.begin()) {
        next += insertRun(tree, mtr, entries, next, count);
      }
    }
  }

  private static int insertRun(
      BTree tree, MiniTransaction mtr, TreeEntries entries, int first, int count) {
    byte[] key = entries.key(first);
    if (first > 0 && Arrays.compareUnsigned(entries.key(first - 1), key) >= 0) {
      throw new IllegalArgumentException("tree " + tree + ": bulk insert out of order");
    }
    LeafPosition place = tree.seekForWrite(mtr, key, key.length + entries.valueLength(first));
    if (place.found()) {
      throw new IllegalStateException("tree " + tree + ": bulk insert of a key that is there");
    }
    LeafRun run = place.run(entries, first);
    do {
      run.take();
    } while (first + run.count() < count && run.belongs());
    run.insert();
    mtr.commit();
    return run.count();
  }
}
