package io.tidemark.engine.undo;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.Varint;
import java.util.Arrays;
import java.util.List;

/// One undo record: what a version of a row replaced. An item of an UNDO page:
///
/// ```
/// type u8 (1 insert, 2 update, 3 index keys, 4 chain), transaction id varint, table id varint,
/// key length varint, primary key
/// update:        old transaction id varint, old roll pointer varint, old flags u8,
///                prefix varint, suffix varint, middle length varint, middle,
///                length varint and reference of an overflow chain that only the old version has,
///                then as index keys
/// index keys:    number varint, then each: index id varint, length varint, column part
/// chain:         length varint and reference of the page
/// ```
///
/// The old row is the first `prefix` bytes of the new one, `middle`, and its last `suffix` bytes.
/// Deleting a row is an update that only sets its flag, so its middle is empty. Index keys are
/// those that the change took from the row: what purge will look for. Those that do not fit into
/// the update's record stand in records of type 3 before it. A chain record, whose key is empty,
/// stands for one page of an overflow chain, and the rest behind it, that the transaction wrote: if
/// the transaction is taken back nothing leads there.
///
/// A record whose change has been taken back carries [#DEAD] in its type: purge and further
/// rollbacks pass it over. Readers that still have the version it belongs to may need it.
///
/// Immutable.
public final class UndoRecord {
  public static final int INSERT = 1;
  public static final int UPDATE = 2;
  public static final int INDEX_KEYS = 3;
  public static final int CHAIN = 4;

  /// Added to the type of a record whose change has been taken back.
  public static final int DEAD = 0x80;

  /// The longest record that a page takes.
  public static final int MAX_BYTES =
      SlottedPage.CAPACITY_BYTES - SlottedPage.ITEM_HEADER_BYTES - SlottedPage.SLOT_BYTES;

  /// More than a chain record ever takes.
  public static final int MAX_CHAIN_BYTES = 48;

  private final int type;
  private final long transactionId;
  private final long tableId;
  private final byte[] primaryKey;
  private final long oldTransactionId;
  private final long oldRollPointer;
  private final int oldFlags;
  private final int prefix;
  private final int suffix;
  private final byte[] middle;
  private final byte[] droppedChain;
  private final List<IndexKey> indexKeys;

  /// A key that the row had in a secondary index, without the primary key at its end.
  public record IndexKey(int indexId, KeyBytes columnPart) {}

  /// Bytes of a key. Not to be changed.
  public static final class KeyBytes {
    private final byte[] bytes;

    public KeyBytes(byte[] bytes) {
      this.bytes = bytes;
    }

    public byte[] bytes() {
      return bytes;
    }
  }

  private UndoRecord(
      int type,
      long transactionId,
      long tableId,
      byte[] primaryKey,
      Old old,
      List<IndexKey> indexKeys) {
    this.type = type;
    this.transactionId = transactionId;
    this.tableId = tableId;
    this.primaryKey = primaryKey;
    this.oldTransactionId = old.transactionId;
    this.oldRollPointer = old.rollPointer;
    this.oldFlags = old.flags;
    this.prefix = old.prefix;
    this.suffix = old.suffix;
    this.middle = old.middle;
    this.droppedChain = old.droppedChain;
    this.indexKeys = indexKeys;
  }

  /// The version that was replaced, as a difference to the one that replaced it.
  private static final class Old {
    static final Old NOTHING = new Old(0, 0, 0, 0, 0, new byte[0], new byte[0]);

    final long transactionId;
    final long rollPointer;
    final int flags;
    final int prefix;
    final int suffix;
    final byte[] middle;
    final byte[] droppedChain;

    Old(
        long transactionId,
        long rollPointer,
        int flags,
        int prefix,
        int suffix,
        byte[] middle,
        byte[] droppedChain) {
      this.transactionId = transactionId;
      this.rollPointer = rollPointer;
      this.flags = flags;
      this.prefix = prefix;
      this.suffix = suffix;
      this.middle = middle;
      this.droppedChain = droppedChain;
    }
  }

  public static UndoRecord insert(long transactionId, long tableId, byte[] primaryKey) {
    return new UndoRecord(INSERT, transactionId, tableId, primaryKey, Old.NOTHING, List.of());
  }

  public static UndoRecord indexKeys(
      long transactionId, long tableId, byte[] primaryKey, List<IndexKey> keys) {
    return new UndoRecord(INDEX_KEYS, transactionId, tableId, primaryKey, Old.NOTHING, keys);
  }

  public static UndoRecord chain(long transactionId, long tableId, byte[] reference) {
    Old old = new Old(0, 0, 0, 0, 0, new byte[0], reference);
    return new UndoRecord(CHAIN, transactionId, tableId, new byte[0], old, List.of());
  }

