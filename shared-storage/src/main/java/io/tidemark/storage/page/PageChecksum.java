package io.tidemark.storage.page;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// The checksum of a page that leaves the process: CRC-32C of bytes 4..16383, stored in bytes 0..3.
///
/// A page in memory has zero there. Whoever sends or stores a page calls [#seal] on the copy;
/// whoever receives one calls [#unseal] before anything else looks at it.
public final class PageChecksum {
  private PageChecksum() {}

  /// Stores the checksum.
  public static void seal(MemorySegment page) {
    page.set(PageHeader.INT, PageHeader.CHECKSUM_OFFSET, compute(page));
  }

  /// Checks that the page is the expected one and its checksum right.
  ///
  /// @throws Corrupt naming the page, expected and found
  public static void verify(MemorySegment page, PageId expected) {
    if (page.byteSize() != PageHeader.PAGE_BYTES) {
      throw new Corrupt(
          "page %s: expected %d bytes, found %d"
              .formatted(expected, PageHeader.PAGE_BYTES, page.byteSize()));
    }
    int stored = page.get(PageHeader.INT, PageHeader.CHECKSUM_OFFSET);
    int computed = compute(page);
    if (stored != computed) {
      throw new Corrupt(
          "page %s: checksum expected 0x%08X, found 0x%08X".formatted(expected, computed, stored));
    }
    if (PageHeader.packedPageId(page) != expected.packed()) {
      throw new Corrupt(
          "page %s: header says space %d page %d"
              .formatted(
                  expected,
                  page.get(PageHeader.INT, PageHeader.SPACE_ID_OFFSET),
                  page.get(PageHeader.INT, PageHeader.PAGE_NO_OFFSET)));
    }
    if (PageHeader.version(page) != PageHeader.VERSION) {
      throw new Corrupt(
          "page %s: version expected %d, found %d"
              .formatted(expected, PageHeader.VERSION, PageHeader.version(page)));
    }
  }

  /// As [#verify], and then clears the checksum, as it is in memory.
  public static void unseal(MemorySegment page, PageId expected) {
    verify(page, expected);
    page.set(PageHeader.INT, PageHeader.CHECKSUM_OFFSET, 0);
  }

  private static int compute(MemorySegment page) {
    CRC32C crc = new CRC32C();
    crc.update(
        page.asSlice(PageHeader.VERSION_OFFSET, PageHeader.PAGE_BYTES - PageHeader.VERSION_OFFSET)
            .asByteBuffer());
    return (int) crc.getValue();
  }
}
