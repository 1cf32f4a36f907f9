package io.tidemark.storage.redo;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageMutation;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The one place where pages change: applies a page record to its page.
///
/// The writer, the page servers and the replicas all call [#apply] with the bytes that are in the
/// log; so equal redo gives equal pages. It does not set the page LSN: a mini-transaction may
/// change a page several times and its LSN is known only at its end; see [PageHeader#setPageLsn].
///
/// Immutable; safe for concurrent use on different pages.
public final class RedoApplier {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private RedoApplier() {}

  /// Applies the record that `record` stands at to `page`, a segment of exactly one page, which
  /// must be the page that the record names.
  ///
  /// @throws Corrupt if the record does not fit the page, which then is in an undefined state
  public static void apply(MemorySegment page, RecordCursor record) {
    try {
      applyChecked(page, record);
    } catch (IndexOutOfBoundsException e) {
      throw new Corrupt(
          "redo record %s does not fit page %s".formatted(record.type(), record.pageId()), e);
    }
  }

  private static void applyChecked(MemorySegment page, RecordCursor record) {
    byte[] bytes = record.bytes();
    int at = record.payloadStart();
    int end = record.payloadEnd();
    RedoRecordType type = record.type();
    if (type != RedoRecordType.PAGE_FORMAT
        && PageHeader.packedPageId(page) != record.packedPageId()) {
      throw new Corrupt(
          "redo record %s: expected page %s, found page %s"
              .formatted(type, record.pageId(), PageId.ofPacked(PageHeader.packedPageId(page))));
    }
    switch (type) {
      case PAGE_FORMAT -> applyFormat(page, record, bytes, at);
      case ITEM_INSERT -> {
        int slot = Varint.readInt(bytes, at, end);
        int item = Varint.skip(bytes, at, end);
        SlottedPage.insert(page, slot, bytes, item, end - item);
      }
      case ITEM_DELETE -> {
        int first = Varint.readInt(bytes, at, end);
        int next = Varint.skip(bytes, at, end);
        int count = Varint.readInt(bytes, next, end);
        checkLength(record, Varint.skip(bytes, next, end) - at);
        if (count == 1) {
          SlottedPage.delete(page, first);
        } else {
          SlottedPage.deleteRange(page, first, first + count);
        }
      }
      case ITEM_REPLACE -> {
        int slot = Varint.readInt(bytes, at, end);
        int item = Varint.skip(bytes, at, end);
        SlottedPage.replace(page, slot, bytes, item, end - item);
      }
      case ITEM_PATCH -> {
        int slot = Varint.readInt(bytes, at, end);
        int next = Varint.skip(bytes, at, end);
        int within = Varint.readInt(bytes, next, end);
        int patch = Varint.skip(bytes, next, end);
        SlottedPage.patch(page, slot, within, bytes, patch, end - patch);
      }
      case ITEMS_INSERT -> applyItemsInsert(page, bytes, at, end);
      case SIBLINGS -> {
        checkLength(record, 8);
        PageMutation.setSiblings(page, intAt(bytes, at), intAt(bytes, at + 4));
      }
      case HEADER -> {
        checkLength(record, 18);
        PageMutation.setHeader(
            page, bytes[at], bytes[at + 1], longAt(bytes, at + 2), longAt(bytes, at + 10));
      }
      case BYTES -> {
        int within = Varint.readInt(bytes, at, end);
        int data = Varint.skip(bytes, at, end);
        PageMutation.writeBytes(page, within, bytes, data, end - data);
      }
      case TRANSACTION_COMMIT,
          TRANSACTION_ABORT,
          CATALOG_CHANGE,
          BINLOG_EVENTS,
          FORMAT_GATE,
          SPACE_CREATED,
          SPACE_DROPPED ->
          throw new Corrupt("redo record " + record.type() + ": changes no page");
    }
  }

  private static void applyFormat(MemorySegment page, RecordCursor record, byte[] bytes, int at) {
    checkLength(record, 11);
    PageType type = PageType.ofCode(bytes[at]);
    PageMutation.format(
        page,
        record.pageId(),
        type,
        bytes[at + 1] & 0xFF,
        bytes[at + 2] & 0xFF,
        longAt(bytes, at + 3));
  }

  private static void applyItemsInsert(MemorySegment page, byte[] bytes, int start, int end) {
    int slot = Varint.readInt(bytes, start, end);
    int first = Varint.skip(bytes, start, end);
    int items = 0;
    int itemBytes = 0;
    for (int at = first; at < end; items++) {
      int length = Varint.readInt(bytes, at, end);
      at = Varint.skip(bytes, at, end);
      if (length > end - at) {
        throw new Corrupt("ITEMS_INSERT: item of " + length + " bytes, " + (end - at) + " left");
      }
      at += length;
      itemBytes += length;
    }
    boolean opened = SlottedPage.tryOpenSlots(page, slot, items, itemBytes);
    int at = first;
    while (at < end) {
      int length = Varint.readInt(bytes, at, end);
      at = Varint.skip(bytes, at, end);
      if (opened) {
        SlottedPage.fillSlot(page, slot, bytes, at, length);
      } else {
        SlottedPage.insert(page, slot, bytes, at, length);
      }
      slot++;
      at += length;
    }
  }

  private static void checkLength(RecordCursor record, int expected) {
    int found = record.payloadEnd() - record.payloadStart();
    if (found != expected) {
      throw new Corrupt(
          "redo record %s of page %s: expected %d bytes, found %d"
              .formatted(record.type(), record.pageId(), expected, found));
    }
  }

  private static int intAt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  private static long longAt(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }
}
