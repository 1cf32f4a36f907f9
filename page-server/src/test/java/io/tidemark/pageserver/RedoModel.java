package io.tidemark.pageserver;

import io.tidemark.log.RedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoApplier;
import io.tidemark.storage.redo.RedoRecordType;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A writer of random, valid mini-transactions, which keeps every version of every page it made.
/// Confined to one thread.
public final class RedoModel {
  private static final byte[] DROPPED = new byte[0];

  private final Random random;
  private final RedoLog log;
  private final int pagesPerSpace;
  private final Map<PageId, TreeMap<Long, byte[]>> versions = new HashMap<>();
  private final Map<PageId, MemorySegment> current = new HashMap<>();
  private final List<Integer> spaces = new ArrayList<>();
  private final List<Long> lsns = new ArrayList<>();
  private final RecordEncoder encoder = new RecordEncoder(1024);
  private final RecordCursor cursor = new RecordCursor();
  private final Set<PageId> touched = new LinkedHashSet<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private int nextSpace = 1;
  private long lsn;

  RedoModel(Random random, RedoLog log, int pagesPerSpace) {
    this.random = random;
    this.log = log;
    this.pagesPerSpace = pagesPerSpace;
    this.lsn = log.fence(new Epoch(1)).value();
    for (int i = 0; i < 3; i++) {
      spaces.add(nextSpace++);
    }
  }

  /// Appends `count` mini-transactions in frames of one to four.
  public void write(int count) {
    int left = count;
    while (left > 0) {
      body.reset();
      body.writeBytes(new byte[Frame.HEADER_BYTES]);
      long start = lsn;
      for (int i = Math.min(left, 1 + random.nextInt(4)); i > 0; i--, left--) {
        writeMtr();
      }
      Frame frame = Frame.seal(new Epoch(1), Lsn.of(start), body.toByteArray());
      log.append(frame, Durability.DISK).join();
    }
  }

  public Lsn lsn() {
    return Lsn.of(lsn);
  }

  public Set<PageId> pages() {
    return versions.keySet();
  }

  /// End of one of the mini-transactions written so far, at or above `from`.
  public long someLsn(long from) {
    if (lsns.isEmpty()) {
      return from;
    }
    int low = lsns.size() - 1;
    while (low > 0 && lsns.get(low - 1) >= from) {
      low--;
    }
    return lsns.get(low + random.nextInt(lsns.size() - low));
  }

  /// The page as of `at`; empty array if it did not exist.
  public byte[] expected(PageId page, long at) {
    TreeMap<Long, byte[]> all = versions.get(page);
    Map.Entry<Long, byte[]> entry = all == null ? null : all.floorEntry(at);
    return entry == null ? DROPPED : entry.getValue();
  }

  /// LSN of the last change of `page` at or below `at`, 0 if none.
  public long lastChange(PageId page, long at) {
    TreeMap<Long, byte[]> all = versions.get(page);
    Long found = all == null ? null : all.floorKey(at);
    return found == null ? 0 : found;
  }

  /// Forgets versions that nobody asks for at or above `horizon`.
  void forgetBelow(long horizon) {
    for (TreeMap<Long, byte[]> all : versions.values()) {
      Long oldest = all.floorKey(horizon);
      if (oldest != null) {
        all.headMap(oldest, false).clear();
      }
    }
    lsns.subList(0, lsns.size() / 2).removeIf(end -> end < horizon);
  }

