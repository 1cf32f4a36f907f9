package io.tidemark.engine.buffer;

import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pages in memory: finds them, reads missing ones from the page service, drops old ones.
///
/// A frame on whose page somebody waits for the page service is in the page table already, marked
/// as loading and exclusively latched by the reader; whoever else wants the page waits for that
/// latch. So a page is read once however many ask. What a caller gets is a frame that held the page
/// a moment ago: it latches the frame or takes a stamp, and checks [PageFrame#holds].
///
/// Thread-safe. No lock is held while the page service works; the latch of the missing page's own
/// frame is, which nobody needs who is not waiting for that page.
public final class BufferPool {
  private static final Logger LOG = LoggerFactory.getLogger(BufferPool.class);

  /// The most pages that one exchange with the page service reads.
  public static final int MAX_BATCH = 32;

  /// The most exchanges that read ahead at one time.
  private static final int MAX_READ_AHEADS = 8;

  private static final int MIN_FRAMES = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int OPTIMISTIC_READS = 4;
  private static final int USAGE_OF_POINT_READ = 1;

  private final PageService pages;
  private final ReadPoint readPoint;
  private final PageTable table;
  private final FrameSupply supply;
  private final @Nullable LastWrittenLsns lastWritten;
  private final Semaphore readAheads = new Semaphore(MAX_READ_AHEADS);
  private final LongAdder requests = new LongAdder();
  private final LongAdder reads = new LongAdder();

  private BufferPool(
      PageService pages,
      ReadPoint readPoint,
      int frames,
      Duration patience,
      @Nullable LastWrittenLsns lastWritten) {
    this.pages = pages;
    this.readPoint = readPoint;
    this.table = new PageTable(frames);
    this.lastWritten = lastWritten;
    this.supply = new FrameSupply(frames, patience, table, readPoint, lastWritten);
  }

  /// A pool of `sizeBytes` of pages (`innodb_buffer_pool_size`); memory is taken as it is first
  /// used.
  public static BufferPool open(long sizeBytes, PageService pages, ReadPoint readPoint) {
    return open(sizeBytes, pages, readPoint, PATIENCE);
  }

  /// As above; who needs a frame waits at most `patience` for one.
  public static BufferPool open(
      long sizeBytes, PageService pages, ReadPoint readPoint, Duration patience) {
    int frames = Math.toIntExact(Math.max(MIN_FRAMES, sizeBytes / PageHeader.PAGE_BYTES));
    LastWrittenLsns lastWritten =
        readPoint.knowsLastChanges()
            ? new LastWrittenLsns(Math.max(1024, 4 * frames), readPoint.readLsn())
            : null;
    return new BufferPool(pages, readPoint, frames, patience, lastWritten);
  }

  /// The frame of the page if it is in memory. Null is not certain: the page may be just arriving.
  public @Nullable PageFrame tryFind(long packedPageId) {
    return table.find(packedPageId);
  }

  /// The frame of the page, read from the page service if it is not in memory. The frame may have
  /// been given to another page since: latch it, check [PageFrame#holds], and come back if not.
  ///
  /// @throws io.tidemark.storage.error.Exhausted if no frame became free within the deadline
  /// @throws io.tidemark.storage.error.RetryLater if the page service cannot answer now
  /// @throws Corrupt if there is no such page, or it does not check
  public PageFrame fetch(long packedPageId) {
    PageFrame frame = table.find(packedPageId);
    return frame == null ? load(packedPageId) : frame;
  }

  /// As [#fetch], and the page stays in the frame until [PageFrame#unpin].
  public PageFrame pin(PageId page) {
    while (true) {
      PageFrame frame = fetch(page.packed());
      if (frame.tryPin(page.packed())) {
        return frame;
      }
      Thread.onSpinWait();
    }
  }

  /// A frame for a page that is about to be formatted, which is not read. The caller holds the
  /// returned frame's exclusive latch; the stamp to release it is in [NewFrame#stamp].
  public NewFrame create(PageId page) {
    long packed = page.packed();
    while (true) {
      PageFrame frame = table.find(packed);
      if (frame == null) {
        NewFrame fresh = supply.take();
        PageFrame existing = publish(packed, fresh.frame(), false);
        if (existing == null) {
          fresh.frame().page().fill((byte) 0);
          fresh.frame().setUsage(USAGE_OF_POINT_READ);
          return fresh;
        }
        supply.giveBack(fresh);
        frame = existing;
      }
      long stamp = frame.latch(packed, true);
      if (stamp != 0) {
        return new NewFrame(frame, stamp);
      }
    }
  }

