package io.tidemark.storage.page;

import static io.tidemark.storage.page.PageHeader.GARBAGE_OFFSET;
import static io.tidemark.storage.page.PageHeader.HEADER_BYTES;
import static io.tidemark.storage.page.PageHeader.HEAP_END_OFFSET;
import static io.tidemark.storage.page.PageHeader.PAGE_BYTES;
import static io.tidemark.storage.page.PageHeader.SHORT;
import static io.tidemark.storage.page.PageHeader.SLOT_COUNT_OFFSET;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Items of variable length in a page, addressed by slot number.
///
/// Behind the header grows the heap of items, each a 2-byte length and its bytes, in the order of
/// their arrival. From the end of the page downwards grows the slot array: slot `i` is the 2-byte
/// offset of its item, at `PAGE_BYTES - 2 * (i + 1)`. A deleted or outgrown item leaves garbage; an
/// insert that finds no room behind the heap first compacts it in slot order. All of this is
/// deterministic: equal operations on equal bytes give equal bytes.
///
/// The reading methods are safe on a page that somebody else is changing: they may return nonsense,
/// which the caller detects by its own version check, or throw [IndexOutOfBoundsException]. The
/// changing methods are package-private to redo application by intent: only
/// [io.tidemark.storage.redo.RedoApplier] calls them.
public final class SlottedPage {
  public static final int SLOT_BYTES = 2;
  public static final int ITEM_HEADER_BYTES = 2;

  /// The bytes that items and their slots share in an empty page.
  public static final int CAPACITY_BYTES = PAGE_BYTES - HEADER_BYTES;

  private static final ThreadLocal<byte[]> OLD_HEAP =
      ThreadLocal.withInitial(() -> new byte[PAGE_BYTES]);
  private static final ThreadLocal<byte[]> NEW_HEAP =
      ThreadLocal.withInitial(() -> new byte[PAGE_BYTES]);

  private SlottedPage() {}

  public static int slotCount(MemorySegment page) {
    return page.get(SHORT, SLOT_COUNT_OFFSET) & 0xFFFF;
  }

  /// Offset in the page of the first byte of the item in `slot`.
  public static int itemOffset(MemorySegment page, int slot) {
    return slotEntry(page, slot) + ITEM_HEADER_BYTES;
  }

  /// Length in bytes of the item in `slot`.
  public static int itemLength(MemorySegment page, int slot) {
    return page.get(SHORT, slotEntry(page, slot)) & 0xFFFF;
  }

  /// A copy of the item in `slot`.
  public static byte[] item(MemorySegment page, int slot) {
    byte[] bytes = new byte[itemLength(page, slot)];
    MemorySegment.copy(page, PageHeader.BYTE, itemOffset(page, slot), bytes, 0, bytes.length);
    return bytes;
  }

  /// Bytes that new items, their headers and slots may still take, after compaction.
  public static int freeBytes(MemorySegment page) {
    return contiguousFreeBytes(page) + (page.get(SHORT, GARBAGE_OFFSET) & 0xFFFF);
  }

  /// Whether an item of `length` bytes can be inserted.
  public static boolean fits(MemorySegment page, int length) {
    return length + ITEM_HEADER_BYTES + SLOT_BYTES <= freeBytes(page);
  }

  /// Whether the item in `slot` can be replaced by one of `length` bytes.
  public static boolean fitsReplacing(MemorySegment page, int slot, int length) {
    return length <= freeBytes(page) + itemLength(page, slot);
  }

  /// Inserts an item before `slot`; `slot` may be the slot count. The caller has checked [#fits].
  public static void insert(MemorySegment page, int slot, byte[] source, int offset, int length) {
    int count = slotCount(page);
    if (slot < 0 || slot > count || !fits(page, length)) {
      throw violation(page, "insert of " + length + " bytes at slot " + slot);
    }
    if (length + ITEM_HEADER_BYTES + SLOT_BYTES > contiguousFreeBytes(page)) {
      compact(page);
      checkRoom(page, length + ITEM_HEADER_BYTES + SLOT_BYTES);
    }
    int entry = appendToHeap(page, source, offset, length);
    long array = slotPosition(count - 1);
    MemorySegment.copy(page, array, page, array - SLOT_BYTES, (long) (count - slot) * SLOT_BYTES);
    page.set(SHORT, slotPosition(slot), (short) entry);
    page.set(SHORT, SLOT_COUNT_OFFSET, (short) (count + 1));
  }

