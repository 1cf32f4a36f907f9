package io.tidemark.storage.redo;

import io.tidemark.storage.error.Corrupt;

/// The catalogue of redo records. A record changes exactly one page, or none.
///
/// A page record is stored as `type u8, space id varint, page no varint, payload length varint,
/// payload`; a record without a page as `type u8, payload length varint, payload`. Varints are
/// LEB128, unsigned; other integers are little-endian. Codes are never reused; a changed payload is
/// a new code behind a [#FORMAT_GATE].
public enum RedoRecordType {
  /// Formats the page: `page type u8, level u8, flags u8, owner u64`.
  PAGE_FORMAT(1, true),
  /// Inserts an item: `slot varint, item bytes to the end`.
  ITEM_INSERT(2, true),
  /// Removes items: `first slot varint, count varint`.
  ITEM_DELETE(3, true),
  /// Gives an item new bytes: `slot varint, item bytes to the end`.
  ITEM_REPLACE(4, true),
  /// Overwrites bytes within an item: `slot varint, at varint, bytes to the end`.
  ITEM_PATCH(5, true),
  /// Inserts consecutive items: `first slot varint, then each: length varint, item bytes`.
  ITEMS_INSERT(6, true),
  /// Sets the siblings: `left u32, right u32`, -1 for none.
  SIBLINGS(7, true),
  /// Sets header fields: `level u8, flags u8, owner u64, extra u64`.
  HEADER(8, true),
  /// Overwrites raw bytes behind the page header of a page without slots: `at varint, bytes`.
  BYTES(9, true),

  /// A transaction committed: `transaction id varint, commit time varint`, the time in milliseconds
  /// since 1970 by the writer's clock. Its commit LSN is the mtr's end. Redo of before 0.1.0 may
  /// lack the time.
  TRANSACTION_COMMIT(64, false),
  /// A transaction's rollback is complete: `transaction id varint`.
  TRANSACTION_ABORT(65, false),
  /// The dictionary changed: `dictionary version varint`, then what the engine adds.
  CATALOG_CHANGE(66, false),
  /// Binlog events of a transaction: `transaction id varint, event bytes`.
  BINLOG_EVENTS(67, false),
  /// From here on records and pages may use this format version: `version varint`.
  FORMAT_GATE(68, false),
  /// A tablespace begins: `space id varint`.
  SPACE_CREATED(69, false),
  /// A tablespace ends; no later record names it: `space id varint`.
  SPACE_DROPPED(70, false),
  /// From here on the writer removes versions that no snapshot at or above an LSN needs: `lsn
  /// varint`. What is removed follows behind it, so a replica that applies it gives up its older
  /// snapshots in time.
  PURGE_HORIZON(71, false);

  private static final RedoRecordType[] BY_CODE = new RedoRecordType[128];

  static {
    for (RedoRecordType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final boolean page;

  RedoRecordType(int code, boolean page) {
    this.code = code;
    this.page = page;
  }

  public int code() {
    return code;
  }

  /// Whether the record changes a page.
  public boolean changesPage() {
    return page;
  }

  public static RedoRecordType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length || BY_CODE[code] == null) {
      throw new Corrupt("redo record type: unknown code " + code);
    }
    return BY_CODE[code];
  }
}