  private void writeMtr() {
    encoder.clear();
    touched.clear();
    int droppedSpace = -1;
    if (random.nextInt(400) == 0 && spaces.size() > 1) {
      droppedSpace = spaces.remove(random.nextInt(spaces.size()));
      encoder.number(RedoRecordType.SPACE_DROPPED, droppedSpace);
      spaces.add(nextSpace);
      encoder.number(RedoRecordType.SPACE_CREATED, nextSpace++);
    } else {
      int records = 1 + random.nextInt(6);
      PageId page = somePage();
      for (int i = 0; i < records; i++) {
        if (random.nextInt(3) == 0) {
          page = somePage();
        }
        change(page);
        if (random.nextInt(10) == 0) {
          encoder.numberAndBytes(
              RedoRecordType.BINLOG_EVENTS, 7, new byte[20], 0, random.nextInt(20));
        }
      }
    }
    encoder.finish();
    body.write(encoder.buffer(), 0, encoder.sizeBytes());
    lsn += encoder.sizeBytes();
    lsns.add(lsn);
    for (PageId page : touched) {
      MemorySegment bytes = current.get(page);
      PageHeader.setPageLsn(bytes, lsn);
      versions.computeIfAbsent(page, p -> new TreeMap<>()).put(lsn, bytes.toArray(PageHeader.BYTE));
    }
    if (droppedSpace >= 0) {
      drop(droppedSpace);
    }
  }

  private void drop(int space) {
    current.keySet().removeIf(page -> page.spaceId() == space);
    versions.forEach((page, all) -> {
      if (page.spaceId() == space) {
        all.put(lsn, DROPPED);
      }
    });
  }

  private PageId somePage() {
    int space = spaces.get(random.nextInt(spaces.size()));
    // Some pages are much busier than others.
    int page = random.nextInt(1 + random.nextInt(pagesPerSpace));
    return new PageId(space, page);
  }

  private void change(PageId page) {
    MemorySegment bytes = current.get(page);
    if (bytes == null || random.nextInt(60) == 0) {
      format(page);
    } else if (PageHeader.type(bytes) == PageType.OVERFLOW) {
      byte[] data = randomBytes(random.nextInt(300));
      encoder.rawBytes(page, 64 + random.nextInt(16000), data, 0, data.length);
    } else {
      changeItems(page, bytes);
    }
    apply(page);
  }

  private void format(PageId page) {
    current.computeIfAbsent(page, p -> MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]));
    PageType type = random.nextInt(4) == 0 ? PageType.OVERFLOW : PageType.TREE_LEAF;
    encoder.pageFormat(page, type, 0, random.nextInt(4), random.nextLong());
  }

  private void changeItems(PageId page, MemorySegment bytes) {
    int slots = SlottedPage.slotCount(bytes);
    int choice = random.nextInt(10);
    byte[] item = randomBytes(1 + random.nextInt(random.nextInt(20) == 0 ? 3000 : 150));
    int slot = slots == 0 ? 0 : random.nextInt(slots);
    if (choice < 5 && SlottedPage.fits(bytes, item.length)) {
      encoder.itemInsert(page, random.nextInt(slots + 1), item, 0, item.length);
    } else if (choice == 5 && slots > 0) {
      encoder.itemDelete(page, slot, 1 + random.nextInt(Math.min(3, slots - slot)));
    } else if (choice == 6 && slots > 0 && SlottedPage.fitsReplacing(bytes, slot, item.length)) {
      encoder.itemReplace(page, slot, item, 0, item.length);
    } else if (choice == 7 && slots > 0) {
      int at = random.nextInt(SlottedPage.itemLength(bytes, slot));
      int length = 1 + random.nextInt(SlottedPage.itemLength(bytes, slot) - at);
      encoder.itemPatch(page, slot, at, randomBytes(length), 0, length);
    } else if (choice == 8) {
      encoder.siblings(page, random.nextInt(100), random.nextInt(100));
    } else if (slots > 3 && !SlottedPage.fits(bytes, 200)) {
      encoder.itemDelete(page, slots / 2, slots - slots / 2);
    } else {
      encoder.header(page, 0, random.nextInt(8), random.nextLong(), random.nextLong());
    }
  }

  private void apply(PageId page) {
    cursor.reset(
        encoder.buffer(),
        encoder.lastRecordStart(),
        encoder.sizeBytes() - encoder.lastRecordStart());
    cursor.next();
    RedoApplier.apply(current.get(page), cursor);
    touched.add(page);
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    // Half of it compresses.
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 2 == 0 ? random.nextInt() : 'a');
    }
    return bytes;
  }
}
