package io.tidemark.engine.purge;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.table.PurgedRows;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.undo.RollPointer;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegment;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.UndoPage;
import io.tidemark.storage.page.PageHeader;
import java.util.function.BooleanSupplier;

/// Works through the undo segments below the horizon and frees their pages.
///
/// Each segment is worked through from its head, transaction by transaction, up to the first one
/// that somebody may not see yet. Where purge stands is kept in memory only: after a restart it
/// begins at the head page again, and finds done what is done. Confined to one thread at a time.
public final class PurgeWorker {
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
    long seen = 0;
    while (true) {
      int pageNo = segment.purgePage();
      UndoPage page = UndoSegments.readPage(pool, pageNo, segment.purgeSlot());
      for (byte[] record : page.records()) {
        long transactionId = UndoRecord.transactionId(record);
        if (stop.getAsBoolean()
            || (transactionId != seen && system.commits().endLsn(transactionId) > horizon)) {
          return records;
        }
        seen = transactionId;
        rows.purge(record, RollPointer.of(pageNo, segment.purgeSlot()));
        segment.setPurgePosition(pageNo, segment.purgeSlot() + 1);
        if (segment.purging() != transactionId) {
          segment.setPurging(transactionId);
          system.purged(1);
        }
        records++;
      }
      if (page.right() == PageHeader.NO_PAGE) {
        segment.setLastPurged(lastEnded);
        return records;
      }
      segment.setPurgePosition(system.undo().freeHead(segment), 0);
    }
  }
}
