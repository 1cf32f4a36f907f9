package io.tidemark.engine.table;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.btree.LeafRun;
import io.tidemark.engine.btree.TreeEntries;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.table.RowWriter.Step;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.ItemSource;
import java.util.ArrayList;
import java.util.List;

/// Inserts the rows of a [RowBatch] as if one after another.
///
/// Rows with ascending keys that go to one place of a leaf are a run: one mtr, with one redo record
/// for the undo page and one for the leaf. A run ends where the key is there already, where a lock
/// is in the way, where a page is full, and before a row that is too long for its leaf. The entries
/// in unique indexes follow behind each run, row by row: so the first row that fails in the order
/// of the batch is the one that fails, and nobody waits for a row's lock before those in front of
/// it are known to be no duplicates. All other entries follow at the end, sorted. Confined to the
/// transaction's thread.
public final class BatchInsert {
  private final TransactionSystem system;
  private final RowWriter rows;
  private final SecondaryWriter secondaries;
  private final TransactionContext tx;
  private final OpenTable table;
  private final RowBatch batch;
  private final Run run;
  private final List<List<byte[]>> entries = new ArrayList<>();
  private final long[] undoEnds;
  private int current;

  BatchInsert(
      TransactionSystem system,
      RowWriter rows,
      SecondaryWriter secondaries,
      TransactionContext tx,
      OpenTable table,
      RowBatch batch) {
    this.system = system;
    this.rows = rows;
    this.secondaries = secondaries;
    this.tx = tx;
    this.table = table;
    this.batch = batch;
    this.run = new Run(batch, table.id(), tx.write().id());
    this.undoEnds = new long[batch.size()];
    for (int number = 1; number < table.indexCount(); number++) {
      entries.add(new ArrayList<>());
    }
  }

  /// Inserts all rows. If it fails, some of them are there.
  ///
  /// @throws DuplicateKey with the number of the first row in the batch that is one
  public void run() {
    try {
      while (current < batch.size()) {
        int end = insertSome(current);
        while (current < end) {
          follow(current);
          current++;
        }
      }
    } catch (DuplicateKey e) {
      throw e.inRow(current);
    }
    for (int number = 1; number < table.indexCount(); number++) {
      secondaries.insertAll(tx, table.index(number), entries.get(number - 1));
    }
  }

  /// Position in the transaction's undo behind the record of a row, or of the last row inserted.
  public long undoEnd(int row) {
    long end = undoEnds[row];
    return end == 0 ? tx.write().position() : end;
  }

  /// Inserts rows from `first` on into the clustered index, one at least; returns the end.
  private int insertSome(int first) {
    WriteState write = tx.write();
    int count = rows.isLong(batch.primaryKey(first), batch.row(first)) ? 0 : insertRun(first);
    if (count == 0) {
      rows.insertRow(tx, table, batch.primaryKey(first), batch.row(first), false);
      count = 1;
    } else {
      write.addRows(table.id(), count);
    }
    long end = write.position();
    for (int i = count; i > 0; i--) {
      undoEnds[first + i - 1] = end--;
    }
    return first + count;
  }

  /// Inserts a run; returns its length, 0 if the first key is there already.
  private int insertRun(int first) {
    WriteState write = tx.write();
    OpenIndex index = table.clustered();
    byte[] key = batch.primaryKey(first);
    while (true) {
      Step step;
      try (MiniTransaction mtr = system.mtrs().begin()) {
        LeafPosition place =
            index.tree().seekForWrite(mtr, key, key.length + run.valueLength(first));
        if (place.found()) {
          return 0;
        }
        step =
            system.locks().lockInsert(tx.owner(), index.ranges(), key) == Outcome.WAITING
                ? Step.WAIT
                : insertRun(mtr, place, first);
      }
      if (rows.goesOn(step, tx, write)) {
        return run.count();
      }
    }
  }

  private Step insertRun(MiniTransaction mtr, LeafPosition place, int first) {
    WriteState write = tx.write();
    RowLocks locks = system.locks();
    PageFrame tail = system.undo().latchTail(mtr, write.segment());
    int undoRoom = SlottedPage.freeBytes(tail.page()) - run.undoBytes(first);
    if (undoRoom < 0) {
      return Step.EXTEND;
    }
    LeafRun inLeaf = place.run(run, first);
    int next = first;
    do {
      inLeaf.take();
      next++;
      if (next == batch.size() || !inLeaf.belongs()) {
        break;
      }
      undoRoom -= run.undoBytes(next);
    } while (undoRoom >= 0
        && locks.mayInsert(tx.owner(), table.clustered().ranges(), batch.primaryKey(next)));
    long rollPointer = UndoSegments.nextPosition(tail);
    run.begin(first, inLeaf.count(), rollPointer);
    UndoSegments.appendAll(mtr, tail, run);
    inLeaf.insert();
    mtr.commit();
    write.appended(rollPointer, inLeaf.count());
    return Step.DONE;
  }

  /// The row's entries in the other indexes: what may be refused now, the others later.
  private void follow(int row) {
    if (table.indexCount() == 1) {
      return;
    }
    byte[] primaryKey = batch.primaryKey(row);
    RowImage image = RowImage.of(batch.row(row));
    for (int number = 1; number < table.indexCount(); number++) {
      OpenIndex index = table.index(number);
      byte[] key = SecondaryKeys.keyOf(table, index, primaryKey, image);
      SecondaryWriter.checkLength(key);
      if (SecondaryWriter.isUnique(table, index, key)) {
        secondaries.insert(tx, table, index, primaryKey, key, false);
      } else {
        entries.get(number - 1).add(key);
      }
    }
  }

  /// The rows of a batch as entries of the clustered index, and those of the current run as undo
  /// records.
  private static final class Run implements TreeEntries, ItemSource {
    private final RowBatch batch;
    private final long tableId;
    private final long transactionId;
    private int first;
    private int count;
    private long rollPointer;

    Run(RowBatch batch, long tableId, long transactionId) {
      this.batch = batch;
      this.tableId = tableId;
      this.transactionId = transactionId;
    }

    void begin(int first, int count, long rollPointer) {
      this.first = first;
      this.count = count;
      this.rollPointer = rollPointer;
    }

    /// What the undo record of a row takes in its page.
    int undoBytes(int row) {
      return UndoRecord.insertBytes(transactionId, tableId, batch.primaryKey(row))
          + SlottedPage.ITEM_HEADER_BYTES
          + SlottedPage.SLOT_BYTES;
    }

    @Override
    public byte[] key(int row) {
      return batch.primaryKey(row);
    }

    @Override
    public int valueLength(int row) {
      return ClusteredValue.HEADER_BYTES + batch.row(row).length;
    }

    @Override
    public void putValue(int row, byte[] target, int at) {
      long undo = rollPointer + (row - first);
      ClusteredValue.putHeader(target, at, transactionId, undo, ClusteredValue.FIRST);
      byte[] bytes = batch.row(row);
      System.arraycopy(bytes, 0, target, at + ClusteredValue.HEADER_BYTES, bytes.length);
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int length(int item) {
      return UndoRecord.insertBytes(transactionId, tableId, batch.primaryKey(first + item));
    }

    @Override
    public void write(int item, byte[] target, int at) {
      UndoRecord.writeInsert(target, at, transactionId, tableId, batch.primaryKey(first + item));
    }
  }
}
