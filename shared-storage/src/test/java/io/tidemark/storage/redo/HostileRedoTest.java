package io.tidemark.storage.redo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageMutation;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that nobody wrote: whatever they are, the answer is [Corrupt] or a result, never another
/// exception, an endless loop or a huge allocation.
class HostileRedoTest {
  private static final PageId PAGE = new PageId(7, 300);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void changedRecordsAreRefusedOrApplied(long seed) {
    Random random = new Random(seed);
    int applied = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] records = someRecords(random);
      damage(random, records);
      applied += apply("seed " + seed + " round " + round, newPage(random), records);
    }
    assertThat(applied).isPositive();
  }

  @Test
  void randomRecordsAreRefusedOrApplied() {
    Random random = new Random(17);
    for (int round = 0; round < 50_000; round++) {
      byte[] records = new byte[1 + random.nextInt(40)];
      random.nextBytes(records);
      records[0] = (byte) (1 + random.nextInt(9));
      if (records.length > 4) {
        // Often enough the page that is there.
        records[1] = 7;
        records[2] = (byte) 0xAC;
        records[3] = 2;
      }
      apply("round " + round, newPage(random), records);
    }
  }

  @Test
  void recordsMeetHostilePages() {
    Random random = new Random(19);
    for (int round = 0; round < 20_000; round++) {
      MemorySegment page = newPage(random);
      for (int i = 0; i < 3; i++) {
        // Slot count, heap end, garbage, or an entry of the slot array.
        int at =
            random.nextBoolean()
                ? 40 + random.nextInt(6)
                : PageHeader.PAGE_BYTES - 1 - random.nextInt(20);
        page.set(PageHeader.BYTE, at, (byte) random.nextInt());
      }
      apply("round " + round, page, someRecords(random));
    }
  }

  @Test
  void framesDecodeOrAreRefused() {
    Random random = new Random(23);
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = someFrame(random).bytes().clone();
      String when = "round " + round;
      switch (random.nextInt(3)) {
        case 0 -> damage(random, bytes);
        case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 50));
        default -> random.nextBytes(bytes);
      }
      byte[] hostile = bytes;
      corruptOrFine(
          when,
          () -> {
            Frame.decodeSize(hostile, random.nextInt(hostile.length + 1));
          });
      corruptOrFine(when, () -> readAll(Frame.decode(hostile)));
    }
  }

  @Test
  void framesWithSoundChecksumsAndHostileBodiesAreRefused() {
    Random random = new Random(29);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = someFrame(random).bytes().clone();
      byte[] body = Arrays.copyOfRange(bytes, Frame.HEADER_BYTES, bytes.length);
      damage(random, body);
      System.arraycopy(body, 0, bytes, Frame.HEADER_BYTES, body.length);
      Frame frame = Frame.seal(new Epoch(1), Lsn.of(random.nextInt(1000)), bytes);
      corruptOrFine("round " + round, () -> readAll(frame));
    }
  }

  @Test
  void everyTruncatedFrameIsRefused() {
    byte[] whole = someFrame(new Random(31)).bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        Frame.decode(cut);
        fail("length " + length + " was accepted");
      } catch (Corrupt expected) {
        assertThat(expected).hasMessageContaining("frame");
      }
    }
  }

  private static int apply(String when, MemorySegment page, byte[] records) {
    int[] applied = new int[1];
    corruptOrFine(
        when,
        () -> {
          RecordCursor cursor = new RecordCursor();
          cursor.reset(records, 0, records.length);
          while (cursor.next()) {
            RedoPrinter.describe(cursor);
            RedoApplier.apply(page, cursor);
            applied[0]++;
          }
        });
    return applied[0];
  }

  private static void readAll(Frame frame) {
    RecordCursor cursor = new RecordCursor();
    frame.forEachMtr(
        Lsn.ZERO,
        (end, bytes, offset, length) -> {
          cursor.reset(bytes, offset, length);
          while (cursor.next()) {
            RedoPrinter.describe(cursor);
          }
        });
  }

  private static void corruptOrFine(String when, Runnable action) {
    try {
      action.run();
    } catch (Corrupt expected) {
      assertThat(expected.getMessage()).as(when).isNotBlank();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(when + ": " + e, e);
    }
  }

  private static void damage(Random random, byte[] bytes) {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
  }

  private static MemorySegment newPage(Random random) {
    MemorySegment page = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    PageMutation.format(page, PAGE, PageType.TREE_LEAF, 0, 0, 1);
    int items = random.nextInt(12);
    for (int i = 0; i < items; i++) {
      SlottedPage.insert(page, i, new byte[50], 0, random.nextInt(50));
    }
    return page;
  }

  private static byte[] someRecords(Random random) {
    RecordEncoder encoder = new RecordEncoder(256);
    byte[] item = new byte[60];
    for (int i = 0; i < 4; i++) {
      int slot = random.nextInt(6);
      int length = random.nextInt(60);
      switch (random.nextInt(9)) {
        case 0 -> encoder.pageFormat(PAGE, PageType.TREE_LEAF, 0, 0, 1);
        case 1 -> encoder.itemInsert(PAGE, slot, item, 0, length);
        case 2 -> encoder.itemDelete(PAGE, slot, 1 + random.nextInt(3));
        case 3 -> encoder.itemReplace(PAGE, slot, item, 0, length);
        case 4 -> encoder.itemPatch(PAGE, slot, random.nextInt(20), item, 0, length % 20);
        case 5 -> encoder.itemsInsert(PAGE, slot, List.of(item, item));
        case 6 -> encoder.siblings(PAGE, slot, -1);
        case 7 -> encoder.header(PAGE, 0, 0, 1, random.nextLong());
        default -> encoder.rawBytes(PAGE, 64 + random.nextInt(16_300), item, 0, length);
      }
    }
    return Arrays.copyOfRange(
        encoder.buffer(), RecordEncoder.MTR_HEADER_BYTES, encoder.sizeBytes());
  }

  private static Frame someFrame(Random random) {
    byte[] first = someRecords(random);
    byte[] second = someRecords(random);
    byte[] bytes = new byte[Frame.HEADER_BYTES + 8 + first.length + second.length];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    segment.set(PageHeader.INT, Frame.HEADER_BYTES, first.length);
    System.arraycopy(first, 0, bytes, Frame.HEADER_BYTES + 4, first.length);
    int at = Frame.HEADER_BYTES + 4 + first.length;
    segment.set(PageHeader.INT, at, second.length);
    System.arraycopy(second, 0, bytes, at + 4, second.length);
    return Frame.seal(new Epoch(1), Lsn.of(random.nextInt(1000)), bytes);
  }
}
