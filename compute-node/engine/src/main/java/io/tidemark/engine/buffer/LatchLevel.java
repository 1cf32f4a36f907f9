package io.tidemark.engine.buffer;

/// The order in which one thread latches pages: never one of a lower level while it holds one of a
/// higher. Descents hold no latch at all, so trees are latched upwards.
public enum LatchLevel {
  /// Pages of one tree: children before parents, left before right on one level.
  TREE,
  /// Parts of a long value: in the order of the chain.
  OVERFLOW,
  /// Undo pages: in the order of the segment's chain.
  UNDO,
  /// Transaction slot pages.
  TRANSACTION_SLOTS,
  /// Page 0 of a tablespace, the control page too: by ascending tablespace number.
  SPACE_HEADER,
  /// A page on its way into or out of the free list; nobody else wants it.
  FREE_PAGE
}
