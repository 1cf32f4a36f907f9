package io.tidemark.engine.btree;

import static io.tidemark.storage.page.PageHeader.BYTE;
import static io.tidemark.storage.page.PageHeader.HEADER_BYTES;
import static io.tidemark.storage.page.PageHeader.HEAP_END_OFFSET;
import static io.tidemark.storage.page.PageHeader.PAGE_BYTES;
import static io.tidemark.storage.page.PageHeader.SHORT;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.Varint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Walks a tree's entries in key order, up or down, over private copies of its leaves.
///
/// A leaf is copied as a whole without a latch; then its entries are read from the copy however
/// long that takes. It goes on behind the leaf's range, not its last entry, so that every key that
/// was there all the time is met once, whatever splits and vanishes meanwhile; a key that comes or
/// goes while the cursor is at work may be met or not. From the second leaf on it reads ahead, and
/// again whenever half of what it has read ahead is behind it.
///
/// Reusable by another seek. Confined to one thread.
public final class BTreeCursor {
  private static final int FIRST_READ_AHEAD = 4;
  private static final int READ_AHEAD = 32;

  private final BTree tree;
  private final Descent descent;
  private final byte[] copy = new byte[PAGE_BYTES];
  private final MemorySegment page = MemorySegment.ofArray(copy);

  private boolean ascending;
  private boolean atEnd = true;
  private boolean loaded;
  private int leaves;
  private int readAheadAt;

  /// Where the next leaf is sought: from this key on, or from below it on.
  private byte[] bound = new byte[64];

  private int boundLength;
  private boolean inclusive;

  private int slot;
  private int itemOffset;
  private int keyLength;
  private int keyOffset;

  BTreeCursor(BTree tree) {
    this.tree = tree;
    this.descent = new Descent(tree);
    descent.rememberLowFence();
  }

  /// The next entries are those from `key` on upwards; without the key itself unless `inclusive`.
  public void seek(byte[] key, boolean inclusive) {
    start(true, key, key.length, inclusive);
  }

  /// The next entries are all, upwards.
  public void seekFirst() {
    start(true, bound, 0, true);
  }

  /// The next entries are those from `key` on downwards; without the key itself unless `inclusive`.
  public void seekDown(byte[] key, boolean inclusive) {
    start(false, key, key.length, inclusive);
  }

  /// The next entries are all, downwards.
  public void seekLast() {
    start(false, bound, Descent.BEYOND_ALL_KEYS, false);
  }

  /// Steps to the next entry; false if there is none.
  public boolean next() {
    while (true) {
      if (loaded) {
        slot += ascending ? 1 : -1;
        if (ascending ? slot < SlottedPage.slotCount(page) : slot >= TreePage.FIRST_SLOT) {
          readEntry();
          return true;
        }
        loaded = false;
        goOn();
      }
      if (atEnd) {
        return false;
      }
      load();
    }
  }

  /// The array that holds key and value of the current entry; valid until the next step.
  public byte[] buffer() {
    return copy;
  }

  public int keyOffset() {
    return keyOffset;
  }

  public int keyLength() {
    return keyLength;
  }

  public int valueOffset() {
    return keyOffset + keyLength;
  }

  public int valueLength() {
    return itemOffset + SlottedPage.itemLength(page, slot) - valueOffset();
  }

  public byte[] key() {
    return Arrays.copyOfRange(copy, keyOffset, keyOffset + keyLength);
  }

  public byte[] value() {
    return Arrays.copyOfRange(copy, valueOffset(), valueOffset() + valueLength());
  }

  /// Whether nobody has changed the leaf since it was copied.
  public boolean isLeafUnchanged() {
    return descent.validate();
  }

  /// How many leaves have been copied since the last seek.
  public int leavesCopied() {
    return leaves;
  }

  private void start(boolean up, byte[] key, int length, boolean withKey) {
    ascending = up;
    setBound(key, length);
    inclusive = withKey;
    atEnd = false;
    loaded = false;
    leaves = 0;
    readAheadAt = 2;
    descent.readAhead(0, up);
  }

  private void setBound(byte[] key, int length) {
    if (length > bound.length) {
      bound = new byte[2 * length];
    }
    if (length > 0) {
      System.arraycopy(key, 0, bound, 0, length);
    }
    boundLength = length;
  }

  private void load() {
    tree.pool().countRequests(1);
    leaves++;
    boolean readsAhead = leaves == readAheadAt;
    if (readsAhead) {
      int pages = leaves == 2 ? FIRST_READ_AHEAD : READ_AHEAD;
      descent.readAhead(pages, ascending);
      readAheadAt += pages / 2;
    }
    boolean below = !ascending && !inclusive;
    boolean there = ascending && leaves > 1 && !readsAhead && descent.toRightSibling();
    for (int attempt = 0; ; attempt++) {
      if (!there) {
        descent.toLevel(bound, boundLength, 0, below);
      }
      there = false;
      if (tryCopy(attempt >= BTree.OPTIMISTIC_READS, below)) {
        break;
      }
    }
    loaded = true;
    placeSlot();
  }

  /// Puts `slot` before the first entry to return.
  private void placeSlot() {
    if (boundLength < 0) {
      slot = SlottedPage.slotCount(page);
      return;
    }
    int found = TreePage.find(page, bound, boundLength);
    int place = found > 0 ? found : -1 - found;
    boolean skip = found > 0 && !inclusive;
    if (ascending) {
      slot = skip ? place : place - 1;
    } else {
      slot = found > 0 && inclusive ? place + 1 : place;
    }
  }

  /// Remembers where the range of the copied leaf ends.
  private void goOn() {
    if (ascending) {
      atEnd = TreePage.isRightmost(page);
      if (!atEnd) {
        int length = TreePage.keyLength(page, TreePage.HIGH_KEY_SLOT);
        if (length > bound.length) {
          bound = new byte[2 * length];
        }
        int offset = TreePage.keyOffset(page, TreePage.HIGH_KEY_SLOT);
        System.arraycopy(copy, offset, bound, 0, length);
        boundLength = length;
        inclusive = true;
      }
    } else {
      atEnd = descent.lowFenceLength() == 0;
      if (!atEnd) {
        setBound(descent.lowFence(), descent.lowFenceLength());
        inclusive = false;
      }
    }
  }

  private boolean tryCopy(boolean latching, boolean below) {
    if (!latching) {
      return tryCopy();
    }
    if (!descent.tryLatchShared(bound, boundLength, below)) {
      return false;
    }
    try {
      return tryCopy();
    } finally {
      descent.unlatch();
    }
  }

  private boolean tryCopy() {
    MemorySegment source = descent.frame().page();
    try {
      int heapEnd = source.get(SHORT, HEAP_END_OFFSET) & 0xFFFF;
      int slotArray = PAGE_BYTES - SlottedPage.SLOT_BYTES * SlottedPage.slotCount(source);
      if (heapEnd >= HEADER_BYTES && slotArray >= heapEnd) {
        MemorySegment.copy(source, BYTE, 0, copy, 0, heapEnd);
        MemorySegment.copy(source, BYTE, slotArray, copy, slotArray, PAGE_BYTES - slotArray);
        return descent.validate();
      }
    } catch (IndexOutOfBoundsException e) {
      if (!descent.validate()) {
        return false;
      }
    }
    if (descent.validate()) {
      throw new Corrupt("page " + descent.frame().id() + ": heap and slots overlap");
    }
    return false;
  }

  private void readEntry() {
    itemOffset = SlottedPage.itemOffset(page, slot);
    keyLength = TreePage.keyLength(page, slot);
    keyOffset = itemOffset + Varint.sizeOf(keyLength);
  }
}
