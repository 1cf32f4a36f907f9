package io.tidemark.engine.purge;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.table.PurgedRows;
import io.tidemark.engine.table.PurgedRows.Ended;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.undo.RollPointer;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegment;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.UndoPage;
import io.tidemark.storage.page.PageHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Works through the undo segments below the horizon and frees their pages.
///
/// Each segment is worked through from its head, transaction by transaction, up to the first one
/// that somebody may not see yet, many records at once. Where purge stands is kept in memory only:
/// after a restart it begins at the head page again, and finds done what is done. Confined to one
/// thread at a time.
public final class PurgeWorker {
  /// Records are purged together up to about this size: enough that many meet in a leaf.
  private static final int BATCH_BYTES = 512 << 10;

  private final TransactionSystem system;
  private final PurgedRows rows;
  private final BufferPool pool;

  public PurgeWorker(TransactionSystem system, PurgedRows rows) {
    this.system = system;
    this.rows = rows;
    this.pool = system.mtrs().pool();
  }

  /// Works through everything that ended at or below `horizon`, until `stop` says so; returns the
  /// number of records seen.
  public long purge(long horizon, BooleanSupplier stop) {
    long records = 0;
    for (UndoSegment segment : system.undo().all()) {
      long lastEnded = segment.lastEnded();
      if (segment.lastPurged() != lastEnded && !stop.getAsBoolean()) {
        records += purgeSegment(segment, horizon, lastEnded, stop);
      }
    }
    return records;
  }

  private long purgeSegment(
      UndoSegment segment, long horizon, long lastEnded, BooleanSupplier stop) {
    long records = 0;
    while (!stop.getAsBoolean()) {
      Batch batch = gather(segment, horizon);
      if (!batch.records.isEmpty()) {
        system.announcePurge(horizon);
      }
      rows.purge(batch.records);
      records += batch.records.size();
      batch.transactions.forEach(transactionId -> finishOthers(segment, transactionId));
      while (segment.headPage() != batch.nextPage) {
        segment.setPurgePosition(system.undo().freeHead(segment), 0);
      }
      segment.setPurgePosition(batch.nextPage, batch.nextSlot);
      if (batch.atEnd) {
        finishOthers(segment, 0);
        segment.setLastPurged(lastEnded);
      }
      if (batch.atEnd || batch.blocked) {
        return records;
      }
    }
    return records;
  }

  /// Reads the next records, up to the end or to the first of a transaction that somebody may not
  /// see yet.
  private Batch gather(UndoSegment segment, long horizon) {
    Batch batch = new Batch(segment.purgePage(), segment.purgeSlot());
    long seen = 0;
    while (batch.bytes < BATCH_BYTES) {
      UndoPage page = UndoSegments.readPage(pool, batch.nextPage, batch.nextSlot);
      for (byte[] record : page.records()) {
        long transactionId = UndoRecord.transactionId(record);
        if (transactionId != seen && system.commits().endLsn(transactionId) > horizon) {
          batch.blocked = true;
          return batch;
        }
        seen = transactionId;
        batch.add(transactionId, record);
      }
      if (page.right() == PageHeader.NO_PAGE) {
        batch.atEnd = true;
        return batch;
      }
      batch.nextPage = page.right();
      batch.nextSlot = 0;
    }
    return batch;
  }

  /// Counts the transaction whose records purge has seen last, unless it is `transactionId`.
  private void finishOthers(UndoSegment segment, long transactionId) {
    long before = segment.purging();
    if (before != transactionId) {
      segment.setPurging(transactionId);
      if (before != 0) {
        system.purged(1);
      }
    }
  }

  /// Records that follow each other, and where the next ones are.
  private static final class Batch {
    final List<Ended> records = new ArrayList<>();

    /// Whose they are, in their order.
    final List<Long> transactions = new ArrayList<>();

    int nextPage;
    int nextSlot;
    int bytes;
    boolean blocked;
    boolean atEnd;

    Batch(int nextPage, int nextSlot) {
      this.nextPage = nextPage;
      this.nextSlot = nextSlot;
    }

    void add(long transactionId, byte[] record) {
      records.add(new Ended(record, RollPointer.of(nextPage, nextSlot)));
      nextSlot++;
      bytes += record.length;
      if (transactions.isEmpty() || transactions.getLast() != transactionId) {
        transactions.add(transactionId);
      }
    }
  }
}
