package io.tidemark.engine.buffer;

import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoApplier;
import io.tidemark.storage.redo.RedoRecordType;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One place for a page in memory, with its latch. The same object serves many pages in its life.
///
/// Three ways to use the page in it:
/// - optimistic: take a stamp with [#optimisticStamp], check [#holds], read, then [#validate]. What
///   was read counts only if the stamp is still valid; until then it may be nonsense;
/// - shared or exclusive latch: take it, then check [#holds]; if not, release and find the page
///   again in the [BufferPool];
/// - pin: keeps the page in the frame, without a latch.
///
/// Page bytes and fields are guarded by the latch; a change of any of them changes the stamp.
public final class PageFrame {
  static final long EMPTY = -1;

  private static final PageId NO_PAGE = new PageId(0, 0);
  private static final byte MAX_USAGE = 3;
  private static final AtomicLong INCARNATIONS = new AtomicLong();
  private static final VarHandle PINS;

  static {
    try {
      PINS = MethodHandles.lookup().findVarHandle(PageFrame.class, "pins", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemorySegment page;
  private final StampedLock latch = new StampedLock();
  private volatile long packedId = EMPTY;
  private PageId id = NO_PAGE;
  private long incarnation;
  private int lastInsertSlot;
  private int ascendingInserts;

  /// -1 while the frame is being emptied. Changed by CAS only.
  @SuppressWarnings("unused")
  private volatile int pins;

  /// How often the clock hand passes by before it takes the frame. Racy on purpose.
  private byte usage;

  /// Next frame in the page table's chain; changed under the chain's lock.
  volatile @Nullable PageFrame next;

  /// Whether the page is still on its way; changed under the chain's lock.
  volatile boolean loading;

  /// What to do when the page has arrived; guarded by the chain's lock.
  private @Nullable List<Consumer<PageFrame>> deferred;

  PageFrame(MemorySegment page) {
    this.page = page;
  }

  /// The bytes of the page.
  public MemorySegment page() {
    return page;
  }

  public PageId id() {
    return id;
  }

  /// [PageId#packed] of the page here, negative if there is none.
  public long packedId() {
    return packedId;
  }

  public boolean holds(long packedPageId) {
    return packedId == packedPageId;
  }

  public int pageNo() {
    return (int) packedId;
  }

  /// A number that no two stays of pages in frames share, and that changes when the page is
  /// formatted anew. As long as it is the same, a tree page's range of keys has not moved to the
  /// right.
  public long incarnation() {
    return incarnation;
  }

  // Latch

  /// A stamp for reading without a latch; waits while somebody holds the exclusive latch.
  public long optimisticStamp() {
    long stamp = latch.tryOptimisticRead();
    while (stamp == 0) {
      latch.unlockRead(latch.readLock());
      stamp = latch.tryOptimisticRead();
    }
    return stamp;
  }

  /// Whether nobody changed the frame since `stamp`.
  public boolean validate(long stamp) {
    return latch.validate(stamp);
  }

  public long latchShared() {
    return latch.readLock();
  }

  public long latchExclusive() {
    return latch.writeLock();
  }

  /// Latches a page that the caller may hold other latches beside. If it must wait, it pins the
  /// page first, lest it wait for another page that has come into the frame meanwhile, against the
  /// order of latches. Returns 0 if the frame does not hold the page any more.
  public long latch(long packedPageId, boolean exclusive) {
    long stamp = exclusive ? latch.tryWriteLock() : latch.tryReadLock();
    if (stamp == 0) {
      if (!tryPin(packedPageId)) {
        return 0;
      }
      stamp = exclusive ? latch.writeLock() : latch.readLock();
      unpin();
    }
    if (packedId != packedPageId) {
      latch.unlock(stamp);
      return 0;
    }
    return stamp;
  }

  /// The exclusive latch if nobody changed the frame since the optimistic `stamp` and nobody holds
  /// the latch, else 0.
  public long tryUpgrade(long stamp) {
    return latch.tryConvertToWriteLock(stamp);
  }

  long tryLatchExclusive() {
    return latch.tryWriteLock();
  }

  /// Releases what [#latchShared], [#latchExclusive] or [#tryUpgrade] gave.
  public void unlatch(long stamp) {
    latch.unlock(stamp);
  }

  // Changes, under the exclusive latch

  /// Applies the page record at `record`. The only way a page changes.
  public void apply(RecordCursor record) {
    if (record.type() == RedoRecordType.PAGE_FORMAT) {
      newIncarnation();
    }
    RedoApplier.apply(page, record);
  }

  public void setPageLsn(long lsn) {
    PageHeader.setPageLsn(page, lsn);
  }

  /// Tells the frame of an insert at `slot`: inserts in a row, each behind the one before, are only
  /// a hint for where to split.
  public void noteInsert(int slot) {
    noteInserts(slot, 1);
  }

  /// As [#noteInsert] for `slots` inserts at `slot` and behind it.
  public void noteInserts(int slot, int slots) {
    ascendingInserts = (slot == lastInsertSlot + 1 ? ascendingInserts : -1) + slots;
    lastInsertSlot = slot + slots - 1;
  }

  public int ascendingInsertsUpTo(int slot) {
    return slot == lastInsertSlot + 1 ? ascendingInserts : 0;
  }

  void become(long packedPageId) {
    id = packedPageId == EMPTY ? NO_PAGE : PageId.ofPacked(packedPageId);
    lastInsertSlot = 0;
    ascendingInserts = 0;
    newIncarnation();
    packedId = packedPageId;
  }

  private void newIncarnation() {
    incarnation = INCARNATIONS.incrementAndGet();
  }

  // Replacement

  /// Marks the page as used.
  public void touch() {
    if (usage < MAX_USAGE) {
      usage++;
    }
  }

  void setUsage(int value) {
    usage = (byte) value;
  }

  /// One pass of the clock hand; true if the frame may be taken.
  boolean age() {
    if (usage > 0) {
      usage--;
      return false;
    }
    return true;
  }

  /// Keeps the page in the frame until [#unpin]; false if the frame is being emptied or holds
  /// another page.
  boolean tryPin(long packedPageId) {
    int now = pins;
    while (now >= 0) {
      if (PINS.compareAndSet(this, now, now + 1)) {
        if (packedId == packedPageId) {
          return true;
        }
        unpin();
        return false;
      }
      now = pins;
    }
    return false;
  }

  public void unpin() {
    PINS.getAndAdd(this, -1);
  }

  boolean isPinned() {
    return pins != 0;
  }

  boolean tryBlockPins() {
    return PINS.compareAndSet(this, 0, -1);
  }

  void allowPins() {
    pins = 0;
  }

  // Arrival, under the chain's lock

  void defer(Consumer<PageFrame> action) {
    List<Consumer<PageFrame>> actions = deferred;
    if (actions == null) {
      actions = new ArrayList<>();
      deferred = actions;
    }
    actions.add(action);
  }

  List<Consumer<PageFrame>> takeDeferred() {
    List<Consumer<PageFrame>> actions = deferred;
    deferred = null;
    return actions == null ? List.of() : actions;
  }

  @Override
  public String toString() {
    return packedId == EMPTY ? "empty frame" : "frame of page " + id;
  }
}
