package io.tidemark.storage.page;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;

/// The changes of a page outside its items. Only [io.tidemark.storage.redo.RedoApplier] calls
/// these.
public final class PageMutation {
  private PageMutation() {}

  public static void format(
      MemorySegment page, PageId id, PageType type, int level, int flags, long owner) {
    PageHeader.format(page, id, type, level, flags, owner);
  }

  public static void setSiblings(MemorySegment page, int left, int right) {
    page.set(PageHeader.INT, PageHeader.LEFT_OFFSET, left);
    page.set(PageHeader.INT, PageHeader.RIGHT_OFFSET, right);
  }

  public static void setHeader(MemorySegment page, byte level, byte flags, long owner, long extra) {
    page.set(PageHeader.BYTE, PageHeader.LEVEL_OFFSET, level);
    page.set(PageHeader.BYTE, PageHeader.FLAGS_OFFSET, flags);
    page.set(PageHeader.LONG, PageHeader.OWNER_OFFSET, owner);
    page.set(PageHeader.LONG, PageHeader.EXTRA_OFFSET, extra);
  }

  /// Overwrites raw bytes behind the header.
  public static void writeBytes(MemorySegment page, int at, byte[] source, int offset, int length) {
    if (at < PageHeader.HEADER_BYTES || at > PageHeader.PAGE_BYTES - length) {
      throw new Corrupt(
          "page %s: raw write at %d of %d bytes out of range"
              .formatted(PageHeader.pageId(page), at, length));
    }
    MemorySegment.copy(source, offset, page, PageHeader.BYTE, at, length);
  }
}
