package io.tidemark.engine.undo;

import static io.tidemark.storage.page.PageHeader.INT;
import static io.tidemark.storage.page.PageHeader.NO_PAGE;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.ItemSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/// The undo segments of the writer, in tablespace 1: gives them out, extends them, shortens them.
///
/// Page 1 of the tablespace is the first TRANSACTION_SLOTS page; further ones follow by their right
/// sibling. An item there is one segment, little-endian: number u32, head page u32, tail page u32.
/// An UNDO page holds records in order of appending, its owner is the segment's number, its
/// siblings the segment's chain, its `extra` the last transaction that ended while the page was the
/// tail. A transaction is open if the last record of a tail page is of a later one than `extra`.
///
/// Thread-safe.
public final class UndoSegments {
  public static final int SPACE_ID = 1;
  public static final PageId FIRST_SLOTS_PAGE = new PageId(SPACE_ID, 1);

  private static final int SLOT_BYTES = 12;
  private static final int HEAD_AT = 4;
  private static final int TAIL_AT = 8;

  private final MiniTransactions mtrs;
  private final List<UndoSegment> all = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedDeque<UndoSegment> free = new ConcurrentLinkedDeque<>();
  private final ReentrantLock growth = new ReentrantLock();
  private PageId lastSlotsPage = FIRST_SLOTS_PAGE;

  public UndoSegments(MiniTransactions mtrs) {
    this.mtrs = mtrs;
  }

  /// Formats the undo tablespace.
  public static void create(MiniTransaction mtr) {
    Tablespaces.create(mtr, SPACE_ID);
    PageFrame slots = Tablespaces.allocate(mtr, SPACE_ID);
    if (!slots.id().equals(FIRST_SLOTS_PAGE)) {
      throw new IllegalStateException("first page of tablespace 1: " + slots.id());
    }
    mtr.pageFormat(slots, PageType.TRANSACTION_SLOTS, 0, 0, 0);
  }

  /// What a segment's pages told about its last transaction.
  ///
  /// @param lastTransaction of the last record, 0 if there is none
  /// @param lastEnded as the tail page says
  public record SegmentState(
      UndoSegment segment, long lastTransaction, long lastEnded, long lastRecord) {
    /// Whether a transaction was open here.
    public boolean isOpen() {
      return lastTransaction > lastEnded;
    }
  }

  /// Reads the state of all segments, on the writer or on a replica.
  public static List<SegmentState> readAll(BufferPool pool) {
    List<SegmentState> states = new ArrayList<>();
    int pageNo = FIRST_SLOTS_PAGE.pageNo();
    while (pageNo != NO_PAGE) {
      PageId slotsPage = new PageId(SPACE_ID, pageNo);
      byte[][] items = pool.read(slotsPage, UndoSegments::items);
      for (int slot = 0; slot < items.length; slot++) {
        MemorySegment item = MemorySegment.ofArray(items[slot]);
        UndoSegment segment =
            new UndoSegment(
                item.get(INT, 0), slotsPage, slot, item.get(INT, HEAD_AT), item.get(INT, TAIL_AT));
        states.add(readTail(pool, segment));
      }
      pageNo = pool.read(slotsPage, PageHeader::right);
    }
    return states;
  }

  private static SegmentState readTail(BufferPool pool, UndoSegment segment) {
    return pool.read(
        new PageId(SPACE_ID, segment.tailPage()),
        page -> {
          int count = SlottedPage.slotCount(page);
          long last = count == 0 ? 0 : UndoRecord.transactionId(SlottedPage.item(page, count - 1));
          long position = count == 0 ? 0 : RollPointer.of(segment.tailPage(), count - 1);
          return new SegmentState(segment, last, PageHeader.extra(page), position);
        });
  }

  private static byte[][] items(MemorySegment page) {
    byte[][] items = new byte[SlottedPage.slotCount(page)][];
    for (int slot = 0; slot < items.length; slot++) {
      items[slot] = SlottedPage.item(page, slot);
    }
    return items;
  }