  /// Makes `items` slots before `slot`, whose items, of together `itemBytes` bytes, follow by
  /// [#fillSlot]. The page is then the same as after inserting one by one. False, and nothing done,
  /// if that must be done: because the slot is wrong or the heap would have to be compacted.
  public static boolean tryOpenSlots(MemorySegment page, int slot, int items, int itemBytes) {
    int count = slotCount(page);
    int needed = itemBytes + items * (ITEM_HEADER_BYTES + SLOT_BYTES);
    if (slot < 0 || slot > count || needed > contiguousFreeBytes(page)) {
      return false;
    }
    long array = slotPosition(count - 1);
    MemorySegment.copy(
        page, array, page, array - (long) items * SLOT_BYTES, (long) (count - slot) * SLOT_BYTES);
    page.set(SHORT, SLOT_COUNT_OFFSET, (short) (count + items));
    return true;
  }

  /// Puts the next item behind the heap and into a slot of [#tryOpenSlots].
  public static void fillSlot(MemorySegment page, int slot, byte[] source, int offset, int length) {
    page.set(SHORT, slotPosition(slot), (short) appendToHeap(page, source, offset, length));
  }

  /// Removes the item in `slot`.
  public static void delete(MemorySegment page, int slot) {
    int count = slotCount(page);
    checkSlot(page, slot, count);
    addGarbage(page, itemLength(page, slot) + ITEM_HEADER_BYTES);
    long array = slotPosition(count - 1);
    MemorySegment.copy(
        page, array, page, array + SLOT_BYTES, (long) (count - slot - 1) * SLOT_BYTES);
    page.set(SHORT, array, (short) 0);
    page.set(SHORT, SLOT_COUNT_OFFSET, (short) (count - 1));
    if (count == 1) {
      emptyHeap(page);
    }
  }

  /// Removes the items in slots `first..end-1`.
  public static void deleteRange(MemorySegment page, int first, int end) {
    int count = slotCount(page);
    if (first < 0 || first > end || end > count) {
      throw violation(page, "delete of slots " + first + ".." + end);
    }
    int garbage = 0;
    for (int slot = first; slot < end; slot++) {
      garbage += itemLength(page, slot) + ITEM_HEADER_BYTES;
    }
    addGarbage(page, garbage);
    int removed = end - first;
    long array = slotPosition(count - 1);
    MemorySegment.copy(
        page, array, page, array + (long) removed * SLOT_BYTES, (long) (count - end) * SLOT_BYTES);
    page.asSlice(array, (long) removed * SLOT_BYTES).fill((byte) 0);
    page.set(SHORT, SLOT_COUNT_OFFSET, (short) (count - removed));
    if (removed == count) {
      emptyHeap(page);
    }
  }

  /// Gives the item in `slot` new bytes. The caller has checked [#fitsReplacing].
  public static void replace(MemorySegment page, int slot, byte[] source, int offset, int length) {
    checkSlot(page, slot, slotCount(page));
    int entry = slotEntry(page, slot);
    int oldLength = itemLength(page, slot);
    if (length <= oldLength) {
      page.set(SHORT, entry, (short) length);
      MemorySegment.copy(source, offset, page, PageHeader.BYTE, entry + ITEM_HEADER_BYTES, length);
      if (length < oldLength) {
        // The tail is zeroed so that compaction and byte comparison never see old content.
        page.asSlice(entry + ITEM_HEADER_BYTES + length, oldLength - length).fill((byte) 0);
        addGarbage(page, oldLength - length);
      }
      return;
    }
    if (!fitsReplacing(page, slot, length)) {
      throw violation(page, "replace of slot " + slot + " by " + length + " bytes");
    }
    addGarbage(page, oldLength + ITEM_HEADER_BYTES);
    if (length + ITEM_HEADER_BYTES > contiguousFreeBytes(page)) {
      page.set(SHORT, slotPosition(slot), (short) 0);
      compact(page);
      checkRoom(page, length + ITEM_HEADER_BYTES);
    }
    page.set(SHORT, slotPosition(slot), (short) appendToHeap(page, source, offset, length));
  }

