package io.tidemark.storage.page;

import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.function.Consumer;

/// Prints a page readably: its header, then one line for each item. Never fails: what cannot be
/// read is said so.
public final class PagePrinter {
  private static final int SHOWN_BYTES = 48;
  private static final HexFormat HEX = HexFormat.of();

  private PagePrinter() {}

  public static void print(MemorySegment page, Consumer<String> lines) {
    lines.accept(
        "page %d/%d type %s version %d level %d flags 0x%02X lsn %d"
            .formatted(
                page.get(PageHeader.INT, PageHeader.SPACE_ID_OFFSET),
                page.get(PageHeader.INT, PageHeader.PAGE_NO_OFFSET),
                typeName(page),
                PageHeader.version(page),
                PageHeader.level(page),
                PageHeader.flags(page),
                PageHeader.pageLsn(page)));
    lines.accept(
        "  left %d right %d owner %d extra 0x%X checksum 0x%08X"
            .formatted(
                PageHeader.left(page),
                PageHeader.right(page),
                PageHeader.owner(page),
                PageHeader.extra(page),
                page.get(PageHeader.INT, PageHeader.CHECKSUM_OFFSET)));
    lines.accept(
        "  slots %d heap end %d garbage %d free %d"
            .formatted(
                SlottedPage.slotCount(page),
                page.get(PageHeader.SHORT, PageHeader.HEAP_END_OFFSET) & 0xFFFF,
                page.get(PageHeader.SHORT, PageHeader.GARBAGE_OFFSET) & 0xFFFF,
                SlottedPage.freeBytes(page)));
    int count = Math.min(SlottedPage.slotCount(page), PageHeader.PAGE_BYTES / 2);
    for (int slot = 0; slot < count; slot++) {
      lines.accept(itemLine(page, slot));
    }
    if (count == 0) {
      printRaw(page, lines);
    }
  }

  private static String typeName(MemorySegment page) {
    try {
      return PageHeader.type(page).toString();
    } catch (Corrupt e) {
      return "unknown " + page.get(PageHeader.BYTE, PageHeader.TYPE_OFFSET);
    }
  }

  private static String itemLine(MemorySegment page, int slot) {
    try {
      byte[] item = SlottedPage.item(page, slot);
      return "  slot %d at %d: %d bytes %s"
          .formatted(slot, SlottedPage.itemOffset(page, slot), item.length, hex(item));
    } catch (IndexOutOfBoundsException e) {
      return "  slot " + slot + ": outside the page";
    }
  }

  /// A page without slots: its bytes up to the last that is not zero, 32 to a line.
  private static void printRaw(MemorySegment page, Consumer<String> lines) {
    byte[] bytes = page.toArray(PageHeader.BYTE);
    int end = bytes.length;
    while (end > PageHeader.HEADER_BYTES && bytes[end - 1] == 0) {
      end--;
    }
    for (int at = PageHeader.HEADER_BYTES; at < end; at += 32) {
      lines.accept("  %5d: %s".formatted(at, HEX.formatHex(bytes, at, Math.min(at + 32, end))));
    }
  }

  private static String hex(byte[] item) {
    return item.length <= SHOWN_BYTES
        ? HEX.formatHex(item)
        : HEX.formatHex(item, 0, SHOWN_BYTES) + "..";
  }
}
