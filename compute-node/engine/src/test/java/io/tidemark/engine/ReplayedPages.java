package io.tidemark.engine;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoApplier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// A page service in memory: replays a [MemoryRedoLog] into pages. It knows pages as of its newest
/// LSN only, so it may answer with a page newer than asked for if the page changed since; the
/// writer never asks for such a page, and that is checked.
public final class ReplayedPages implements PageService {
  private final ReentrantLock lock = new ReentrantLock();
  private final MemoryRedoLog log;
  private final Map<Long, MemorySegment> pages = new HashMap<>();
  private final AtomicLong reads = new AtomicLong();
  private int framesRead;
  private Lsn ingested;

  public ReplayedPages(MemoryRedoLog log) {
    this.log = log;
    this.ingested = log.startLsn();
  }

  /// Applies one mtr's records to `pages`, creating pages as they are formatted.
  public static void replay(
      Map<Long, MemorySegment> pages, long endLsn, byte[] bytes, int offset, int length) {
    RecordCursor cursor = new RecordCursor();
    cursor.reset(bytes, offset, length);
    List<MemorySegment> touched = new ArrayList<>();
    while (cursor.next()) {
      if (cursor.type().changesPage()) {
        MemorySegment page =
            pages.computeIfAbsent(
                cursor.packedPageId(), id -> Arena.ofAuto().allocate(PageHeader.PAGE_BYTES));
        RedoApplier.apply(page, cursor);
        touched.add(page);
      }
    }
    touched.forEach(page -> PageHeader.setPageLsn(page, endLsn));
  }

  private void ingest() {
    if (!log.durableLsn().isAfter(ingested)) {
      return;
    }
    for (Frame frame : log.framesBehind(framesRead)) {
      framesRead++;
      frame.forEachMtr(
          ingested, (end, bytes, offset, length) -> replay(pages, end, bytes, offset, length));
      ingested = frame.endLsn();
    }
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    lock.lock();
    try {
      ingest();
      reads.incrementAndGet();
      if (request.notModifiedSince().isAfter(ingested)) {
        throw new IllegalStateException(request + " behind " + ingested);
      }
      MemorySegment page = pages.get(request.page().packed());
      if (page == null) {
        target.fill((byte) 0);
        return false;
      }
      if (PageHeader.pageLsn(page) > request.lsn().value()) {
        throw new IllegalStateException(
            request + ": changed later, at " + PageHeader.pageLsn(page));
      }
      if (PageHeader.pageLsn(page) > request.notModifiedSince().value()) {
        throw new IllegalStateException(
            request + ": was modified since, at " + PageHeader.pageLsn(page));
      }
      MemorySegment.copy(page, 0, target, 0, PageHeader.PAGE_BYTES);
      return true;
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

  public long reads() {
    return reads.get();
  }

  /// All pages as of now, by packed page id.
  public Map<Long, MemorySegment> snapshot() {
    lock.lock();
    try {
      ingest();
      return Collections.unmodifiableMap(new HashMap<>(pages));
    } finally {
      lock.unlock();
    }
  }

  /// The id of each page that exists.
  public List<PageId> pageIds() {
    return snapshot().keySet().stream().map(PageId::ofPacked).sorted().toList();
  }

  /// The same log with a frame for each mtr.
  public static MemoryRedoLog byMtr(MemoryRedoLog log) {
    MemoryRedoLog split = MemoryRedoLog.startingAt(log.startLsn());
    Epoch epoch = new Epoch(1);
    split.fence(epoch);
    List<Frame> frames = new ArrayList<>();
    for (Frame frame : log.frames()) {
      frame.forEachMtr(
          frame.startLsn(),
          (end, bytes, offset, length) -> {
            int mtr = length + RecordEncoder.MTR_HEADER_BYTES;
            byte[] body = new byte[Frame.HEADER_BYTES + mtr];
            System.arraycopy(
                bytes, offset - RecordEncoder.MTR_HEADER_BYTES, body, Frame.HEADER_BYTES, mtr);
            frames.add(Frame.seal(epoch, Lsn.of(end - mtr), body));
          });
    }
    frames.forEach(frame -> split.append(frame, Durability.DISK));
    return split;
  }
}
