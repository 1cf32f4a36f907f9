package io.tidemark.storage.redo;

import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// Measures the application of redo to a page, the hottest code of all roles. Run by hand: `java
/// -cp .. io.tidemark.storage.redo.RedoApplierBench`.
///
/// Each line replays one kind of workload on one page outside the heap, over and over, decoding
/// included; the figures are of the best of several rounds.
public final class RedoApplierBench {
  private static final PageId PAGE = new PageId(7, 300);
  private static final int ROUNDS = 8;

  private RedoApplierBench() {}

  public static void main(String[] arguments) {
    for (int i = 0; i < 2; i++) {
      measure("insert of 120 bytes in random order, page filled", RedoApplierBench::inserts);
      measure("insert of 120 bytes at the end, page filled", RedoApplierBench::appends);
      measure("patch of 14 bytes", RedoApplierBench::patches);
      measure("replace by 100..140 bytes", RedoApplierBench::replaces);
      measure("mixed insert, delete, patch, replace", RedoApplierBench::mixed);
    }
  }

  private interface Workload {
    /// Adds records to `redo`, each applied to `page` already.
    int run(Random random, Recorder redo);
  }

  /// Encodes records and applies them at once, as a writer does.
  private static final class Recorder {
    private final RecordEncoder encoder = new RecordEncoder(1 << 20);
    private final RecordCursor cursor = new RecordCursor();
    private final MemorySegment page;

    Recorder(MemorySegment page) {
      this.page = page;
    }

    int slots() {
      return SlottedPage.slotCount(page);
    }

    void applyLast() {
      int start = encoder.lastRecordStart();
      cursor.reset(encoder.buffer(), start, encoder.sizeBytes() - start);
      cursor.next();
      RedoApplier.apply(page, cursor);
    }
  }

  private static void measure(String name, Workload workload) {
    MemorySegment page = Arena.ofAuto().allocate(PageHeader.PAGE_BYTES, 16);
    List<byte[]> mtrs = new ArrayList<>();
    int records = 0;
    for (int seed = 0; seed < 20; seed++) {
      Recorder redo = new Recorder(page);
      redo.encoder.pageFormat(PAGE, PageType.TREE_LEAF, 0, 0, 12);
      redo.applyLast();
      records += 1 + workload.run(new Random(seed), redo);
      byte[] mtr = new byte[redo.encoder.sizeBytes() - RecordEncoder.MTR_HEADER_BYTES];
      System.arraycopy(redo.encoder.buffer(), RecordEncoder.MTR_HEADER_BYTES, mtr, 0, mtr.length);
      mtrs.add(mtr);
    }
    double best = Double.MAX_VALUE;
    RecordCursor cursor = new RecordCursor();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      int repeats = 0;
      while (System.nanoTime() - start < 200_000_000) {
        for (byte[] mtr : mtrs) {
          cursor.reset(mtr, 0, mtr.length);
          while (cursor.next()) {
            RedoApplier.apply(page, cursor);
          }
        }
        repeats++;
      }
      best = Math.min(best, (double) (System.nanoTime() - start) / repeats / records);
    }
    System.out.printf(Locale.ROOT, "%-55s %7.1f ns/record%n", name, best);
  }

  private static int inserts(Random random, Recorder redo) {
    byte[] item = new byte[120];
    int count = 0;
    while (SlottedPage.fits(redo.page, item.length)) {
      redo.encoder.itemInsert(PAGE, random.nextInt(redo.slots() + 1), item, 0, item.length);
      redo.applyLast();
      count++;
    }
    return count;
  }

  private static int appends(Random random, Recorder redo) {
    byte[] item = new byte[120];
    int count = 0;
    while (SlottedPage.fits(redo.page, item.length)) {
      redo.encoder.itemInsert(PAGE, redo.slots(), item, 0, item.length);
      redo.applyLast();
      count++;
    }
    return count;
  }

  private static int patches(Random random, Recorder redo) {
    int count = appends(random, redo);
    byte[] patch = new byte[14];
    for (int i = 0; i < 5000; i++) {
      redo.encoder.itemPatch(PAGE, random.nextInt(redo.slots()), 4, patch, 0, patch.length);
      redo.applyLast();
    }
    return count + 5000;
  }

  private static int replaces(Random random, Recorder redo) {
    byte[] item = new byte[140];
    int count = 0;
    while (SlottedPage.freeBytes(redo.page) > 3000) {
      redo.encoder.itemInsert(PAGE, redo.slots(), item, 0, 120);
      redo.applyLast();
      count++;
    }
    for (int i = 0; i < 2000; i++) {
      int slot = random.nextInt(redo.slots());
      int length = 100 + random.nextInt(41);
      if (SlottedPage.fitsReplacing(redo.page, slot, length)) {
        redo.encoder.itemReplace(PAGE, slot, item, 0, length);
        redo.applyLast();
        count++;
      }
    }
    return count;
  }

  private static int mixed(Random random, Recorder redo) {
    byte[] item = new byte[140];
    int count = 0;
    for (int i = 0; i < 3000; i++) {
      int slots = redo.slots();
      int length = 80 + random.nextInt(60);
      int choice = slots < 40 ? 0 : random.nextInt(6);
      if (choice <= 1 && SlottedPage.fits(redo.page, length)) {
        redo.encoder.itemInsert(PAGE, random.nextInt(slots + 1), item, 0, length);
      } else if (choice <= 2) {
        redo.encoder.itemDelete(PAGE, random.nextInt(slots), 1);
      } else if (choice <= 4) {
        redo.encoder.itemPatch(PAGE, random.nextInt(slots), 4, item, 0, 14);
      } else {
        int slot = random.nextInt(slots);
        if (!SlottedPage.fitsReplacing(redo.page, slot, length)) {
          continue;
        }
        redo.encoder.itemReplace(PAGE, slot, item, 0, length);
      }
      redo.applyLast();
      count++;
    }
    return count;
  }
}
