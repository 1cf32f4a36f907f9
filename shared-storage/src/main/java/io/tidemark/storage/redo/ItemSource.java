package io.tidemark.storage.redo;

import java.util.List;

/// Items of an ITEMS_INSERT record, which writes them straight to their place in the record.
public interface ItemSource {
  int count();

  /// Bytes of an item, from 0 on.
  int length(int item);

  /// Writes the item's bytes to `target` at `at`; it must not fail.
  void write(int item, byte[] target, int at);

  /// Items that are there as arrays.
  static ItemSource of(List<byte[]> items) {
    return new ItemSource() {
      @Override
      public int count() {
        return items.size();
      }

      @Override
      public int length(int item) {
        return items.get(item).length;
      }

      @Override
      public void write(int item, byte[] target, int at) {
        byte[] bytes = items.get(item);
        System.arraycopy(bytes, 0, target, at, bytes.length);
      }
    };
  }
}
