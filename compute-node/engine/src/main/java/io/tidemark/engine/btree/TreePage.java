package io.tidemark.engine.btree;

import static io.tidemark.storage.page.PageHeader.BYTE;
import static io.tidemark.storage.page.PageHeader.INT;
import static io.tidemark.storage.page.PageHeader.NO_PAGE;

import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.Varint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The items of a tree page, all of the form `key length varint, key, value`.
///
/// | slot | in a leaf | in an inner page |
/// | --- | --- | --- |
/// | 0 | high key, no value | high key, no value |
/// | 1 | first entry | leftmost child: key empty, standing for less than everything |
/// | 2.. | entries | separator, child: the child's keys are at or above the separator |
///
/// The value in an inner page is the child's page number, u32. All keys of a page are below its
/// high key; the rightmost page of a level has no right sibling, and its high key, which is empty,
/// stands for more than everything. Flag bit 0 (split incomplete) says that the right sibling has
/// no entry in the parent yet. The header's owner is the tree's id; left siblings are not kept.
///
/// All reading methods take keys as an array and a length, allocate nothing, and are safe on a page
/// that changes meanwhile as [SlottedPage] is.
final class TreePage {
  static final int HIGH_KEY_SLOT = 0;
  static final int FIRST_SLOT = 1;
  static final int SPLIT_INCOMPLETE = 1;
  static final int CHILD_BYTES = 4;

  /// What an item takes in a page beside its own bytes.
  static final int ITEM_OVERHEAD_BYTES = SlottedPage.ITEM_HEADER_BYTES + SlottedPage.SLOT_BYTES;

  private static final ValueLayout.OfLong BIG_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final VarHandle ARRAY_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private TreePage() {}

  static boolean isRightmost(MemorySegment page) {
    return PageHeader.right(page) == NO_PAGE;
  }

  static boolean isSplitIncomplete(MemorySegment page) {
    return (PageHeader.flags(page) & SPLIT_INCOMPLETE) != 0;
  }

  /// Number of entries, the high key not counted.
  static int entryCount(MemorySegment page) {
    return SlottedPage.slotCount(page) - 1;
  }

  /// Whether the key belongs to a page further right; with `below` the largest keys below the key.
  static boolean isBeyond(MemorySegment page, byte[] key, int length, boolean below) {
    if (isRightmost(page)) {
      return false;
    }
    if (length < 0) {
      return true;
    }
    int order = compare(page, HIGH_KEY_SLOT, key, length);
    return below ? order < 0 : order <= 0;
  }

  /// The slot of the entry with this key, or `-1 - slot` of the first entry behind it.
  static int find(MemorySegment page, byte[] key, int length) {
    int low = FIRST_SLOT;
    int high = SlottedPage.slotCount(page) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(page, middle, key, length);
      if (order < 0) {
        low = middle + 1;
      } else if (order > 0) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -1 - low;
  }

  /// The slot in an inner page of the child that has the key; with `below` the one that has the
  /// largest keys below the key.
  static int childSlot(MemorySegment page, byte[] key, int length, boolean below) {
    int low = FIRST_SLOT + 1;
    int high = SlottedPage.slotCount(page) - 1;
    if (length < 0) {
      return high;
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(page, middle, key, length);
      if (below ? order < 0 : order <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  static int child(MemorySegment page, int slot) {
    int item = SlottedPage.itemOffset(page, slot);
    return page.get(INT, item + SlottedPage.itemLength(page, slot) - (long) CHILD_BYTES);
  }

  static int keyLength(MemorySegment page, int slot) {
    int item = SlottedPage.itemOffset(page, slot);
    int first = page.get(BYTE, item);
    return first >= 0 ? first : (first & 0x7F) | page.get(BYTE, item + 1L) << 7;
  }

  static int keyOffset(MemorySegment page, int slot) {
    int item = SlottedPage.itemOffset(page, slot);
    return page.get(BYTE, item) >= 0 ? item + 1 : item + 2;
  }

  static byte[] key(MemorySegment page, int slot) {
    byte[] key = new byte[keyLength(page, slot)];
    MemorySegment.copy(page, BYTE, keyOffset(page, slot), key, 0, key.length);
    return key;
  }

  /// Where the value begins within the item.
  static int valueStart(MemorySegment page, int slot) {
    int keyLength = keyLength(page, slot);
    return Varint.sizeOf(keyLength) + keyLength;
  }

  static byte[] value(MemorySegment page, int slot) {
    int start = valueStart(page, slot);
    byte[] value = new byte[SlottedPage.itemLength(page, slot) - start];
    MemorySegment.copy(
        page, BYTE, SlottedPage.itemOffset(page, slot) + (long) start, value, 0, value.length);
    return value;
  }

  static int itemBytes(int keyLength, int valueLength) {
    return Varint.sizeOf(keyLength) + keyLength + valueLength;
  }

  static byte[] item(byte[] key, int keyLength, byte[] value, int valueOffset, int valueLength) {
    byte[] item = new byte[itemBytes(keyLength, valueLength)];
    int at = Varint.write(item, 0, keyLength);
    System.arraycopy(key, 0, item, at, keyLength);
    System.arraycopy(value, valueOffset, item, at + keyLength, valueLength);
    return item;
  }

  static byte[] highKeyItem(byte[] key, int length) {
    return item(key, length, key, 0, 0);
  }

  static byte[] childItem(byte[] key, int length, int child) {
    byte[] item = new byte[itemBytes(length, CHILD_BYTES)];
    int at = Varint.write(item, 0, length);
    System.arraycopy(key, 0, item, at, length);
    MemorySegment.ofArray(item).set(INT, (long) at + length, child);
    return item;
  }

  /// Compares the key in `slot` with a key: negative if the slot's is less.
  static int compare(MemorySegment page, int slot, byte[] key, int length) {
    int at = SlottedPage.itemOffset(page, slot);
    int inPage = page.get(BYTE, at);
    at++;
    if (inPage < 0) {
      inPage = (inPage & 0x7F) | page.get(BYTE, at) << 7;
      at++;
    }
    int common = Math.min(inPage, length);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long mine = page.get(BIG_LONG, at + (long) i);
      long other = (long) ARRAY_LONG.get(key, i);
      if (mine != other) {
        return Long.compareUnsigned(mine, other);
      }
    }
    for (; i < common; i++) {
      int difference = (page.get(BYTE, at + (long) i) & 0xFF) - (key[i] & 0xFF);
      if (difference != 0) {
        return difference;
      }
    }
    return inPage - length;
  }
}
