package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The way from the root of a tree to the page of one level that has a key, without a latch.
///
/// Each step reads where to go from the page it stands on, takes the stamp of the page it goes to,
/// and then validates the stamp of the page it came from: at that moment the one led to the other.
/// So a step never arrives at a page that was freed, or freed and used again, in between; if
/// anything changed it starts over. Afterwards [#frame] and [#stamp] tell where it stands; nothing
/// there is certain until the caller validates the stamp or turns it into a latch.
///
/// Reusable; confined to one thread. Allocates nothing once its buffers have grown.
final class Descent {
  /// As the length of a key: more than every key.
  static final int BEYOND_ALL_KEYS = -1;

  private static final int SPINS = 16;
  private static final long PAUSE_NANOS = 10_000;
  private static final int NO_SLOT = -1;

  /// How many leaves a reader who has arrived at a missing one waits for; the others come after.
  private static final int READ_AT_ONCE = 4;

  private final BTree tree;
  private @Nullable PageFrame at;
  private long stamp;
  private long incarnation;

  private boolean wantsLowFence;
  private byte[] lowFence = new byte[0];
  private int lowFenceLength;

  private int[] ahead = new int[0];
  private int aheadCount;
  private int wantsAhead;
  private boolean upwards;
  private boolean looksAhead;

  Descent(BTree tree) {
    this.tree = tree;
  }

  /// The frame the descent stands on.
  PageFrame frame() {
    PageFrame frame = at;
    if (frame == null) {
      throw new IllegalStateException("tree " + tree + ": no descent yet");
    }
    return frame;
  }

  long stamp() {
    return stamp;
  }

  /// The incarnation of the page when the descent came: if the page still has it, the key is here
  /// or to the right.
  long incarnation() {
    return incarnation;
  }

  boolean validate() {
    return frame().validate(stamp);
  }

  /// Takes the shared latch of the page where the descent to `key` stands, for a reader whom
  /// writers keep from ever validating; false if the key may be elsewhere by now. While it is held
  /// the stamp stays valid.
  boolean tryLatchShared(byte[] key, int length, boolean below) {
    PageFrame here = frame();
    long latched = here.latchShared();
    if (here.incarnation() != incarnation || TreePage.isBeyond(here.page(), key, length, below)) {
      here.unlatch(latched);
      return false;
    }
    stamp = latched;
    return true;
  }

  /// Releases the latch of [#tryLatchShared].
  void unlatch() {
    frame().unlatch(stamp);
  }

  /// From now on remembers the largest separator at or below the key: the page's lower bound.
  void rememberLowFence() {
    wantsLowFence = true;
  }

  byte[] lowFence() {
    return lowFence;
  }

  /// Length of [#lowFence]; zero on the leftmost page of a level.
  int lowFenceLength() {
    return lowFenceLength;
  }

  /// From now on a leaf that is not in memory comes together with up to `pages` that follow it,
  /// `up` or down. The next descent looks whether they are there even if its leaf is.
  void readAhead(int pages, boolean up) {
    wantsAhead = pages;
    upwards = up;
    looksAhead = pages > 0;
    if (ahead.length < pages + 1) {
      ahead = new int[pages + 1];
    }
  }

