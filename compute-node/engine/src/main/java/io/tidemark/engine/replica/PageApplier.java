package io.tidemark.engine.replica;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.RecordCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Applies the page records of mtrs to those pages that are in memory.
///
/// All pages of an mtr that are here are latched before the first is changed, so that nobody sees
/// half an mtr; readers hold one latch at a time, so nothing can wait in a circle. Records for a
/// page that is on its way are queued at its frame. A page's LSN says what is in it already.
/// Confined to the thread that applies redo, but for what is queued.
final class PageApplier {
  private final BufferPool pool;
  private final RecordCursor records = new RecordCursor();
  private final List<Latched> latched = new ArrayList<>();

  /// A frame with the stamp of its exclusive latch; `current` if the page has the mtr already.
  private record Latched(PageFrame frame, long packedId, long stamp, boolean current) {}

  PageApplier(BufferPool pool) {
    this.pool = pool;
  }

  void apply(long endLsn, byte[] bytes, int offset, int length) {
    try {
      records.reset(bytes, offset, length);
      while (records.next()) {
        if (records.type().changesPage()) {
          latch(records.packedPageId(), endLsn, bytes, offset, length);
        }
      }
      if (!latched.isEmpty()) {
        applyLatched(endLsn, bytes, offset, length);
      }
    } finally {
      for (Latched one : latched) {
        one.frame().unlatch(one.stamp());
      }
      latched.clear();
    }
  }

  private void latch(long packedId, long endLsn, byte[] bytes, int offset, int length) {
    if (find(packedId) != null) {
      return;
    }
    while (true) {
      PageFrame frame = pool.findCertainly(packedId);
      if (frame == null
          || pool.deferIfLoading(
              frame,
              packedId,
              arrived -> applyTo(arrived, packedId, endLsn, bytes, offset, length))) {
        return;
      }
      long stamp = frame.latchExclusive();
      if (frame.holds(packedId)) {
        boolean current = PageHeader.pageLsn(frame.page()) >= endLsn;
        latched.add(new Latched(frame, packedId, stamp, current));
        return;
      }
      frame.unlatch(stamp);
    }
  }

  private @Nullable Latched find(long packedId) {
    for (Latched one : latched) {
      if (one.packedId() == packedId) {
        return one;
      }
    }
    return null;
  }

  private void applyLatched(long endLsn, byte[] bytes, int offset, int length) {
    records.reset(bytes, offset, length);
    while (records.next()) {
      Latched one = records.type().changesPage() ? find(records.packedPageId()) : null;
      if (one != null && !one.current()) {
        one.frame().apply(records);
      }
    }
    for (Latched one : latched) {
      if (!one.current()) {
        one.frame().setPageLsn(endLsn);
      }
    }
  }

  /// Applies the records of one page that was on its way when the mtr came.
  private static void applyTo(
      PageFrame frame, long packedId, long endLsn, byte[] bytes, int offset, int length) {
    if (PageHeader.pageLsn(frame.page()) >= endLsn) {
      return;
    }
    RecordCursor cursor = new RecordCursor();
    cursor.reset(bytes, offset, length);
    while (cursor.next()) {
      if (cursor.type().changesPage() && cursor.packedPageId() == packedId) {
        frame.apply(cursor);
      }
    }
    frame.setPageLsn(endLsn);
  }
}