  /// Takes over what [#readAll] found, before anybody else uses this object. Segments whose
  /// transaction is open stay bound.
  public void recover(List<SegmentState> states) {
    for (SegmentState state : states) {
      UndoSegment segment = state.segment();
      lastSlotsPage = segment.slotsPage();
      segment.setLastEnded(state.isOpen() ? state.lastEnded() : state.lastTransaction());
      all.add(segment);
      if (!state.isOpen()) {
        free.addLast(segment);
      }
    }
  }

  public List<UndoSegment> all() {
    return all;
  }

  /// A segment for a new transaction, the most recently used one that is free.
  public UndoSegment bind() {
    UndoSegment segment = free.pollFirst();
    return segment == null ? createSegment() : segment;
  }

  /// Gives a segment back whose transaction has ended.
  public void unbind(UndoSegment segment, long transactionId) {
    segment.setLastEnded(transactionId);
    free.addFirst(segment);
  }

  /// Latches the segment's tail page for an append later in the mtr.
  public PageFrame latchTail(MiniTransaction mtr, UndoSegment segment) {
    return mtr.latchExclusive(new PageId(SPACE_ID, segment.tailPage()), LatchLevel.UNDO);
  }

  /// The roll pointer that the next record appended to the latched tail page will have.
  public static long nextPosition(PageFrame tail) {
    return RollPointer.of(tail.pageNo(), SlottedPage.slotCount(tail.page()));
  }

  /// Appends a record that fits.
  public static void append(MiniTransaction mtr, PageFrame tail, byte[] record) {
    mtr.itemInsert(tail, SlottedPage.slotCount(tail.page()), record);
  }

  /// Appends records that fit together.
  public static void appendAll(MiniTransaction mtr, PageFrame tail, ItemSource records) {
    mtr.itemsInsert(tail, SlottedPage.slotCount(tail.page()), records);
  }

  /// Notes in the latched tail page that the transaction has ended.
  public static void noteEnd(MiniTransaction mtr, PageFrame tail, long transactionId) {
    mtr.header(tail, 0, 0, PageHeader.owner(tail.page()), transactionId);
  }

  /// Marks a record as taken back, in the mtr that takes it back.
  public static void markDead(MiniTransaction mtr, long rollPointer, int type) {
    PageFrame page =
        mtr.latchExclusive(new PageId(SPACE_ID, RollPointer.pageNo(rollPointer)), LatchLevel.UNDO);
    byte[] dead = {(byte) (type | UndoRecord.DEAD)};
    mtr.itemPatch(page, RollPointer.slot(rollPointer), 0, dead);
  }