  /// Reads a page with `reader`, without a latch where possible. Who holds latches calls it in the
  /// order of [LatchLevel] only, as it may wait for the page's latch.
  public <R> R read(PageId page, PageReader<R> reader) {
    long packed = page.packed();
    requests.increment();
    for (int attempt = 0; attempt < OPTIMISTIC_READS; attempt++) {
      PageFrame frame = fetch(packed);
      long stamp = frame.optimisticStamp();
      if (frame.holds(packed)) {
        try {
          R result = reader.read(frame.page());
          if (frame.validate(stamp)) {
            frame.touch();
            return result;
          }
        } catch (IndexOutOfBoundsException | Corrupt e) {
          if (frame.validate(stamp)) {
            throw e;
          }
        }
      }
    }
    while (true) {
      PageFrame frame = fetch(packed);
      long stamp = frame.latchShared();
      try {
        if (frame.holds(packed)) {
          return reader.read(frame.page());
        }
      } finally {
        frame.unlatch(stamp);
      }
    }
  }

  /// Reads those of the first `count` pages that are missing in one exchange. They are the first to
  /// be dropped again if nobody uses them.
  public void fetchAll(int spaceId, int[] pageNos, int count) {
    List<Arriving> arriving = new ArrayList<>(count);
    try {
      claimMissing(spaceId, pageNos, 0, count, arriving);
      readAll(arriving);
    } catch (RuntimeException e) {
      arriving.forEach(this::dropFailed);
      throw e;
    }
  }

  /// As [#fetchAll] for the pages from `from` to `to`, on a thread of its own: who comes to one of
  /// them before it has arrived waits for it. A hint: nothing happens if enough pages are on their
  /// way already, and who fails to read a page will be told when it asks for it.
  public void readAhead(int spaceId, int[] pageNos, int from, int to) {
    if (from >= to || !readAheads.tryAcquire()) {
      return;
    }
    List<Arriving> arriving = new ArrayList<>(to - from);
    boolean started = false;
    try {
      claimMissing(spaceId, pageNos, from, to, arriving);
      if (!arriving.isEmpty()) {
        Thread.ofVirtual().name("read-ahead").start(() -> readAhead(arriving));
        started = true;
      }
    } finally {
      if (!started) {
        arriving.forEach(this::dropFailed);
        readAheads.release();
      }
    }
  }

  private void readAhead(List<Arriving> arriving) {
    try {
      readAll(arriving);
    } catch (RuntimeException e) {
      arriving.forEach(this::dropFailed);
      LOG.debug("read ahead", e);
    } finally {
      readAheads.release();
    }
  }

  /// Publishes a frame for each of the pages that is missing.
  private void claimMissing(int spaceId, int[] pageNos, int from, int to, List<Arriving> arriving) {
    for (int i = from; i < to && arriving.size() < MAX_BATCH; i++) {
      long packed = ((long) spaceId << 32) | pageNos[i];
      if (pageNos[i] >= 0 && table.find(packed) == null && supply.canTakeEasily()) {
        NewFrame fresh = supply.take();
        if (publish(packed, fresh.frame(), true) == null) {
          arriving.add(new Arriving(packed, fresh));
        } else {
          supply.giveBack(fresh);
        }
      }
    }
  }

  /// Drops all pages of a tablespace that ended; returns when none is left.
  public void dropSpace(int spaceId) {
    supply.forEachFrame(frame -> {
      long packed = frame.packedId();
      if (packed >= 0 && (int) (packed >>> 32) == spaceId) {
        long stamp = frame.latchExclusive();
        if (frame.holds(packed)) {
          unpublish(packed, frame);
          supply.giveBack(new NewFrame(frame, stamp));
        } else {
          frame.unlatch(stamp);
        }
      }
    });
  }

