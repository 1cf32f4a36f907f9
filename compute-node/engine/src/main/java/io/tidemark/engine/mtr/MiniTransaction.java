package io.tidemark.engine.mtr;

import io.tidemark.engine.buffer.BufferPool.NewFrame;
import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.redo.ItemSource;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The unit of atomicity of pages: latches pages, changes them by records, ends with one LSN.
///
/// ```java
/// try (MiniTransaction mtr = mtrs.begin()) {
///   PageFrame page = mtr.latchExclusive(id, LatchLevel.UNDO);
///   mtr.itemInsert(page, slot, item, 0, item.length);
///   long lsn = mtr.commit();
/// }
/// ```
///
/// Latches follow [LatchLevel] and are kept until [#commit] or [#close]. All latching, allocating
/// and checking comes before the first change; a failure after it stops the engine, because the
/// pages no longer are what the log says. Each change method appends a record and applies exactly
/// its bytes. After `commit` or `close` the object belongs to somebody else.
///
/// Confined to one thread.
public final class MiniTransaction implements AutoCloseable {
  /// The most bytes of records in one mtr.
  public static final int MAX_BYTES = 1 << 20;

  private static final int INITIAL_BYTES = 4 << 10;
  private static final int KEPT_BYTES = 128 << 10;
  private static final int NOT_LATCHED = -1;
  private static final LatchLevel LOWEST = LatchLevel.TREE;
  private static final LongConsumer NO_HOOK = lsn -> {};

  private final MiniTransactions owner;
  private final RecordCursor cursor = new RecordCursor();
  private RecordEncoder records = new RecordEncoder(INITIAL_BYTES);

  private @Nullable PageFrame[] frames = new @Nullable PageFrame[8];
  private long[] stamps = new long[8];
  private State[] states = new State[8];
  private int count;
  private LatchLevel highest = LOWEST;
  private int highestSpace;
  private boolean admitted;
  private boolean active;
  private boolean borrowed;

  /// What an mtr holds of a page.
  private enum State {
    SHARED,
    EXCLUSIVE,
    CHANGED
  }

  MiniTransaction(MiniTransactions owner) {
    this.owner = owner;
  }

  void begin() {
    active = true;
    borrowed = true;
  }

  /// Where this mtr comes from; for work that needs an mtr of its own.
  public MiniTransactions owner() {
    return owner;
  }

  // Latching

  /// Latches the page exclusively; if this mtr has it already, returns it.
  ///
  /// @throws io.tidemark.storage.error.Exhausted if the log or the buffer pool is full
  public PageFrame latchExclusive(PageId page, LatchLevel level) {
    return latch(page.packed(), level, true);
  }

  /// Latches the page shared; if this mtr has it already, returns it.
  public PageFrame latchShared(PageId page, LatchLevel level) {
    return latch(page.packed(), level, false);
  }

  private PageFrame latch(long packed, LatchLevel level, boolean exclusive) {
    int held = indexOf(packed);
    if (held != NOT_LATCHED) {
      if (exclusive && states[held] == State.SHARED) {
        throw new IllegalStateException("page " + PageId.ofPacked(packed) + ": latched shared");
      }
      return frameAt(held);
    }
    checkOrder(packed, level);
    if (exclusive) {
      admit();
    }
    while (true) {
      PageFrame frame = owner.pool().fetch(packed);
      long stamp = frame.latch(packed, exclusive);
      if (stamp != 0) {
        frame.touch();
        add(frame, stamp, exclusive ? State.EXCLUSIVE : State.SHARED);
        return frame;
      }
    }
  }

  /// Takes over an exclusive latch of a tree page that the caller got from the frame itself.
  public void adoptExclusive(PageFrame frame, long stamp) {
    add(frame, stamp, State.EXCLUSIVE);
  }

  /// To be called before [#adoptExclusive]'s latch is taken: refuses while the log is full.
  public void admit() {
    checkActive();
    if (!admitted) {
      owner.admit();
      admitted = true;
    }
  }

  /// A frame for a page that the caller formats next; its old content, if any, is not read.
  public PageFrame latchNew(PageId page) {
    admit();
    NewFrame fresh = owner.pool().create(page);
    add(fresh.frame(), fresh.stamp(), State.EXCLUSIVE);
    return fresh.frame();
  }

