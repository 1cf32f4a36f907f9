package io.tidemark.storage.page;

import static io.tidemark.storage.page.PageHeader.HEADER_BYTES;
import static io.tidemark.storage.page.PageHeader.PAGE_BYTES;
import static io.tidemark.storage.page.PageHeader.SHORT;
import static io.tidemark.storage.page.SlottedPage.ITEM_HEADER_BYTES;
import static io.tidemark.storage.page.SlottedPage.SLOT_BYTES;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Checks a page's own structure: header, slots, items, garbage. What the items mean is checked by
/// the verifier of the structure they belong to. Takes pages as they are in memory, checksum zero.
public final class PageVerifier {
  private final MemorySegment page;
  private final List<String> findings = new ArrayList<>();

  private PageVerifier(MemorySegment page) {
    this.page = page;
  }

  /// What is wrong with the page, one sentence each; empty if nothing is.
  public static List<String> findings(MemorySegment page, PageId expected) {
    PageVerifier verifier = new PageVerifier(page);
    verifier.verify(expected);
    return verifier.findings;
  }

  /// @throws Corrupt naming the page and the first finding
  public static void check(MemorySegment page, PageId expected) {
    List<String> findings = findings(page, expected);
    if (!findings.isEmpty()) {
      throw new Corrupt("page " + expected + ": " + findings.getFirst());
    }
  }

  private void verify(PageId expected) {
    if (page.byteSize() != PAGE_BYTES) {
      findings.add("expected " + PAGE_BYTES + " bytes, found " + page.byteSize());
      return;
    }
    PageType type;
    try {
      type = PageHeader.type(page);
    } catch (Corrupt e) {
      findings.add(String.valueOf(e.getMessage()));
      return;
    }
    if (type == PageType.NONE) {
      checkZero("page that was never formatted", 0, PAGE_BYTES);
      return;
    }
    verifyHeader(expected);
    if (isSlotted(type)) {
      verifySlots();
    }
  }

  private static boolean isSlotted(PageType type) {
    return switch (type) {
      case TREE_LEAF, TREE_INNER, UNDO, TRANSACTION_SLOTS -> true;
      case NONE, CONTROL, SPACE_HEADER, OVERFLOW, FREE -> false;
    };
  }

  private void verifyHeader(PageId expected) {
    expect("checksum in memory", 0, page.get(PageHeader.INT, PageHeader.CHECKSUM_OFFSET));
    expect("version", PageHeader.VERSION, PageHeader.version(page));
    if (PageHeader.packedPageId(page) != expected.packed()) {
      findings.add(
          "header says space %d page %d"
              .formatted(
                  page.get(PageHeader.INT, PageHeader.SPACE_ID_OFFSET),
                  page.get(PageHeader.INT, PageHeader.PAGE_NO_OFFSET)));
    }
    if (PageHeader.pageLsn(page) < 0) {
      findings.add("page lsn " + PageHeader.pageLsn(page) + " out of range");
    }
    verifySibling("left", PageHeader.left(page), expected);
    verifySibling("right", PageHeader.right(page), expected);
    checkZero("reserved header", 46, 48);
    checkZero("reserved header", 56, HEADER_BYTES);
  }

  private void verifySibling(String side, int sibling, PageId self) {
    if (sibling < PageHeader.NO_PAGE || sibling == self.pageNo()) {
      findings.add(side + " sibling " + sibling + " out of range");
    }
  }

  private void verifySlots() {
    int count = SlottedPage.slotCount(page);
    int heapEnd = page.get(SHORT, PageHeader.HEAP_END_OFFSET) & 0xFFFF;
    int garbage = page.get(SHORT, PageHeader.GARBAGE_OFFSET) & 0xFFFF;
    int arrayStart = PAGE_BYTES - count * SLOT_BYTES;
    if (heapEnd < HEADER_BYTES || heapEnd > arrayStart) {
      findings.add("heap end %d outside %d..%d".formatted(heapEnd, HEADER_BYTES, arrayStart));
      return;
    }
    // Entry and its end, packed, so that sorting puts them in the order of the heap.
    long[] extents = new long[count];
    int used = 0;
    for (int slot = 0; slot < count; slot++) {
      int entry = page.get(SHORT, PAGE_BYTES - (long) SLOT_BYTES * (slot + 1)) & 0xFFFF;
      if (entry < HEADER_BYTES || entry + ITEM_HEADER_BYTES > heapEnd) {
        findings.add("slot %d: item at %d outside the heap".formatted(slot, entry));
        return;
      }
      int size = ITEM_HEADER_BYTES + (page.get(SHORT, entry) & 0xFFFF);
      if (entry + size > heapEnd) {
        findings.add(
            "slot %d: item at %d of %d bytes leaves the heap".formatted(slot, entry, size));
        return;
      }
      extents[slot] = ((long) entry << 32) | (entry + size);
      used += size;
    }
    verifyNoOverlap(extents);
    expect("used and garbage bytes", heapEnd - HEADER_BYTES, used + garbage);
    checkZero("free space", heapEnd, arrayStart);
  }

  private void verifyNoOverlap(long[] extents) {
    Arrays.sort(extents);
    for (int i = 1; i < extents.length; i++) {
      int previousEnd = (int) extents[i - 1];
      int start = (int) (extents[i] >>> 32);
      if (start < previousEnd) {
        findings.add("item at %d overlaps one that ends at %d".formatted(start, previousEnd));
        return;
      }
    }
  }

  private void expect(String what, int expected, int found) {
    if (expected != found) {
      findings.add("%s: expected %d, found %d".formatted(what, expected, found));
    }
  }

  private void checkZero(String what, int start, int end) {
    for (int at = start; at < end; at++) {
      if (page.get(PageHeader.BYTE, at) != 0) {
        findings.add("%s: byte %d is not zero".formatted(what, at));
        return;
      }
    }
  }
}