  /// For redo that arrives while its page is on the way: if the page is just being read, `action`
  /// runs on it, exclusively latched, when it has arrived, and the answer is true.
  public boolean deferIfLoading(PageFrame frame, long packedPageId, Consumer<PageFrame> action) {
    ReentrantLock lock = table.lockOf(packedPageId);
    lock.lock();
    try {
      if (frame.holds(packedPageId) && frame.loading) {
        frame.defer(action);
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// The certain answer to whether the page is in memory or on its way.
  public @Nullable PageFrame findCertainly(long packedPageId) {
    ReentrantLock lock = table.lockOf(packedPageId);
    lock.lock();
    try {
      return table.findLocked(packedPageId);
    } finally {
      lock.unlock();
    }
  }

  /// Calls `action` with each frame that holds a page, unlatched.
  public void forEachPage(Consumer<PageFrame> action) {
    supply.forEachFrame(frame -> {
      if (frame.packedId() >= 0) {
        action.accept(frame);
      }
    });
  }

  /// Counts `count` more requests for pages.
  public void countRequests(int count) {
    requests.add(count);
  }

  /// Whether the page service can take no more changes.
  public boolean isServiceFull() {
    return pages.isFull();
  }

  public Statistics statistics() {
    return new Statistics(supply.capacity(), supply.used(), requests.sum(), reads.sum());
  }

  private PageFrame load(long packed) {
    PageFrame there = findCertainly(packed);
    if (there != null) {
      return there;
    }
    NewFrame fresh = supply.take();
    PageFrame existing = publish(packed, fresh.frame(), true);
    if (existing != null) {
      supply.giveBack(fresh);
      return existing;
    }
    Arriving arriving = new Arriving(packed, fresh);
    try {
      reads.increment();
      boolean found = pages.getPage(request(packed), fresh.frame().page());
      check(packed, fresh.frame(), found);
    } catch (RuntimeException e) {
      dropFailed(arriving);
      throw e;
    }
    fresh.frame().setUsage(USAGE_OF_POINT_READ);
    arrive(arriving);
    return fresh.frame();
  }

  private void readAll(List<Arriving> arriving) {
    if (arriving.isEmpty()) {
      return;
    }
    List<PageRequest> asked = new ArrayList<>(arriving.size());
    List<MemorySegment> targets = new ArrayList<>(arriving.size());
    for (Arriving one : arriving) {
      asked.add(request(one.packed));
      targets.add(one.fresh.frame().page());
    }
    reads.add(asked.size());
    boolean[] found = pages.getPages(asked, targets);
    for (int i = 0; i < found.length; i++) {
      check(arriving.get(i).packed, arriving.get(i).fresh.frame(), found[i]);
    }
    arriving.forEach(this::arrive);
    arriving.clear();
  }

  private PageRequest request(long packed) {
    long lsn = readPoint.readLsn();
    long notModifiedSince = lastWritten == null ? lsn : Math.min(lsn, lastWritten.get(packed));
    return new PageRequest(PageId.ofPacked(packed), Lsn.of(lsn), Lsn.of(notModifiedSince));
  }

  private static void check(long packed, PageFrame frame, boolean found) {
    MemorySegment page = frame.page();
    if (!found) {
      throw new Corrupt("page " + PageId.ofPacked(packed) + ": expected a page, found none");
    }
    PageId id = PageHeader.pageId(page);
    if (id.packed() != packed) {
      throw new Corrupt("page " + PageId.ofPacked(packed) + ": found page " + id + " instead");
    }
    if (PageHeader.version(page) != PageHeader.VERSION || PageHeader.type(page) == PageType.NONE) {
      throw new Corrupt(
          "page %s: expected version %d, found version %d, type %s"
              .formatted(id, PageHeader.VERSION, PageHeader.version(page), PageHeader.type(page)));
    }
  }

  /// Puts the frame into the page table as the page's; or returns the frame that is there already.
  private @Nullable PageFrame publish(long packed, PageFrame frame, boolean loading) {
    ReentrantLock lock = table.lockOf(packed);
    lock.lock();
    try {
      PageFrame existing = table.findLocked(packed);
      if (existing == null) {
        frame.loading = loading;
        frame.become(packed);
        table.add(packed, frame);
      }
      return existing;
    } finally {
      lock.unlock();
    }
  }

  private void unpublish(long packed, PageFrame frame) {
    ReentrantLock lock = table.lockOf(packed);
    lock.lock();
    try {
      table.remove(packed, frame);
      frame.become(PageFrame.EMPTY);
      frame.loading = false;
      frame.takeDeferred();
    } finally {
      lock.unlock();
    }
  }

  /// The page is complete but for the redo that came meanwhile: applies it and lets everybody in.
  private void arrive(Arriving arriving) {
    PageFrame frame = arriving.fresh.frame();
    ReentrantLock lock = table.lockOf(arriving.packed);
    while (true) {
      List<Consumer<PageFrame>> actions;
      lock.lock();
      try {
        actions = frame.takeDeferred();
        frame.loading = !actions.isEmpty();
      } finally {
        lock.unlock();
      }
      if (actions.isEmpty()) {
        break;
      }
      actions.forEach(action -> action.accept(frame));
    }
    frame.unlatch(arriving.fresh.stamp());
  }

  private void dropFailed(Arriving arriving) {
    unpublish(arriving.packed, arriving.fresh.frame());
    supply.giveBack(arriving.fresh);
  }

  /// A frame and the stamp of its exclusive latch, which the receiver holds.
  public record NewFrame(PageFrame frame, long stamp) {}

  /// A page on its way into the exclusively latched frame.
  private record Arriving(long packed, NewFrame fresh) {}

  /// @param requests how often a page was asked for
  /// @param reads how many of them had to be read from the page service
  public record Statistics(long capacity, long used, long requests, long reads) {}
}
