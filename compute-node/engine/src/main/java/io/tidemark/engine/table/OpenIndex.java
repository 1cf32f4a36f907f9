package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.catalog.IndexDescriptor;
import io.tidemark.engine.lock.TreeRanges;
import java.util.Optional;
import org.jctools.queues.MpmcArrayQueue;

/// An index at work: its tree, the handle of its locks, and readers to be used again. Thread-safe.
public final class OpenIndex {
  private static final int KEPT = 64;

  private final IndexDescriptor descriptor;
  private final int number;
  private final BTree tree;
  private final Optional<TreeRanges> ranges;
  private final MpmcArrayQueue<EntryReader> readers = new MpmcArrayQueue<>(KEPT);
  private final MpmcArrayQueue<BTreeCursor> cursors = new MpmcArrayQueue<>(KEPT);

  OpenIndex(IndexDescriptor descriptor, int number, BTree tree, Optional<TreeRanges> ranges) {
    this.descriptor = descriptor;
    this.number = number;
    this.tree = tree;
    this.ranges = ranges;
  }

  public IndexDescriptor descriptor() {
    return descriptor;
  }

  /// Its place in the table's indexes; 0 is the clustered one.
  public int number() {
    return number;
  }

  public BTree tree() {
    return tree;
  }

  /// The handle of the tree's locks; only on the writer.
  public TreeRanges ranges() {
    return ranges.orElseThrow();
  }

  EntryReader borrowReader() {
    EntryReader reader = readers.poll();
    return reader == null ? tree.newReader() : reader;
  }

  void giveBack(EntryReader reader) {
    readers.offer(reader);
  }

  BTreeCursor borrowCursor() {
    BTreeCursor cursor = cursors.poll();
    return cursor == null ? tree.cursor() : cursor;
  }

  void giveBack(BTreeCursor cursor) {
    cursors.offer(cursor);
  }
}