  /// Overwrites bytes within the item in `slot`; its length stays.
  public static void patch(
      MemorySegment page, int slot, int at, byte[] source, int offset, int length) {
    checkSlot(page, slot, slotCount(page));
    if (at < 0 || at > itemLength(page, slot) - length) {
      throw violation(page, "patch of slot " + slot + " at " + at + " by " + length + " bytes");
    }
    MemorySegment.copy(
        source, offset, page, PageHeader.BYTE, itemOffset(page, slot) + (long) at, length);
  }

  private static int appendToHeap(MemorySegment page, byte[] source, int offset, int length) {
    int entry = heapEnd(page);
    page.set(SHORT, entry, (short) length);
    MemorySegment.copy(source, offset, page, PageHeader.BYTE, entry + ITEM_HEADER_BYTES, length);
    page.set(SHORT, HEAP_END_OFFSET, (short) (entry + ITEM_HEADER_BYTES + length));
    return entry;
  }

  /// Rewrites the heap in slot order; slots whose entry is zero are being replaced and skipped.
  private static void compact(MemorySegment page) {
    int oldEnd = heapEnd(page);
    int count = slotCount(page);
    byte[] old = OLD_HEAP.get();
    byte[] heap = NEW_HEAP.get();
    MemorySegment.copy(
        page, PageHeader.BYTE, HEADER_BYTES, old, HEADER_BYTES, oldEnd - HEADER_BYTES);
    int end = HEADER_BYTES;
    for (int slot = 0; slot < count; slot++) {
      int entry = slotEntry(page, slot);
      if (entry != 0) {
        int bytes = (old[entry] & 0xFF | (old[entry + 1] & 0xFF) << 8) + ITEM_HEADER_BYTES;
        if (entry < HEADER_BYTES || entry + bytes > oldEnd) {
          throw violation(page, "compaction of slot " + slot);
        }
        System.arraycopy(old, entry, heap, end, bytes);
        page.set(SHORT, slotPosition(slot), (short) end);
        end += bytes;
      }
    }
    if (end > oldEnd) {
      throw violation(page, "compaction from " + oldEnd + " to " + end + " bytes");
    }
    Arrays.fill(heap, end, oldEnd, (byte) 0);
    MemorySegment.copy(
        heap, HEADER_BYTES, page, PageHeader.BYTE, HEADER_BYTES, oldEnd - HEADER_BYTES);
    page.set(SHORT, HEAP_END_OFFSET, (short) end);
    page.set(SHORT, GARBAGE_OFFSET, (short) 0);
  }

  private static void emptyHeap(MemorySegment page) {
    page.asSlice(HEADER_BYTES, heapEnd(page) - HEADER_BYTES).fill((byte) 0);
    page.set(SHORT, HEAP_END_OFFSET, (short) HEADER_BYTES);
    page.set(SHORT, GARBAGE_OFFSET, (short) 0);
  }

  private static void addGarbage(MemorySegment page, int bytes) {
    int garbage = (page.get(SHORT, GARBAGE_OFFSET) & 0xFFFF) + bytes;
    page.set(SHORT, GARBAGE_OFFSET, (short) garbage);
  }

  private static int contiguousFreeBytes(MemorySegment page) {
    return PAGE_BYTES - slotCount(page) * SLOT_BYTES - heapEnd(page);
  }

  private static int heapEnd(MemorySegment page) {
    return page.get(SHORT, HEAP_END_OFFSET) & 0xFFFF;
  }

  private static int slotEntry(MemorySegment page, int slot) {
    return page.get(SHORT, slotPosition(slot)) & 0xFFFF;
  }

  private static long slotPosition(int slot) {
    return PAGE_BYTES - (long) SLOT_BYTES * (slot + 1);
  }

  /// Compaction frees what the header promises, unless the header is wrong.
  private static void checkRoom(MemorySegment page, int bytes) {
    if (bytes > contiguousFreeBytes(page)) {
      throw violation(page, "compaction for " + bytes + " bytes");
    }
  }

  private static void checkSlot(MemorySegment page, int slot, int count) {
    if (slot < 0 || slot >= count) {
      throw violation(page, "slot " + slot);
    }
  }

  private static Corrupt violation(MemorySegment page, String what) {
    PageId id = PageHeader.pageId(page);
    return new Corrupt(
        "page %s: %s refused, slots %d, free bytes %d"
            .formatted(id, what, slotCount(page), freeBytes(page)));
  }
}