  /// An update from the version with header fields `old..` and the row `oldRow[oldStart..oldEnd)`
  /// to `newRow[newStart..newEnd)`.
  public static UndoRecord update(
      long transactionId,
      long tableId,
      byte[] primaryKey,
      OldVersion old,
      byte[] newRow,
      int newStart,
      int newEnd,
      List<IndexKey> keys) {
    byte[] oldRow = old.bytes();
    int oldLength = old.end() - old.start();
    int shorter = Math.min(oldLength, newEnd - newStart);
    int prefix =
        Arrays.mismatch(
            oldRow, old.start(), old.start() + shorter, newRow, newStart, newStart + shorter);
    prefix = prefix < 0 ? shorter : prefix;
    int suffix = 0;
    int maxSuffix = shorter - prefix;
    while (suffix < maxSuffix && oldRow[old.end() - 1 - suffix] == newRow[newEnd - 1 - suffix]) {
      suffix++;
    }
    byte[] middle = Arrays.copyOfRange(oldRow, old.start() + prefix, old.end() - suffix);
    Old values =
        new Old(
            old.transactionId(),
            old.rollPointer(),
            old.flags(),
            prefix,
            suffix,
            middle,
            old.droppedChain());
    return new UndoRecord(UPDATE, transactionId, tableId, primaryKey, values, keys);
  }

  public int type() {
    return type;
  }

  public long transactionId() {
    return transactionId;
  }

  public long tableId() {
    return tableId;
  }

  /// Not to be changed.
  public byte[] primaryKey() {
    return primaryKey;
  }

  public long oldTransactionId() {
    return oldTransactionId;
  }

  public long oldRollPointer() {
    return oldRollPointer;
  }

  public int oldFlags() {
    return oldFlags;
  }

  /// The reference of the overflow chain that purge frees, or in a chain record rollback; empty if
  /// there is none. Not to be changed.
  public byte[] droppedChain() {
    return droppedChain;
  }

  public List<IndexKey> indexKeys() {
    return indexKeys;
  }

  /// Whether the new version had the same bytes as the old one: a deletion, or an update to the
  /// same.
  public boolean isDeletion() {
    return type == UPDATE && middle.length == 0;
  }

  /// Length of the old row.
  public int oldRowLength() {
    return prefix + middle.length + suffix;
  }

  /// Builds the old row from the newer one `row[start..end)` into `target` at `at`.
  public void buildOldRow(byte[] row, int start, int end, byte[] target, int at) {
    if (prefix + suffix > end - start) {
      throw new Corrupt(
          "undo record of table %d, transaction %d: prefix %d and suffix %d exceed the row of %d bytes"
              .formatted(tableId, transactionId, prefix, suffix, end - start));
    }
    System.arraycopy(row, start, target, at, prefix);
    System.arraycopy(middle, 0, target, at + prefix, middle.length);
    System.arraycopy(row, end - suffix, target, at + prefix + middle.length, suffix);
  }

  public byte[] encode() {
    int size = headBytes(transactionId, tableId, primaryKey);
    if (type == UPDATE) {
      size += Varint.sizeOf(oldTransactionId) + Varint.sizeOf(oldRollPointer) + 1;
      size += Varint.sizeOf(prefix) + Varint.sizeOf(suffix);
      size += Varint.sizeOf(middle.length) + middle.length;
    }
    if (type == UPDATE || type == CHAIN) {
      size += Varint.sizeOf(droppedChain.length) + droppedChain.length;
    }
    if (hasIndexKeys(type)) {
      size += sizeOf(indexKeys);
    }
    byte[] bytes = new byte[size];
    int at = writeHead(bytes, 0, type, transactionId, tableId, primaryKey);
    if (type == UPDATE) {
      at = Varint.write(bytes, at, oldTransactionId);
      at = Varint.write(bytes, at, oldRollPointer);
      bytes[at++] = (byte) oldFlags;
      at = Varint.write(bytes, at, prefix);
      at = Varint.write(bytes, at, suffix);
      at = putBytes(bytes, at, middle);
    }
    if (type == UPDATE || type == CHAIN) {
      at = putBytes(bytes, at, droppedChain);
    }
    if (hasIndexKeys(type)) {
      at = Varint.write(bytes, at, indexKeys.size());
      for (IndexKey key : indexKeys) {
        at = Varint.write(bytes, at, key.indexId());
        at = putBytes(bytes, at, key.columnPart().bytes());
      }
    }
    return bytes;
  }

  private static boolean hasIndexKeys(int type) {
    return type == UPDATE || type == INDEX_KEYS;
  }

  /// Bytes of an encoded insert.
  public static int insertBytes(long transactionId, long tableId, byte[] primaryKey) {
    return headBytes(transactionId, tableId, primaryKey);
  }

