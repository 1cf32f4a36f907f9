package io.tidemark.storage.redo;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;

/// Walks the records of one mini-transaction without allocating.
///
/// Call [#next] until it is false; the accessors describe the record it stopped at. Confined to one
/// thread.
public final class RecordCursor {
  private byte[] bytes = new byte[0];
  private int position;
  private int limit;

  private RedoRecordType type = RedoRecordType.PAGE_FORMAT;
  private int spaceId;
  private int pageNo;
  private int recordStart;
  private int payloadStart;
  private int payloadEnd;

  /// Starts over at the records in `bytes[offset..offset+length)`.
  public void reset(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.limit = offset + length;
  }

  /// Steps to the next record; false at the end.
  public boolean next() {
    if (position == limit) {
      return false;
    }
    recordStart = position;
    int at = position;
    type = RedoRecordType.ofCode(bytes[at++]);
    if (type.changesPage()) {
      spaceId = Varint.readInt(bytes, at, limit);
      at = Varint.skip(bytes, at, limit);
      pageNo = Varint.readInt(bytes, at, limit);
      at = Varint.skip(bytes, at, limit);
    }
    int length = Varint.readInt(bytes, at, limit);
    at = Varint.skip(bytes, at, limit);
    if (length > limit - at) {
      throw new Corrupt(
          "redo record %s: payload of %d bytes, only %d left".formatted(type, length, limit - at));
    }
    payloadStart = at;
    payloadEnd = at + length;
    position = payloadEnd;
    return true;
  }

  public RedoRecordType type() {
    return type;
  }

  /// The page that the record changes; only where [RedoRecordType#changesPage].
  public PageId pageId() {
    return new PageId(spaceId, pageNo);
  }

  /// [PageId#packed] of [#pageId].
  public long packedPageId() {
    return ((long) spaceId << 32) | pageNo;
  }

  public byte[] bytes() {
    return bytes;
  }

  /// Offset of the record's first byte, its type code.
  public int recordStart() {
    return recordStart;
  }

  public int payloadStart() {
    return payloadStart;
  }

  /// The number that the payload of a record without a page begins with.
  public long number() {
    return Varint.read(bytes, payloadStart, payloadEnd);
  }

  /// The time of a [RedoRecordType#TRANSACTION_COMMIT] in milliseconds since 1970; 0 if it has
  /// none.
  public long commitMillis() {
    int at = Varint.skip(bytes, payloadStart, payloadEnd);
    return at == payloadEnd ? 0 : Varint.read(bytes, at, payloadEnd);
  }

  /// Offset behind the record's last byte.
  public int payloadEnd() {
    return payloadEnd;
  }
}
