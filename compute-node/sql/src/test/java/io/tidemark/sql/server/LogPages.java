package io.tidemark.sql.server;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoApplier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Pages as the whole of a redo log in memory makes them: enough for a writer whose pages are read
/// back unchanged since they were evicted.
final class LogPages implements PageService {
  private final MemoryRedoLog log;
  private final Map<Long, MemorySegment> pages = new HashMap<>();
  private int framesRead;
  private Lsn ingested;

  LogPages(MemoryRedoLog log) {
    this.log = log;
    this.ingested = log.startLsn();
  }

  private synchronized void ingest() {
    List<Frame> frames = log.frames();
    RecordCursor cursor = new RecordCursor();
    while (framesRead < frames.size()) {
      Frame frame = frames.get(framesRead++);
      frame.forEachMtr(
          ingested,
          (end, bytes, offset, length) -> {
            cursor.reset(bytes, offset, length);
            while (cursor.next()) {
              if (cursor.type().changesPage()) {
                MemorySegment page =
                    pages.computeIfAbsent(
                        cursor.packedPageId(),
                        id -> Arena.ofAuto().allocate(PageHeader.PAGE_BYTES));
                RedoApplier.apply(page, cursor);
                PageHeader.setPageLsn(page, end);
              }
            }
          });
      ingested = frame.endLsn();
    }
  }

  @Override
  public synchronized boolean getPage(PageRequest request, MemorySegment target) {
    ingest();
    MemorySegment page = pages.get(request.page().packed());
    if (page == null) {
      target.fill((byte) 0);
      return false;
    }
    MemorySegment.copy(page, 0, target, 0, PageHeader.PAGE_BYTES);
    return true;
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
  public synchronized Lsn ingestedLsn() {
    ingest();
    return ingested;
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
