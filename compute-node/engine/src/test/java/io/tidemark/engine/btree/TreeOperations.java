package io.tidemark.engine.btree;

import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import java.util.ArrayList;
import java.util.List;

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

  /// Inserts those of `entries` from `first` on that go to one place of a leaf; the keys are not
  /// there. Returns how many.
  static int insertRun(MiniTransactions mtrs, BTree tree, Entries entries, int first) {
    try (MiniTransaction mtr = mtrs.begin()) {
      int count = takeRun(mtr, tree, entries, first);
      mtr.commit();
      return count;
    }
  }

  /// As [#insertRun], in the caller's mtr.
  static int takeRun(MiniTransaction mtr, BTree tree, Entries entries, int first) {
    byte[] key = entries.key(first);
    LeafRun run =
        tree.seekForWrite(mtr, key, key.length + entries.valueLength(first)).run(entries, first);
    do {
      run.take();
    } while (first + run.count() < entries.size() && run.belongs());
    run.insert();
    return run.count();
  }

  /// Entries as a list.
  static final class Entries implements TreeEntries {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();

    void add(byte[] key, byte[] value) {
      keys.add(key);
      values.add(value);
    }

    int size() {
      return keys.size();
    }

    byte[] value(int entry) {
      return values.get(entry);
    }

    @Override
    public byte[] key(int entry) {
      return keys.get(entry);
    }

    @Override
    public int valueLength(int entry) {
      return values.get(entry).length;
    }

    @Override
    public void putValue(int entry, byte[] target, int at) {
      byte[] value = values.get(entry);
      System.arraycopy(value, 0, target, at, value.length);
    }
  }
}
