package io.tidemark.storage.page;

import io.tidemark.storage.error.Corrupt;

/// What a page holds. The code is stored in the page header; codes are never reused.
public enum PageType {
  /// Never formatted: all bytes zero.
  NONE(0),
  /// Page 0 of tablespace 0: format versions, counters and roots of the dictionary.
  CONTROL(1),
  /// Page 0 of every other tablespace: how far it extends, its queue of free pages.
  SPACE_HEADER(2),
  /// B-link tree leaf.
  TREE_LEAF(3),
  /// B-link tree inner node.
  TREE_INNER(4),
  /// Undo records, in order of appending.
  UNDO(5),
  /// Transaction slots: one item for each undo segment.
  TRANSACTION_SLOTS(6),
  /// Part of a value too long for its row.
  OVERFLOW(7),
  /// In the queue of free pages of its tablespace.
  FREE(8);

  private static final PageType[] BY_CODE = values();

  private final int code;

  PageType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static PageType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new Corrupt("page type: expected 0.." + (BY_CODE.length - 1) + ", found " + code);
    }
    return BY_CODE[code];
  }
}