  /// Adds an empty page to the segment, for its owner.
  public void extend(UndoSegment segment) {
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame tail = latchTail(mtr, segment);
      PageFrame slots = latchSlots(mtr, segment.slotsPage());
      Tablespaces.latchHeader(mtr, SPACE_ID);
      PageFrame fresh = Tablespaces.allocate(mtr, SPACE_ID);
      mtr.pageFormat(fresh, PageType.UNDO, 0, 0, segment.number());
      mtr.header(fresh, 0, 0, segment.number(), PageHeader.extra(tail.page()));
      mtr.siblings(fresh, tail.pageNo(), NO_PAGE);
      mtr.siblings(tail, PageHeader.left(tail.page()), fresh.pageNo());
      patchSlot(mtr, slots, segment.slot(), TAIL_AT, fresh.pageNo());
      // Before the latches go: purge compares the tail with what it reads from the page.
      segment.setTailPage(fresh.pageNo());
      mtr.commit();
    }
  }

  /// Frees the head page, which is not the tail, and in which nothing is needed any more. Returns
  /// the new head.
  public int freeHead(UndoSegment segment) {
    if (segment.headPage() == segment.tailPage()) {
      throw new IllegalStateException(segment + ": its last page cannot be freed");
    }
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame head =
          mtr.latchExclusive(new PageId(SPACE_ID, segment.headPage()), LatchLevel.UNDO);
      int nextNo = PageHeader.right(head.page());
      PageFrame next = mtr.latchExclusive(new PageId(SPACE_ID, nextNo), LatchLevel.UNDO);
      PageFrame slots = latchSlots(mtr, segment.slotsPage());
      Tablespaces.latchHeader(mtr, SPACE_ID);
      mtr.siblings(next, NO_PAGE, PageHeader.right(next.page()));
      patchSlot(mtr, slots, segment.slot(), HEAD_AT, nextNo);
      Tablespaces.free(mtr, head);
      mtr.commit();
      segment.setHeadPage(nextNo);
      return nextNo;
    }
  }

  private UndoSegment createSegment() {
    growth.lock();
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame slots = latchSlots(mtr, lastSlotsPage);
      if (!SlottedPage.fits(slots.page(), SLOT_BYTES)) {
        slots = addSlotsPage(mtr, slots);
      }
      int number = all.size() + 1;
      int slot = SlottedPage.slotCount(slots.page());
      PageFrame first = Tablespaces.allocate(mtr, SPACE_ID);
      mtr.pageFormat(first, PageType.UNDO, 0, 0, number);
      byte[] item = new byte[SLOT_BYTES];
      MemorySegment fields = MemorySegment.ofArray(item);
      fields.set(INT, 0, number);
      fields.set(INT, HEAD_AT, first.pageNo());
      fields.set(INT, TAIL_AT, first.pageNo());
      mtr.itemInsert(slots, slot, item);
      lastSlotsPage = slots.id();
      UndoSegment segment =
          new UndoSegment(number, slots.id(), slot, first.pageNo(), first.pageNo());
      mtr.commit();
      all.add(segment);
      return segment;
    } finally {
      growth.unlock();
    }
  }

  private static PageFrame addSlotsPage(MiniTransaction mtr, PageFrame last) {
    PageFrame slots = Tablespaces.allocate(mtr, SPACE_ID);
    mtr.pageFormat(slots, PageType.TRANSACTION_SLOTS, 0, 0, 0);
    mtr.siblings(slots, last.pageNo(), NO_PAGE);
    mtr.siblings(last, PageHeader.left(last.page()), slots.pageNo());
    return slots;
  }

  private static PageFrame latchSlots(MiniTransaction mtr, PageId page) {
    return mtr.latchExclusive(page, LatchLevel.TRANSACTION_SLOTS);
  }

  private static void patchSlot(
      MiniTransaction mtr, PageFrame slots, int slot, int at, int pageNo) {
    byte[] patch = new byte[Integer.BYTES];
    MemorySegment.ofArray(patch).set(INT, 0, pageNo);
    mtr.itemPatch(slots, slot, at, patch);
  }

  /// Reads one undo record.
  ///
  /// @throws Corrupt if there is none at the position
  public static UndoRecord read(BufferPool pool, long rollPointer) {
    int slot = RollPointer.slot(rollPointer);
    byte[] item =
        pool.read(
            new PageId(SPACE_ID, RollPointer.pageNo(rollPointer)),
            page -> {
              if (PageHeader.type(page) != PageType.UNDO || slot >= SlottedPage.slotCount(page)) {
                throw new Corrupt(
                    "undo record %s: page is %s with %d records"
                        .formatted(
                            RollPointer.toString(rollPointer),
                            PageHeader.type(page),
                            SlottedPage.slotCount(page)));
              }
              return SlottedPage.item(page, slot);
            });
    return UndoRecord.decode(item);
  }

  /// Reads the encoded records of a page from slot `first` on.
  public static UndoPage readPage(BufferPool pool, int pageNo, int first) {
    return pool.read(
        new PageId(SPACE_ID, pageNo),
        page -> {
          int count = SlottedPage.slotCount(page);
          byte[][] records = new byte[Math.max(0, count - first)][];
          for (int i = 0; i < records.length; i++) {
            records[i] = SlottedPage.item(page, first + i);
          }
          return new UndoPage(PageHeader.left(page), PageHeader.right(page), List.of(records));
        });
  }

  /// The records of a page, and its neighbours in the segment.
  public record UndoPage(int left, int right, List<byte[]> records) {}
}
