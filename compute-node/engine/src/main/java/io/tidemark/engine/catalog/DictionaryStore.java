package io.tidemark.engine.catalog;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.RedoRecordType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The dictionary on pages: tree 1 in tablespace 0, its root on page 1.
///
/// An object is cut into pieces of [#PIECE_BYTES]: the entry's key is the object's [DictionaryKey]
/// as length u16 and bytes, and the number of the piece u16; the value of piece 0 begins with the
/// object's length u32. Thread-safe for readers; writers are serialised by the caller.
public final class DictionaryStore {
  public static final int SPACE_ID = 0;
  public static final int ROOT_PAGE_NO = 1;
  public static final long TREE_ID = 1;

  private static final int PIECE_BYTES = 2000;

  private final BTree tree;
  private final @Nullable MiniTransactions mtrs;

  /// `mtrs` is null on a replica.
  public DictionaryStore(BufferPool pool, @Nullable MiniTransactions mtrs) {
    this.tree = new BTree(pool, SPACE_ID, ROOT_PAGE_NO, TREE_ID);
    this.mtrs = mtrs;
  }

  /// Formats tablespace 0 with an empty dictionary.
  public static void create(MiniTransaction mtr) {
    Tablespaces.create(mtr, SPACE_ID);
    BTree tree = BTree.create(mtr, SPACE_ID, TREE_ID);
    if (tree.rootPageNo() != ROOT_PAGE_NO) {
      throw new IllegalStateException("dictionary root at page " + tree.rootPageNo());
    }
  }

  /// All objects.
  Map<DictionaryKey, byte[]> readAll() {
    Map<DictionaryKey, ByteArrayOutputStream> pieces = new TreeMap<>();
    BTreeCursor cursor = tree.cursor();
    cursor.seekFirst();
    while (cursor.next()) {
      byte[] key = cursor.key();
      int length = ByteBuffer.wrap(key).getShort() & 0xFFFF;
      if (length + 4 != key.length) {
        throw new Corrupt("dictionary entry: key of " + key.length + " bytes names " + length);
      }
      pieces
          .computeIfAbsent(
              DictionaryKey.ofBytes(Arrays.copyOfRange(key, 2, 2 + length)),
              object -> new ByteArrayOutputStream())
          .writeBytes(cursor.value());
    }
    Map<DictionaryKey, byte[]> objects = new TreeMap<>();
    pieces.forEach((key, bytes) -> objects.put(key, withoutLength(key, bytes.toByteArray())));
    return objects;
  }

  private static byte[] withoutLength(DictionaryKey key, byte[] bytes) {
    int length = bytes.length < Integer.BYTES ? -1 : ByteBuffer.wrap(bytes).getInt();
    if (length != bytes.length - Integer.BYTES && key.kind() != DictionaryKey.Kind.DDL_LOG) {
      throw new Corrupt(
          "dictionary object %s: expected %d bytes, found %d"
              .formatted(key, length, bytes.length - Integer.BYTES));
    }
    // A DDL log object whose last piece is missing was never sealed.
    return length == bytes.length - Integer.BYTES
        ? Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length)
        : new byte[0];
  }

  /// One short object.
  Optional<byte[]> find(DictionaryKey key) {
    EntryReader reader = tree.newReader();
    return tree.search(entryKey(key, 0), reader)
        ? Optional.of(withoutLength(key, reader.toArray()))
        : Optional.empty();
  }

  /// Writes an object in mtrs of its own, its pieces from the first on.
  void put(DictionaryKey key, byte[] value) {
    putSealed(key, value, null, 0);
  }

  /// As [#put]; the last piece's mtr also holds the CATALOG_CHANGE record with `announced`, so that
  /// both are in the log or neither is. Returns that mtr's LSN.
  long putSealed(DictionaryKey key, byte[] value, byte @Nullable [] announced, long version) {
    byte[] bytes =
        ByteBuffer.allocate(Integer.BYTES + value.length).putInt(value.length).put(value).array();
    int pieces = (bytes.length + PIECE_BYTES - 1) / PIECE_BYTES;
    long lsn = 0;
    for (int piece = 0; piece < pieces; piece++) {
      int from = piece * PIECE_BYTES;
      byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE_BYTES));
      boolean last = piece == pieces - 1;
      lsn = putPiece(entryKey(key, piece), part, last ? announced : null, version);
    }
    removePieces(key, pieces);
    return lsn;
  }

  private long putPiece(byte[] key, byte[] part, byte @Nullable [] announced, long version) {
    try (MiniTransaction mtr = mtrs().begin()) {
      LeafPosition place = tree.seekForWrite(mtr, key, key.length + part.length);
      if (place.found()) {
        place.replace(part);
      } else {
        place.insert(part);
      }
      if (announced != null) {
        mtr.logical(RedoRecordType.CATALOG_CHANGE, version, announced, 0, announced.length);
      }
      return mtr.commit();
    }
  }

  /// Makes an empty tree, and the object that notes it as pending, in one mtr.
  BTree createPendingTree(int spaceId, long treeId) {
    byte[] key = entryKey(DictionaryKey.pendingTree(treeId), 0);
    int valueBytes = Integer.BYTES + DroppedTree.BYTES;
    try (MiniTransaction mtr = mtrs().begin()) {
      LeafPosition place = tree.seekForWrite(mtr, key, key.length + valueBytes);
      BTree made = BTree.create(mtr, spaceId, treeId);
      byte[] value = new DroppedTree(treeId, spaceId, made.rootPageNo()).encode();
      place.insert(ByteBuffer.allocate(valueBytes).putInt(value.length).put(value).array());
      mtr.commit();
      return made;
    }
  }

  void remove(DictionaryKey key) {
    removePieces(key, 0);
  }

  private void removePieces(DictionaryKey key, int from) {
    for (int piece = from; removePiece(entryKey(key, piece)); piece++) {
      // On to the next, until one is not there.
    }
  }

  private boolean removePiece(byte[] key) {
    boolean emptied = false;
    boolean found;
    try (MiniTransaction mtr = mtrs().begin()) {
      LeafPosition place = tree.seekForWrite(mtr, key, 0);
      found = place.found();
      if (found) {
        emptied = place.delete();
        mtr.commit();
      }
    }
    if (emptied) {
      tree.removeEmptyLeaf(mtrs(), key);
    }
    return found;
  }

  private MiniTransactions mtrs() {
    if (mtrs == null) {
      throw new IllegalStateException("a replica does not change the dictionary");
    }
    return mtrs;
  }

  private static byte[] entryKey(DictionaryKey key, int piece) {
    byte[] bytes = key.bytes();
    return ByteBuffer.allocate(Short.BYTES + bytes.length + Short.BYTES)
        .putShort((short) bytes.length)
        .put(bytes)
        .putShort((short) piece)
        .array();
  }
}
