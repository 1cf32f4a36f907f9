package io.tidemark.engine.writer;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoApplier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/// A page service in memory that knows every page at every LSN: it replays the page's own records
/// of a [MemoryRedoLog] from the start, or from where its last answer for the page ended.
final class VersionedPages implements PageService {
  private final ReentrantLock lock = new ReentrantLock();
  private final MemoryRedoLog log;
  private final Map<Long, History> pages = new HashMap<>();
  private int framesRead;
  private Lsn ingested;

  /// An mtr that changes a page.
  private record Change(long endLsn, Frame frame, int offset, int length) {}

  /// The changes of a page, and the page as of one of them.
  private static final class History {
    final List<Change> changes = new ArrayList<>();
    final MemorySegment built = Arena.ofAuto().allocate(PageHeader.PAGE_BYTES);
    int applied;

    void build(long packed, long lsn) {
      if (applied > 0 && changes.get(applied - 1).endLsn > lsn) {
        built.fill((byte) 0);
        applied = 0;
      }
      RecordCursor cursor = new RecordCursor();
      while (applied < changes.size() && changes.get(applied).endLsn <= lsn) {
        Change change = changes.get(applied++);
        cursor.reset(change.frame.bytes(), change.offset, change.length);
        while (cursor.next()) {
          if (cursor.type().changesPage() && cursor.packedPageId() == packed) {
            RedoApplier.apply(built, cursor);
          }
        }
        PageHeader.setPageLsn(built, change.endLsn);
      }
    }
  }

  VersionedPages(MemoryRedoLog log) {
    this.log = log;
    this.ingested = log.startLsn();
  }

  private void ingest() {
    RecordCursor cursor = new RecordCursor();
    for (Frame frame : log.framesBehind(framesRead)) {
      framesRead++;
      frame.forEachMtr(
          ingested,
          (end, bytes, offset, length) -> {
            Set<Long> touched = new TreeSet<>();
            cursor.reset(bytes, offset, length);
            while (cursor.next()) {
              if (cursor.type().changesPage()) {
                touched.add(cursor.packedPageId());
              }
            }
            Change change = new Change(end, frame, offset, length);
            touched.forEach(
                page -> pages.computeIfAbsent(page, id -> new History()).changes.add(change));
          });
      ingested = frame.endLsn();
    }
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return read(request.page().packed(), request.lsn().value(), target);
  }

  boolean read(long packed, long lsn, MemorySegment target) {
    lock.lock();
    try {
      ingest();
      History history = pages.get(packed);
      if (history != null) {
        history.build(packed, lsn);
      }
      if (history == null || history.applied == 0) {
        target.fill((byte) 0);
        return false;
      }
      MemorySegment.copy(history.built, 0, target, 0, PageHeader.PAGE_BYTES);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Every page that was ever changed.
  List<Long> pageIds() {
    lock.lock();
    try {
      ingest();
      return new ArrayList<>(pages.keySet());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    boolean[] found = new boolean[requests.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = getPage(requests.get(i), targets.get(i));
    }
    return found;
  }

  @Override
  public void prefetch(List<PageRequest> requests) {}

  @Override
  public Lsn ingestedLsn() {
    lock.lock();
    try {
      ingest();
      return ingested;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Lsn uploadedLsn() {
    return Lsn.ZERO;
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    if (ingestedLsn().isBefore(lsn)) {
      throw new IllegalStateException("log ends before " + lsn);
    }
  }
}
