package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.catalog.IndexDescriptor;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.row.RowFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A table at work: its descriptor, its row format and its indexes. Thread-safe.
public final class OpenTable {
  private final TableDescriptor descriptor;
  private final RowFormat format;
  private final List<OpenIndex> indexes;

  private OpenTable(TableDescriptor descriptor, RowFormat format, List<OpenIndex> indexes) {
    this.descriptor = descriptor;
    this.format = format;
    this.indexes = indexes;
  }

  /// Opens a table; `locks` is null on a replica.
  static OpenTable open(
      TableDescriptor descriptor, RowFormat format, BufferPool pool, @Nullable RowLocks locks) {
    List<OpenIndex> indexes = new ArrayList<>();
    for (IndexDescriptor index : descriptor.indexes()) {
      BTree tree = new BTree(pool, descriptor.spaceId(), index.rootPageNo(), index.treeId());
      indexes.add(
          new OpenIndex(
              index,
              indexes.size(),
              tree,
              Optional.ofNullable(locks).map(manager -> manager.tree(index.treeId()))));
    }
    return new OpenTable(descriptor, format, List.copyOf(indexes));
  }

  public TableDescriptor descriptor() {
    return descriptor;
  }

  public long id() {
    return descriptor.tableId();
  }

  public RowFormat format() {
    return format;
  }

  public OpenIndex clustered() {
    return indexes.getFirst();
  }

  public OpenIndex index(int number) {
    return indexes.get(number);
  }

  public int indexCount() {
    return indexes.size();
  }

  /// The index with that id, or null if it was dropped.
  public @Nullable OpenIndex findIndex(int indexId) {
    for (OpenIndex index : indexes) {
      if (index.descriptor().indexId() == indexId) {
        return index;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
