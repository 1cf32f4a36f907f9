package io.tidemark.engine.txn;

import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.undo.RollPointer;
import io.tidemark.engine.undo.UndoSegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// What a transaction that has written needs to go on writing, to commit and to roll back.
///
/// Undo positions are counted: `(page's place in the transaction's list + 1) << 16 | slot`, so they
/// ascend though page numbers do not. Confined to the transaction's thread.
public final class WriteState {
  private final long id;
  private final LockOwner owner;
  private final UndoSegment segment;
  private final Map<Long, long[]> rowDeltas = new HashMap<>(4);
  private int[] undoPages = new int[2];
  private int undoPageCount;
  private int firstSlot;
  private int nextSlot;
  private long changes;

  public WriteState(long id, LockOwner owner, UndoSegment segment) {
    this.id = id;
    this.owner = owner;
    this.segment = segment;
  }

  public long id() {
    return id;
  }

  public LockOwner owner() {
    return owner;
  }

  public UndoSegment segment() {
    return segment;
  }

  /// Notes that a record was appended.
  public void appended(long rollPointer) {
    appended(rollPointer, 1);
  }

  /// Notes that `records` records were appended to one page, the first at `rollPointer`.
  public void appended(long rollPointer, int records) {
    int page = RollPointer.pageNo(rollPointer);
    int slot = RollPointer.slot(rollPointer);
    if (undoPageCount == 0) {
      firstSlot = slot;
    }
    if (undoPageCount == 0 || undoPages[undoPageCount - 1] != page) {
      if (undoPageCount == undoPages.length) {
        undoPages = Arrays.copyOf(undoPages, 2 * undoPageCount);
      }
      undoPages[undoPageCount++] = page;
    }
    nextSlot = slot + records;
    changes += records;
    owner.setChanges(changes);
  }

  /// Position behind the last record; 0 if there is none.
  public long position() {
    return undoPageCount == 0 ? 0 : ((long) undoPageCount << 16) | nextSlot;
  }

  public int undoPageCount() {
    return undoPageCount;
  }

  public int undoPage(int index) {
    return undoPages[index];
  }

  /// First slot in the undo page of that place in the list that is this transaction's.
  public int firstSlot(int index) {
    return index == 0 ? firstSlot : 0;
  }

  public int nextSlot() {
    return nextSlot;
  }

  /// Adds to the number of rows by which the transaction changes a table.
  public void addRows(long tableId, long delta) {
    rowDeltas.computeIfAbsent(tableId, id -> new long[1])[0] += delta;
  }

  public Map<Long, long[]> rowDeltas() {
    return rowDeltas;
  }
}
