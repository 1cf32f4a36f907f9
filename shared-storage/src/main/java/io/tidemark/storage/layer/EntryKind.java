package io.tidemark.storage.layer;

import io.tidemark.storage.error.Corrupt;

/// What the value of a layer entry is. Codes are stored and never reused.
public enum EntryKind {
  /// The redo records of one page in one mini-transaction, in order.
  DELTA(1),
  /// As [#DELTA], and the first record is a PAGE_FORMAT: nothing older of the page is needed.
  FORMAT(2),
  /// The whole page as it is behind the entry's LSN: nothing older of the page is needed.
  IMAGE(3);

  private static final EntryKind[] BY_CODE = {DELTA, FORMAT, IMAGE};

  private final int code;

  EntryKind(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// Whether a page can be built from this entry on, without older ones.
  public boolean isBase() {
    return this != DELTA;
  }

  public static EntryKind ofCode(int code) {
    if (code < 1 || code > BY_CODE.length) {
      throw new Corrupt("layer entry kind: expected 1.." + BY_CODE.length + ", found " + code);
    }
    return BY_CODE[code - 1];
  }
}