  /// Releases the latch on an unchanged page before the end.
  public void release(PageFrame frame) {
    int index = heldIndexOf(frame);
    if (states[index] == State.CHANGED) {
      throw new IllegalStateException("page " + frame.id() + ": changed, kept until commit");
    }
    frame.unlatch(stamps[index]);
    count--;
    frames[index] = frames[count];
    stamps[index] = stamps[count];
    states[index] = states[count];
    frames[count] = null;
    if (count == 0) {
      highest = LOWEST;
    }
  }

  /// Whether this mtr holds a latch on the page.
  public boolean holds(PageId page) {
    return indexOf(page.packed()) != NOT_LATCHED;
  }

  public boolean holdsNothing() {
    return count == 0;
  }

  // Changes

  public void pageFormat(PageFrame page, PageType type, int level, int flags, long owner) {
    beforeChange(page, 0);
    records.pageFormat(page.id(), type, level, flags, owner);
    applyLast(page);
  }

  public void itemInsert(PageFrame page, int slot, byte[] item, int offset, int length) {
    beforeChange(page, length);
    records.itemInsert(page.id(), slot, item, offset, length);
    applyLast(page);
  }

  public void itemInsert(PageFrame page, int slot, byte[] item) {
    itemInsert(page, slot, item, 0, item.length);
  }

  public void itemDelete(PageFrame page, int firstSlot, int slots) {
    beforeChange(page, 0);
    records.itemDelete(page.id(), firstSlot, slots);
    applyLast(page);
  }

  public void itemReplace(PageFrame page, int slot, byte[] item, int offset, int length) {
    beforeChange(page, length);
    records.itemReplace(page.id(), slot, item, offset, length);
    applyLast(page);
  }

  public void itemReplace(PageFrame page, int slot, byte[] item) {
    itemReplace(page, slot, item, 0, item.length);
  }

  public void itemPatch(PageFrame page, int slot, int at, byte[] patch, int offset, int length) {
    beforeChange(page, length);
    records.itemPatch(page.id(), slot, at, patch, offset, length);
    applyLast(page);
  }

  public void itemPatch(PageFrame page, int slot, int at, byte[] patch) {
    itemPatch(page, slot, at, patch, 0, patch.length);
  }

  /// Inserts `items` at `firstSlot` and the slots behind it.
  public void itemsInsert(PageFrame page, int firstSlot, List<byte[]> items) {
    itemsInsert(page, firstSlot, ItemSource.of(items));
  }

  /// As above, without arrays between.
  public void itemsInsert(PageFrame page, int firstSlot, ItemSource items) {
    beforeChange(page, 0);
    records.itemsInsert(page.id(), firstSlot, items);
    applyLast(page);
  }

  public void siblings(PageFrame page, int left, int right) {
    beforeChange(page, 0);
    records.siblings(page.id(), left, right);
    applyLast(page);
  }

  public void header(PageFrame page, int level, int flags, long owner, long extra) {
    beforeChange(page, 0);
    records.header(page.id(), level, flags, owner, extra);
    applyLast(page);
  }

  public void rawBytes(PageFrame page, int at, byte[] source, int offset, int length) {
    beforeChange(page, length);
    records.rawBytes(page.id(), at, source, offset, length);
    applyLast(page);
  }

  /// A record that changes no page, with a number.
  public void logical(RedoRecordType type, long number) {
    admit();
    records.number(type, number);
  }

  /// The record of a commit at a time in milliseconds since 1970.
  public void transactionCommit(long transactionId, long timeMillis) {
    admit();
    records.transactionCommit(transactionId, timeMillis);
  }

  /// A record that changes no page, with a number and bytes.
  public void logical(RedoRecordType type, long number, byte[] source, int offset, int length) {
    admit();
    checkSize(length);
    records.numberAndBytes(type, number, source, offset, length);
  }

  /// Bytes of records so far; the mtr's place in the log.
  public int sizeBytes() {
    return records.sizeBytes();
  }

  // End