  /// Writes an encoded insert, as [#insert] and [#encode] would give it.
  public static void writeInsert(
      byte[] target, int at, long transactionId, long tableId, byte[] primaryKey) {
    writeHead(target, at, INSERT, transactionId, tableId, primaryKey);
  }

  private static int headBytes(long transactionId, long tableId, byte[] primaryKey) {
    return 1
        + Varint.sizeOf(transactionId)
        + Varint.sizeOf(tableId)
        + Varint.sizeOf(primaryKey.length)
        + primaryKey.length;
  }

  private static int writeHead(
      byte[] target, int at, int type, long transactionId, long tableId, byte[] primaryKey) {
    target[at] = (byte) type;
    int next = Varint.write(target, at + 1, transactionId);
    next = Varint.write(target, next, tableId);
    return putBytes(target, next, primaryKey);
  }

  /// Bytes that index keys take in a record.
  public static int sizeOf(List<IndexKey> keys) {
    int size = Varint.sizeOf(keys.size());
    for (IndexKey key : keys) {
      int length = key.columnPart().bytes().length;
      size += Varint.sizeOf(key.indexId()) + Varint.sizeOf(length) + length;
    }
    return size;
  }

  public static UndoRecord decode(byte[] bytes) {
    Reader in = new Reader(bytes);
    int type = in.u8() & ~DEAD;
    if (type < INSERT || type > CHAIN) {
      throw new Corrupt("undo record type: expected 1..4, found " + type);
    }
    long transactionId = in.varint();
    long tableId = in.varint();
    byte[] key = in.bytes();
    Old old = Old.NOTHING;
    if (type == UPDATE) {
      old =
          new Old(
              in.varint(),
              in.varint(),
              in.u8(),
              (int) in.varint(),
              (int) in.varint(),
              in.bytes(),
              in.bytes());
    }
    if (type == CHAIN) {
      return chain(transactionId, tableId, in.bytes());
    }
    List<IndexKey> keys = hasIndexKeys(type) ? in.indexKeys() : List.of();
    return new UndoRecord(type, transactionId, tableId, key, old, keys);
  }

  /// Whether the change of an encoded record has been taken back.
  public static boolean isDead(byte[] bytes) {
    return (bytes[0] & DEAD) != 0;
  }

  /// The transaction of an encoded record, without decoding the rest.
  public static long transactionId(byte[] bytes) {
    return Varint.read(bytes, 1, bytes.length);
  }

  private static int putBytes(byte[] target, int at, byte[] source) {
    int next = Varint.write(target, at, source.length);
    System.arraycopy(source, 0, target, next, source.length);
    return next + source.length;
  }

  @Override
  public String toString() {
    return "undo record type %d of transaction %d, table %d"
        .formatted(type, transactionId, tableId);
  }

  /// The replaced version as it stands in the leaf: header fields, and its row in
  /// `bytes[start..end)`.
  public static final class OldVersion {
    private final long transactionId;
    private final long rollPointer;
    private final int flags;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final byte[] droppedChain;

    public OldVersion(
        long transactionId,
        long rollPointer,
        int flags,
        byte[] bytes,
        int start,
        int end,
        byte[] droppedChain) {
      this.transactionId = transactionId;
      this.rollPointer = rollPointer;
      this.flags = flags;
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      this.droppedChain = droppedChain;
    }

    byte[] droppedChain() {
      return droppedChain;
    }

    long transactionId() {
      return transactionId;
    }

    long rollPointer() {
      return rollPointer;
    }

    int flags() {
      return flags;
    }

    byte[] bytes() {
      return bytes;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }
  }

  /// Reads fields in order.
  private static final class Reader {
    private final byte[] source;
    private int at;

    Reader(byte[] source) {
      this.source = source;
    }

    int u8() {
      if (at >= source.length) {
        throw new Corrupt("undo record: ended at " + at);
      }
      return source[at++] & 0xFF;
    }

    long varint() {
      long value = Varint.read(source, at, source.length);
      at = Varint.skip(source, at, source.length);
      return value;
    }

    byte[] bytes() {
      long length = varint();
      if (length > source.length - at) {
        throw new Corrupt("undo record: " + length + " bytes at " + at + " of " + source.length);
      }
      byte[] bytes = Arrays.copyOfRange(source, at, at + (int) length);
      at += (int) length;
      return bytes;
    }

    List<IndexKey> indexKeys() {
      int count = (int) varint();
      if (count == 0) {
        return List.of();
      }
      if (count > source.length) {
        throw new Corrupt("undo record: " + count + " index keys");
      }
      IndexKey[] keys = new IndexKey[count];
      for (int i = 0; i < count; i++) {
        int indexId = (int) varint();
        keys[i] = new IndexKey(indexId, new KeyBytes(bytes()));
      }
      return List.of(keys);
    }
  }
}