  /// Goes to the page of `level` that has the key, or, with `below`, the largest keys below it.
  void toLevel(byte[] key, int length, int level, boolean below) {
    int attempt = 0;
    while (!tryToLevel(key, length, level, below)) {
      if (++attempt > SPINS) {
        // Parking, because a virtual thread that yields may keep its carrier from those it waits
        // for.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private boolean tryToLevel(byte[] key, int length, int level, boolean below) {
    try {
      PageFrame here = enterRoot();
      while (true) {
        MemorySegment page = here.page();
        int pageLevel = PageHeader.level(page);
        int next;
        int leavesFrom = NO_SLOT;
        if (TreePage.isBeyond(page, key, length, below)) {
          next = PageHeader.right(page);
          if (wantsLowFence) {
            keepLowFence(page, TreePage.HIGH_KEY_SLOT);
          }
        } else if (pageLevel == level) {
          return true;
        } else if (pageLevel < level) {
          if (!here.validate(stamp)) {
            return false;
          }
          throw new Corrupt("tree %s: expected a level %d above the root".formatted(tree, level));
        } else {
          int slot = TreePage.childSlot(page, key, length, below);
          next = TreePage.child(page, slot);
          if (wantsLowFence && slot > TreePage.FIRST_SLOT) {
            keepLowFence(page, slot);
          }
          if (wantsAhead > 0 && pageLevel == 1 && level == 0) {
            leavesFrom = slot;
          }
        }
        PageFrame there = step(here, next, leavesFrom);
        if (there == null) {
          return false;
        }
        here = there;
      }
    } catch (IndexOutOfBoundsException | Corrupt e) {
      PageFrame last = at;
      if (last == null || last.validate(stamp)) {
        throw damaged(last, e);
      }
      return false;
    }
  }

  /// Goes on to the right sibling of the leaf where the descent stands, if nothing changed since;
  /// false if it must come again from the root.
  boolean toRightSibling() {
    PageFrame here = frame();
    try {
      int next = PageHeader.right(here.page());
      long packed = tree.packed(next);
      if (!here.validate(stamp) || tree.pool().tryFind(packed) == null) {
        return false;
      }
      return step(here, next, NO_SLOT) != null;
    } catch (IndexOutOfBoundsException | Corrupt e) {
      return false;
    }
  }

  private PageFrame enterRoot() {
    BufferPool pool = tree.pool();
    at = null;
    lowFenceLength = 0;
    long packed = tree.packed(tree.rootPageNo());
    while (true) {
      PageFrame root = pool.fetch(packed);
      stamp = root.optimisticStamp();
      incarnation = root.incarnation();
      if (root.holds(packed)) {
        root.touch();
        at = root;
        checkOwned(root, tree.rootPageNo());
        return root;
      }
    }
  }

  private @Nullable PageFrame step(PageFrame here, int pageNo, int leavesFrom) {
    BufferPool pool = tree.pool();
    long packed = tree.packed(pageNo);
    PageFrame there = pool.tryFind(packed);
    if (leavesFrom != NO_SLOT && (looksAhead || there == null)) {
      collectAhead(here.page(), leavesFrom);
      if (!here.validate(stamp)) {
        return null;
      }
      looksAhead = false;
      int atOnce = there == null ? Math.min(READ_AT_ONCE, aheadCount) : 1;
      pool.readAhead(tree.spaceId(), ahead, atOnce, aheadCount);
      if (there == null) {
        pool.fetchAll(tree.spaceId(), ahead, atOnce);
      }
    }
    if (there == null) {
      if (!here.validate(stamp)) {
        return null;
      }
      there = pool.fetch(packed);
    }
    long thereStamp = there.optimisticStamp();
    long thereIncarnation = there.incarnation();
    if (!there.holds(packed) || !here.validate(stamp)) {
      return null;
    }
    there.touch();
    at = there;
    stamp = thereStamp;
    incarnation = thereIncarnation;
    checkOwned(there, pageNo);
    return there;
  }

  /// The children from `slot` on: those that a scan wants next.
  private void collectAhead(MemorySegment page, int slot) {
    int last = upwards ? TreePage.entryCount(page) : TreePage.FIRST_SLOT;
    int count = Math.min(wantsAhead, Math.abs(last - slot)) + 1;
    for (int i = 0; i < count; i++) {
      ahead[i] = TreePage.child(page, upwards ? slot + i : slot - i);
    }
    aheadCount = count;
  }

  private void checkOwned(PageFrame frame, int pageNo) {
    MemorySegment page = frame.page();
    PageType type = PageHeader.type(page);
    boolean isTree = type == PageType.TREE_LEAF || type == PageType.TREE_INNER;
    if ((!isTree || PageHeader.owner(page) != tree.id()) && frame.validate(stamp)) {
      throw new Corrupt(
          "page %s: expected a page of tree %d, found %s of owner %d"
              .formatted(
                  new PageId(tree.spaceId(), pageNo), tree.id(), type, PageHeader.owner(page)));
    }
  }

  private void keepLowFence(MemorySegment page, int slot) {
    int length = TreePage.keyLength(page, slot);
    if (lowFence.length < length) {
      lowFence = Arrays.copyOf(lowFence, Math.max(64, 2 * length));
    }
    MemorySegment.copy(page, PageHeader.BYTE, TreePage.keyOffset(page, slot), lowFence, 0, length);
    lowFenceLength = length;
  }

  private static Corrupt damaged(@Nullable PageFrame frame, RuntimeException cause) {
    if (cause instanceof Corrupt corrupt) {
      return corrupt;
    }
    return new Corrupt("page of " + frame + ": items out of range", cause);
  }
}