  /// Puts the records into the log buffer, sets the LSN of the changed pages and releases all
  /// latches. Returns the mtr's LSN; or the append LSN if it has no record.
  public long commit() {
    return commit(NO_HOOK);
  }

  /// As [#commit]; `hook` hears the LSN while no other thread can see it reached: before
  /// [LogBuffer#publishedLsn] and [LogBuffer#durableLsn] pass it. It must not fail or block.
  public long commit(LongConsumer hook) {
    checkActive();
    if (records.isEmpty()) {
      long lsn = owner.log().appendLsn();
      end();
      return lsn;
    }
    records.finish();
    long lsn = owner.log().append(records.buffer(), records.sizeBytes(), hook);
    for (int i = 0; i < count; i++) {
      if (states[i] == State.CHANGED) {
        frameAt(i).setPageLsn(lsn);
      }
    }
    end();
    return lsn;
  }

  /// Releases all latches. Legal without commit only if nothing was changed; otherwise the engine
  /// stops writing.
  @Override
  public void close() {
    if (!borrowed) {
      return;
    }
    if (active) {
      if (!records.isEmpty()) {
        owner
            .log()
            .fail(new IllegalStateException("mini-transaction abandoned after it changed pages"));
      }
      end();
    }
    // Not before: whoever gets this object next must not have it closed by the one before.
    borrowed = false;
    owner.keep(this);
  }

  private void end() {
    for (int i = count - 1; i >= 0; i--) {
      frameAt(i).unlatch(stamps[i]);
      frames[i] = null;
    }
    count = 0;
    highest = LOWEST;
    highestSpace = 0;
    admitted = false;
    active = false;
    if (records.buffer().length > KEPT_BYTES) {
      records = new RecordEncoder(INITIAL_BYTES);
    } else {
      records.clear();
    }
  }

  private void beforeChange(PageFrame page, int moreBytes) {
    int index = heldIndexOf(page);
    if (states[index] == State.SHARED) {
      throw new IllegalStateException("page " + page.id() + ": changed under a shared latch");
    }
    checkSize(moreBytes);
    states[index] = State.CHANGED;
  }

  private void checkSize(int moreBytes) {
    if (records.sizeBytes() + moreBytes > MAX_BYTES) {
      throw new IllegalStateException(
          "mini-transaction of " + records.sizeBytes() + " + " + moreBytes + " bytes");
    }
  }

  private void applyLast(PageFrame page) {
    int start = records.lastRecordStart();
    cursor.reset(records.buffer(), start, records.sizeBytes() - start);
    cursor.next();
    page.apply(cursor);
  }

  private void checkOrder(long packed, LatchLevel level) {
    checkActive();
    int space = (int) (packed >>> 32);
    if (level.compareTo(highest) < 0
        || (level == LatchLevel.SPACE_HEADER && level == highest && space < highestSpace)) {
      throw new IllegalStateException(
          "latch order: page %s at level %s after one at %s"
              .formatted(PageId.ofPacked(packed), level, highest));
    }
    highest = level;
    highestSpace = level == LatchLevel.SPACE_HEADER ? space : highestSpace;
  }

  private void checkActive() {
    if (!active) {
      throw new IllegalStateException("mini-transaction has ended");
    }
  }

  private void add(PageFrame frame, long stamp, State state) {
    if (count == frames.length) {
      frames = Arrays.copyOf(frames, 2 * count);
      stamps = Arrays.copyOf(stamps, 2 * count);
      states = Arrays.copyOf(states, 2 * count);
    }
    frames[count] = frame;
    stamps[count] = stamp;
    states[count] = state;
    count++;
  }

  private PageFrame frameAt(int index) {
    PageFrame frame = frames[index];
    if (frame == null) {
      throw new IllegalStateException("no frame at " + index);
    }
    return frame;
  }

  private int indexOf(long packed) {
    for (int i = 0; i < count; i++) {
      if (frameAt(i).holds(packed)) {
        return i;
      }
    }
    return NOT_LATCHED;
  }

  private int heldIndexOf(PageFrame frame) {
    checkActive();
    int index = indexOf(frame.packedId());
    if (index == NOT_LATCHED) {
      throw new IllegalStateException(frame + ": not latched by this mini-transaction");
    }
    return index;
  }
}
