package io.tidemark.storage.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Of [PageVerifier], [PageChecksum] and [PagePrinter].
class PageVerifierTest {
  private static final PageId PAGE = new PageId(3, 99);

  @Test
  void findsEachKindOfDamage() {
    assertThat(PageVerifier.findings(page(), PAGE)).isEmpty();
    assertThat(damaged(PageHeader.VERSION_OFFSET, 9))
        .containsExactly("version: expected 1, found 9");
    assertThat(damaged(PageHeader.TYPE_OFFSET, 77)).first().asString().contains("found 77");
    assertThat(damaged(PageHeader.PAGE_NO_OFFSET, 5)).contains("header says space 3 page 5");
    assertThat(damaged(PageHeader.CHECKSUM_OFFSET, 5)).first().asString().contains("checksum");
    assertThat(damaged(46, 1)).contains("reserved header: byte 46 is not zero");
    assertThat(damaged(63, 1)).contains("reserved header: byte 63 is not zero");
    assertThat(damaged(PageHeader.RIGHT_OFFSET, 99)).contains("right sibling -157 out of range");
    assertThat(damaged(PageHeader.SLOT_COUNT_OFFSET, 4)).isNotEmpty();
    assertThat(damaged(PageHeader.SLOT_COUNT_OFFSET, 2)).isNotEmpty();
    assertThat(damaged(PageHeader.HEAP_END_OFFSET, 1)).isNotEmpty();
    assertThat(damaged(PageHeader.GARBAGE_OFFSET, 1)).isNotEmpty();
    assertThat(damaged(9000, 1)).contains("free space: byte 9000 is not zero");
    assertThat(damaged(PageHeader.HEADER_BYTES, 200)).isNotEmpty();
    // Slot 1 points at the item of slot 0.
    assertThat(damaged(PageHeader.PAGE_BYTES - 4, PageHeader.HEADER_BYTES))
        .first()
        .asString()
        .contains("overlaps");
    assertThat(damaged(PageHeader.PAGE_BYTES - 4, 10)).first().asString().contains("slot 1");
    assertThatThrownBy(() -> PageVerifier.check(page(), new PageId(3, 98)))
        .isInstanceOf(Corrupt.class)
        .hasMessage("page 3/98: header says space 3 page 99");
  }

  @Test
  void aPageThatWasNeverFormattedIsZero() {
    MemorySegment page = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    assertThat(PageVerifier.findings(page, PAGE)).isEmpty();
    page.set(PageHeader.BYTE, 700, (byte) 1);
    assertThat(PageVerifier.findings(page, PAGE)).hasSize(1);
  }

  @Test
  void aSealedPageShowsEveryChangedBit() {
    MemorySegment page = page();
    PageChecksum.seal(page);
    PageChecksum.verify(page, PAGE);
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      int at = random.nextInt(PageHeader.PAGE_BYTES);
      byte old = page.get(PageHeader.BYTE, at);
      page.set(PageHeader.BYTE, at, (byte) (old ^ 1 << random.nextInt(8)));
      assertThatThrownBy(() -> PageChecksum.verify(page, PAGE))
          .as("byte %d", at)
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("page 3/99: checksum expected");
      page.set(PageHeader.BYTE, at, old);
    }
    assertThatThrownBy(() -> PageChecksum.verify(page, new PageId(4, 99)))
        .hasMessage("page 4/99: header says space 3 page 99");
    PageChecksum.unseal(page, PAGE);
    assertThat(PageVerifier.findings(page, PAGE)).isEmpty();
  }

  @Test
  void printsAPage() {
    List<String> lines = new ArrayList<>();
    PagePrinter.print(page(), lines::add);
    assertThat(lines)
        .containsExactly(
            "page 3/99 type TREE_LEAF version 1 level 0 flags 0x00 lsn 0",
            "  left -1 right -1 owner 1 extra 0x0 checksum 0x00000000",
            "  slots 3 heap end 79 garbage 0 free 16299",
            "  slot 0 at 66: 2 bytes 0000",
            "  slot 1 at 70: 3 bytes 010101",
            "  slot 2 at 75: 4 bytes 02020202");
  }

  @Test
  void neitherPrinterNorVerifierFailOnHostilePages() {
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[PageHeader.PAGE_BYTES];
      random.nextBytes(bytes);
      bytes[PageHeader.TYPE_OFFSET] = (byte) random.nextInt(10);
      MemorySegment page = MemorySegment.ofArray(bytes);
      if (i % 20 != 0) {
        page.set(PageHeader.SHORT, PageHeader.SLOT_COUNT_OFFSET, (short) random.nextInt(8));
      }
      assertThatCode(() -> PagePrinter.print(page, line -> {})).doesNotThrowAnyException();
      assertThatCode(() -> PageVerifier.findings(page, PAGE)).doesNotThrowAnyException();
    }
  }

  private static List<String> damaged(int at, int value) {
    MemorySegment page = page();
    page.set(PageHeader.BYTE, at, (byte) value);
    return PageVerifier.findings(page, PAGE);
  }

  /// Three items: 00 00, 01 01 01, 02 02 02 02.
  private static MemorySegment page() {
    MemorySegment page = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    PageMutation.format(page, PAGE, PageType.TREE_LEAF, 0, 0, 1);
    for (int i = 0; i < 3; i++) {
      byte[] item = new byte[2 + i];
      Arrays.fill(item, (byte) i);
      SlottedPage.insert(page, i, item, 0, item.length);
    }
    return page;
  }
}
