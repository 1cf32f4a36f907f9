package io.tidemark.storage.page;

import io.tidemark.storage.PageId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The first 64 bytes of every page, all integers little-endian.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | checksum | CRC-32C of bytes 4..16383; zero while the page is in memory, see [PageChecksum] |
/// | 4 | 1 | version | format version of the page, now 1 |
/// | 5 | 1 | type | [PageType] code |
/// | 6 | 1 | level | height above the leaves in a tree, else 0 |
/// | 7 | 1 | flags | what the type needs |
/// | 8 | 8 | page LSN | end of the last mini-transaction that changed the page |
/// | 16 | 4 | space id | tablespace |
/// | 20 | 4 | page no | number within the tablespace |
/// | 24 | 4 | left | page number of the left sibling, -1 if none |
/// | 28 | 4 | right | page number of the right sibling, -1 if none |
/// | 32 | 8 | owner | tree, undo segment or row that the page belongs to |
/// | 40 | 2 | slot count | items of a slotted page |
/// | 42 | 2 | heap end | first byte behind the item heap of a slotted page |
/// | 44 | 2 | garbage | bytes of deleted items inside the heap |
/// | 46 | 2 | reserved | zero |
/// | 48 | 8 | extra | what the type needs |
/// | 56 | 8 | reserved | zero |
public final class PageHeader {
  public static final int PAGE_BYTES = 16 * 1024;
  public static final int HEADER_BYTES = 64;
  public static final int VERSION = 1;
  public static final int NO_PAGE = -1;

  public static final int CHECKSUM_OFFSET = 0;
  public static final int VERSION_OFFSET = 4;
  public static final int TYPE_OFFSET = 5;
  public static final int LEVEL_OFFSET = 6;
  public static final int FLAGS_OFFSET = 7;
  public static final int PAGE_LSN_OFFSET = 8;
  public static final int SPACE_ID_OFFSET = 16;
  public static final int PAGE_NO_OFFSET = 20;
  public static final int LEFT_OFFSET = 24;
  public static final int RIGHT_OFFSET = 28;
  public static final int OWNER_OFFSET = 32;
  public static final int SLOT_COUNT_OFFSET = 40;
  public static final int HEAP_END_OFFSET = 42;
  public static final int GARBAGE_OFFSET = 44;
  public static final int EXTRA_OFFSET = 48;

  /// Layouts of the page format: little-endian, no alignment asked for.
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private PageHeader() {}

  public static PageType type(MemorySegment page) {
    return PageType.ofCode(page.get(BYTE, TYPE_OFFSET));
  }

  public static int version(MemorySegment page) {
    return page.get(BYTE, VERSION_OFFSET) & 0xFF;
  }

  public static int level(MemorySegment page) {
    return page.get(BYTE, LEVEL_OFFSET) & 0xFF;
  }

  public static int flags(MemorySegment page) {
    return page.get(BYTE, FLAGS_OFFSET) & 0xFF;
  }

  public static long pageLsn(MemorySegment page) {
    return page.get(LONG, PAGE_LSN_OFFSET);
  }

  /// Only for the end of a mini-transaction, on the writer and in every consumer of redo.
  public static void setPageLsn(MemorySegment page, long lsn) {
    page.set(LONG, PAGE_LSN_OFFSET, lsn);
  }

  public static PageId pageId(MemorySegment page) {
    return new PageId(page.get(INT, SPACE_ID_OFFSET), page.get(INT, PAGE_NO_OFFSET));
  }

  /// [PageId#packed] of [#pageId]; nonsense, not an error, if the bytes are.
  public static long packedPageId(MemorySegment page) {
    return ((long) page.get(INT, SPACE_ID_OFFSET) << 32)
        | (page.get(INT, PAGE_NO_OFFSET) & 0xFFFF_FFFFL);
  }

  public static int left(MemorySegment page) {
    return page.get(INT, LEFT_OFFSET);
  }

  public static int right(MemorySegment page) {
    return page.get(INT, RIGHT_OFFSET);
  }

  public static long owner(MemorySegment page) {
    return page.get(LONG, OWNER_OFFSET);
  }

  public static long extra(MemorySegment page) {
    return page.get(LONG, EXTRA_OFFSET);
  }

  static void format(
      MemorySegment page, PageId id, PageType type, int level, int flags, long owner) {
    page.fill((byte) 0);
    page.set(BYTE, VERSION_OFFSET, (byte) VERSION);
    page.set(BYTE, TYPE_OFFSET, (byte) type.code());
    page.set(BYTE, LEVEL_OFFSET, (byte) level);
    page.set(BYTE, FLAGS_OFFSET, (byte) flags);
    page.set(INT, SPACE_ID_OFFSET, id.spaceId());
    page.set(INT, PAGE_NO_OFFSET, id.pageNo());
    page.set(INT, LEFT_OFFSET, NO_PAGE);
    page.set(INT, RIGHT_OFFSET, NO_PAGE);
    page.set(LONG, OWNER_OFFSET, owner);
    page.set(SHORT, HEAP_END_OFFSET, (short) HEADER_BYTES);
  }
}
