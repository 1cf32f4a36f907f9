package io.tidemark.storage.redo;

import static io.tidemark.storage.page.PageHeader.INT;
import static io.tidemark.storage.page.PageHeader.LONG;

import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Builds the bytes of one mini-transaction: its length, then its records.
///
/// An mtr is stored as `length u32 little-endian of all that follows, records`. Reusable: [#clear]
/// keeps the buffer. Each method appends one record and leaves [#lastRecordStart] at its first
/// byte, so that the writer can apply exactly the bytes that go to the log. Confined to one thread.
public final class RecordEncoder {
  /// Bytes in front of the records: the length of the mtr.
  public static final int MTR_HEADER_BYTES = 4;

  private static final int MAX_RECORD_HEADER_BYTES = 1 + 5 + 5 + 5;

  private byte[] bytes;
  private int size = MTR_HEADER_BYTES;
  private int lastRecordStart = MTR_HEADER_BYTES;

  public RecordEncoder(int initialBytes) {
    this.bytes = new byte[Math.max(initialBytes, 64)];
  }

  public void clear() {
    size = MTR_HEADER_BYTES;
    lastRecordStart = MTR_HEADER_BYTES;
  }

  public boolean isEmpty() {
    return size == MTR_HEADER_BYTES;
  }

  /// Length in bytes of the whole mtr, its header included.
  public int sizeBytes() {
    return size;
  }

  /// The buffer; valid are `[0, sizeBytes())` after [#finish].
  public byte[] buffer() {
    return bytes;
  }

  public int lastRecordStart() {
    return lastRecordStart;
  }

  /// Writes the length in front; the mtr is complete.
  public void finish() {
    MemorySegment.ofArray(bytes).set(INT, 0, size - MTR_HEADER_BYTES);
  }

  public void pageFormat(PageId page, PageType type, int level, int flags, long owner) {
    begin(RedoRecordType.PAGE_FORMAT, page, 11);
    bytes[size++] = (byte) type.code();
    bytes[size++] = (byte) level;
    bytes[size++] = (byte) flags;
    putLong(owner);
  }

  public void itemInsert(PageId page, int slot, byte[] item, int offset, int length) {
    begin(RedoRecordType.ITEM_INSERT, page, Varint.sizeOf(slot) + length);
    putVarint(slot);
    putBytes(item, offset, length);
  }

  public void itemDelete(PageId page, int firstSlot, int count) {
    begin(RedoRecordType.ITEM_DELETE, page, Varint.sizeOf(firstSlot) + Varint.sizeOf(count));
    putVarint(firstSlot);
    putVarint(count);
  }

  public void itemReplace(PageId page, int slot, byte[] item, int offset, int length) {
    begin(RedoRecordType.ITEM_REPLACE, page, Varint.sizeOf(slot) + length);
    putVarint(slot);
    putBytes(item, offset, length);
  }

  public void itemPatch(PageId page, int slot, int at, byte[] patch, int offset, int length) {
    begin(RedoRecordType.ITEM_PATCH, page, Varint.sizeOf(slot) + Varint.sizeOf(at) + length);
    putVarint(slot);
    putVarint(at);
    putBytes(patch, offset, length);
  }

  /// Inserts `items` at `firstSlot` and the slots behind it.
  public void itemsInsert(PageId page, int firstSlot, List<byte[]> items) {
    itemsInsert(page, firstSlot, ItemSource.of(items));
  }

  /// As above, without arrays between.
  public void itemsInsert(PageId page, int firstSlot, ItemSource items) {
    int count = items.count();
    int length = Varint.sizeOf(firstSlot);
    for (int item = 0; item < count; item++) {
      int itemBytes = items.length(item);
      length += Varint.sizeOf(itemBytes) + itemBytes;
    }
    begin(RedoRecordType.ITEMS_INSERT, page, length);
    putVarint(firstSlot);
    for (int item = 0; item < count; item++) {
      int itemBytes = items.length(item);
      putVarint(itemBytes);
      items.write(item, bytes, size);
      size += itemBytes;
    }
  }

  public void siblings(PageId page, int left, int right) {
    begin(RedoRecordType.SIBLINGS, page, 8);
    putInt(left);
    putInt(right);
  }

  public void header(PageId page, int level, int flags, long owner, long extra) {
    begin(RedoRecordType.HEADER, page, 18);
    bytes[size++] = (byte) level;
    bytes[size++] = (byte) flags;
    putLong(owner);
    putLong(extra);
  }

  public void rawBytes(PageId page, int at, byte[] source, int offset, int length) {
    begin(RedoRecordType.BYTES, page, Varint.sizeOf(at) + length);
    putVarint(at);
    putBytes(source, offset, length);
  }

  /// A commit at a time in milliseconds since 1970.
  public void transactionCommit(long transactionId, long timeMillis) {
    beginLogical(
        RedoRecordType.TRANSACTION_COMMIT,
        Varint.sizeOf(transactionId) + Varint.sizeOf(timeMillis));
    putVarint(transactionId);
    putVarint(timeMillis);
  }

  /// A record whose payload is one number: abort, format gate, tablespace created or dropped, purge
  /// horizon.
  public void number(RedoRecordType type, long number) {
    beginLogical(type, Varint.sizeOf(number));
    putVarint(number);
  }

  /// A record whose payload is a number and bytes: catalog change, binlog events.
  public void numberAndBytes(
      RedoRecordType type, long number, byte[] source, int offset, int length) {
    beginLogical(type, Varint.sizeOf(number) + length);
    putVarint(number);
    putBytes(source, offset, length);
  }

  private void begin(RedoRecordType type, PageId page, int payloadLength) {
    reserve(MAX_RECORD_HEADER_BYTES + payloadLength);
    lastRecordStart = size;
    bytes[size++] = (byte) type.code();
    putVarint(page.spaceId());
    putVarint(page.pageNo());
    putVarint(payloadLength);
  }

  private void beginLogical(RedoRecordType type, int payloadLength) {
    if (type.changesPage()) {
      throw new IllegalArgumentException(type + " changes a page");
    }
    reserve(MAX_RECORD_HEADER_BYTES + payloadLength);
    lastRecordStart = size;
    bytes[size++] = (byte) type.code();
    putVarint(payloadLength);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  private void putVarint(long value) {
    size = Varint.write(bytes, size, value);
  }

  private void putInt(int value) {
    MemorySegment.ofArray(bytes).set(INT, size, value);
    size += 4;
  }

  private void putLong(long value) {
    MemorySegment.ofArray(bytes).set(LONG, size, value);
    size += 8;
  }

  private void putBytes(byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }
}
