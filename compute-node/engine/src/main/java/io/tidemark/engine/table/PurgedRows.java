package io.tidemark.engine.table;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.undo.UndoRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Removes what undo records say nobody can see any more, once their transactions are below the
/// horizon: index entries marked by them, rows that they deleted, overflow chains that they
/// replaced.
///
/// Every removal checks that the entry still is as the transaction left it; what changed since is
/// the business of a later record. So records may be worked through in any order, and again after a
/// crash: the removals of a batch are sorted, and those that meet in a leaf share one descent and
/// one mtr. Thread-safe.
public final class PurgedRows {
  /// More than this an mtr does not grow to, short of one more removal.
  private static final int MTR_BYTES = 16 << 10;

  private final MiniTransactions mtrs;
  private final OpenTables tables;
  private final LongRows longRows;

  /// An encoded undo record and its place.
  public static final class Ended {
    private final byte[] encoded;
    private final long rollPointer;

    public Ended(byte[] encoded, long rollPointer) {
      this.encoded = encoded;
      this.rollPointer = rollPointer;
    }
  }

  PurgedRows(MiniTransactions mtrs, OpenTables tables, LongRows longRows) {
    this.mtrs = mtrs;
    this.tables = tables;
    this.longRows = longRows;
  }

  /// Works through some records.
  public void purge(List<Ended> records) {
    List<Removal> removals = new ArrayList<>();
    for (Ended record : records) {
      collect(record, removals);
    }
    Collections.sort(removals);
    List<Removal> longOnes = remove(removals);
    for (Removal removal : longOnes) {
      // Before the row goes: after a crash in between its record leads to the chain again.
      longRows.free(removal.table.descriptor().spaceId(), removal.chain);
    }
    remove(longOnes);
  }

  /// Frees the record's chain, and adds what is to be removed from trees.
  private void collect(Ended ended, List<Removal> removals) {
    int type = ended.encoded[0];
    if (type == UndoRecord.INSERT || type == UndoRecord.CHAIN || UndoRecord.isDead(ended.encoded)) {
      return;
    }
    UndoRecord record = UndoRecord.decode(ended.encoded);
    boolean deletes =
        record.type() == UndoRecord.UPDATE
            && (record.oldFlags() & ClusteredValue.DELETED) == 0
            && record.isDeletion();
    if (!deletes && record.indexKeys().isEmpty() && record.droppedChain().length == 0) {
      return;
    }
    OpenTable table = tables.find(record.tableId());
    if (table == null) {
      return;
    }
    for (UndoRecord.IndexKey key : record.indexKeys()) {
      OpenIndex index = table.findIndex(key.indexId());
      if (index != null) {
        byte[] whole = SecondaryKeys.concat(key.columnPart().bytes(), record.primaryKey());
        removals.add(new Removal(table, index, whole, record.transactionId(), Removal.NO_ROW));
      }
    }
    if (deletes) {
      removals.add(
          new Removal(
              table,
              table.clustered(),
              record.primaryKey(),
              record.transactionId(),
              ended.rollPointer));
    }
    longRows.free(table.descriptor().spaceId(), record.droppedChain());
  }

  /// Removes what is in order by tree and key. Rows with an overflow chain that is not freed stay,
  /// and are the answer.
  private List<Removal> remove(List<Removal> removals) {
    List<Removal> longOnes = new ArrayList<>();
    int next = 0;
    while (next < removals.size()) {
      next = removeInLeaf(removals, next, longOnes);
    }
    return longOnes;
  }

  /// Removes the one at `first` and those behind it that are in the same leaf; returns the place of
  /// the one after them.
  private int removeInLeaf(List<Removal> removals, int first, List<Removal> longOnes) {
    BTree tree = removals.get(first).index.tree();
    int at = first;
    boolean emptied = false;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = tree.seekForWrite(mtr, removals.get(at).key, 0);
      boolean sameLeaf = true;
      while (sameLeaf) {
        Removal removal = removals.get(at);
        if (place.found() && removal.isAsLeft(place)) {
          if (removal.mustWait(place)) {
            longOnes.add(removal);
          } else {
            emptied = place.delete();
          }
        }
        at++;
        sameLeaf = false;
        if (at < removals.size()
            && !emptied
            && mtr.sizeBytes() < MTR_BYTES
            && removals.get(at).treeId == tree.id()) {
          Optional<LeafPosition> following = place.following(removals.get(at).key);
          if (following.isPresent()) {
            place = following.get();
            sameLeaf = true;
          }
        }
      }
      mtr.commit();
    }
    if (emptied) {
      tree.removeEmptyLeaf(mtrs, removals.get(at - 1).key);
    }
    return at;
  }

  /// An entry to be removed, if it still is as a transaction left it. In order of tree and key; the
  /// first bytes of the key, as a number, decide nearly always.
  private static final class Removal implements Comparable<Removal> {
    /// As a roll pointer: an entry of a secondary index.
    static final long NO_ROW = -1;

    final OpenTable table;
    final OpenIndex index;
    final byte[] key;
    final long treeId;
    final long keyPrefix;
    final long transactionId;
    final long rollPointer;

    /// The chain of the row, once it is known to have one; then it is freed before the next try.
    byte[] chain = new byte[0];

    Removal(OpenTable table, OpenIndex index, byte[] key, long transactionId, long rollPointer) {
      this.table = table;
      this.index = index;
      this.key = key;
      this.treeId = index.tree().id();
      this.keyPrefix = KeyPrefix.of(key);
      this.transactionId = transactionId;
      this.rollPointer = rollPointer;
    }

    @Override
    public int compareTo(Removal other) {
      if (treeId != other.treeId) {
        return Long.compare(treeId, other.treeId);
      }
      return KeyPrefix.compare(keyPrefix, key, other.keyPrefix, other.key);
    }

    boolean isAsLeft(LeafPosition place) {
      byte[] header = new byte[ClusteredValue.HEADER_BYTES];
      if (rollPointer == NO_ROW) {
        place.copyValue(0, header, 0, SecondaryValue.BYTES);
        return SecondaryValue.transactionId(header, 0) == transactionId
            && SecondaryValue.isDeleted(header, 0);
      }
      place.copyValue(0, header, 0, header.length);
      return ClusteredValue.rollPointer(header, 0) == rollPointer
          && ClusteredValue.transactionId(header, 0) == transactionId
          && ClusteredValue.isDeleted(header, 0);
    }

    /// Whether the row's chain has to be freed first.
    boolean mustWait(LeafPosition place) {
      if (rollPointer == NO_ROW || chain.length > 0) {
        return false;
      }
      byte[] value = place.value();
      chain = ClusteredValue.reference(value, ClusteredValue.flags(value, 0), value.length);
      return chain.length > 0;
    }
  }
}
