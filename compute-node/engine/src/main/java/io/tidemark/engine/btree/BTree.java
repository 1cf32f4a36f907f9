package io.tidemark.engine.btree;

import static io.tidemark.storage.page.PageHeader.BYTE;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;

/// A B-link tree of unique keys, compared as unsigned bytes, each with a value.
///
/// The handle is three numbers and the buffer pool: it can be made at any time for a tree that
/// exists. Reading works on the writer and on replicas alike; writing takes the caller's
/// [MiniTransaction] for the change of an entry, and mtrs of its own for splits and for removing
/// pages. See README.md of this package.
///
/// Immutable; safe for any number of threads.
public final class BTree {
  /// The most bytes that key and value of one entry may have together: four entries to a page, of
  /// which one is the high key.
  public static final int MAX_ENTRY_BYTES = 4000;

  /// So often a reader tries without a latch before it takes one.
  static final int OPTIMISTIC_READS = 8;

  private static final byte[] NOTHING = {};

  private final BufferPool pool;
  private final int spaceId;
  private final int rootPageNo;
  private final long id;

  public BTree(BufferPool pool, int spaceId, int rootPageNo, long id) {
    this.pool = pool;
    this.spaceId = spaceId;
    this.rootPageNo = rootPageNo;
    this.id = id;
  }

  /// Makes an empty tree in its own mtr.
  public static BTree create(MiniTransactions mtrs, int spaceId, long treeId) {
    try (MiniTransaction mtr = mtrs.begin()) {
      BTree tree = create(mtr, spaceId, treeId);
      mtr.commit();
      return tree;
    }
  }

  /// Makes an empty tree; its root is latched in `mtr`.
  public static BTree create(MiniTransaction mtr, int spaceId, long treeId) {
    PageFrame root = Tablespaces.allocate(mtr, spaceId);
    mtr.pageFormat(root, PageType.TREE_LEAF, 0, 0, treeId);
    mtr.itemInsert(root, TreePage.HIGH_KEY_SLOT, TreePage.highKeyItem(NOTHING, 0));
    return new BTree(mtr.owner().pool(), spaceId, root.pageNo(), treeId);
  }

  public int spaceId() {
    return spaceId;
  }

  public int rootPageNo() {
    return rootPageNo;
  }

  /// The owner in the header of all pages of this tree.
  public long id() {
    return id;
  }

  BufferPool pool() {
    return pool;
  }

  long packed(int pageNo) {
    return ((long) spaceId << 32) | (pageNo & 0xFFFFFFFFL);
  }

  PageId pageId(int pageNo) {
    return new PageId(spaceId, pageNo);
  }

  // Reading

  /// A reader for [#search], to be kept and used again.
  public EntryReader newReader() {
    return new EntryReader(new Descent(this));
  }

  /// Copies the value of `key` into `out`; false if there is none. Takes no latch, and allocates
  /// nothing once the reader's buffer has grown.
  public boolean search(byte[] key, EntryReader out) {
    return search(key, key.length, out);
  }

  /// As [#search] for the first `length` bytes of `key`.
  public boolean search(byte[] key, int length, EntryReader out) {
    pool.countRequests(1);
    Descent descent = out.descent;
    for (int attempt = 0; ; attempt++) {
      descent.toLevel(key, length, 0, false);
      boolean latched = attempt >= OPTIMISTIC_READS && descent.tryLatchShared(key, length, false);
      try {
        int slot = copyValue(descent.frame().page(), key, length, out);
        if (descent.validate()) {
          return slot > 0;
        }
      } catch (IndexOutOfBoundsException e) {
        if (descent.validate()) {
          throw new Corrupt("page " + descent.frame().id() + ": items out of range", e);
        }
      } finally {
        if (latched) {
          descent.unlatch();
        }
      }
    }
  }

  private static int copyValue(MemorySegment page, byte[] key, int length, EntryReader out) {
    int slot = TreePage.find(page, key, length);
    if (slot > 0) {
      int item = SlottedPage.itemOffset(page, slot);
      int start = TreePage.valueStart(page, slot);
      int bytes = SlottedPage.itemLength(page, slot) - start;
      if (bytes >= 0 && bytes <= PageHeader.PAGE_BYTES) {
        MemorySegment.copy(page, BYTE, item + (long) start, out.prepare(bytes), 0, bytes);
      }
    }
    return slot;
  }

  /// A cursor over copies of leaves; see there.
  public BTreeCursor cursor() {
    return new BTreeCursor(this);
  }

  // Writing

  /// Finds where `key` is or belongs and latches its leaf exclusively in `mtr`, which must hold no
  /// latch yet. The leaf has room to insert an entry with this key, or to replace the one that is
  /// there, so that key and value together have `entryBytes` bytes; zero if nothing grows.
  ///
  /// @throws io.tidemark.storage.error.Exhausted if the log or the pool is full; nothing is changed
  public LeafPosition seekForWrite(MiniTransaction mtr, byte[] key, int entryBytes) {
    return LeafSeek.seek(this, mtr, key, entryBytes);
  }

  /// Removes the leaf that has `key` from the tree if it has become empty. To be called after the
  /// commit of an mtr in which [LeafPosition#delete] told that it emptied its leaf. Never fails for
  /// lack of something: then the page stays until somebody calls again.
  public void removeEmptyLeaf(MiniTransactions mtrs, byte[] key) {
    TreeShrink.removeEmptyLeaf(this, mtrs, key);
  }

  /// Frees all pages of the tree, which nobody uses any more. To be called again after a crash in
  /// between; harmless if they are free already.
  public void remove(MiniTransactions mtrs) {
    new TreeRemoval(this, mtrs).run();
  }

  @Override
  public String toString() {
    return id + " at " + spaceId + "/" + rootPageNo;
  }
}
