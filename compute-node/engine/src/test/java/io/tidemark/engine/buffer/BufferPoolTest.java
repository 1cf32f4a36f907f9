package io.tidemark.engine.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageMutation;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private static final int FRAMES = 32;

  private final MadeUpPages pages = new MadeUpPages();
  private final Position position = new Position();
  private final BufferPool pool =
      BufferPool.open(
          (long) FRAMES * PageHeader.PAGE_BYTES, pages, position, Duration.ofMillis(200));

  @Test
  void readsAPageOnceHoweverManyAsk() throws Exception {
    pages.gate = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> asking = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asking.add(executor.submit(() -> pool.read(new PageId(1, 7), PageHeader::owner)));
      }
      pages.gate.countDown();
      for (Future<Long> one : asking) {
        assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(7);
      }
    }
    assertThat(pages.reads).hasValue(1);
  }

  @Test
  void dropsPagesForOthersAndKeepsThePinned() {
    PageFrame pinned = pool.pin(new PageId(1, 1000));
    for (int i = 0; i < 200; i++) {
      assertThat(pool.<Long>read(new PageId(1, i), PageHeader::owner)).isEqualTo(i);
    }
    assertThat(pinned.holds(new PageId(1, 1000).packed())).isTrue();
    assertThat(pages.reads).hasValue(201);
    pinned.unpin();
    assertThat(pool.statistics().reads()).isEqualTo(201);
    assertThat(pool.statistics().used()).isEqualTo(FRAMES);
  }

  @Test
  void neverDropsWhatIsNotDurable() {
    for (int i = 0; i < FRAMES; i++) {
      PageFrame frame = pool.fetch(new PageId(1, i).packed());
      long stamp = frame.latchExclusive();
      frame.setPageLsn(500);
      frame.unlatch(stamp);
    }
    assertThatThrownBy(() -> pool.fetch(new PageId(1, 100).packed())).isInstanceOf(Exhausted.class);
    assertThat(position.waits).isPositive();
    for (int i = 0; i < FRAMES; i++) {
      assertThat(pool.tryFind(new PageId(1, i).packed())).isNotNull();
    }
    position.lsn = 500;
    pool.fetch(new PageId(1, 100).packed());
    int dropped = 0;
    while (pool.tryFind(new PageId(1, dropped).packed()) != null) {
      dropped++;
    }
    pool.fetch(new PageId(1, dropped).packed());
    // Its last change is known, those of pages that were never here are not.
    assertThat(pages.last.notModifiedSince()).isEqualTo(Lsn.of(500));
    position.lsn = 900;
    pool.fetch(new PageId(1, 101).packed());
    assertThat(pages.last.notModifiedSince()).isEqualTo(Lsn.of(100));
    assertThat(pages.last.lsn()).isEqualTo(Lsn.of(900));
  }

  @Test
  void comesBackFromAFailedRead() {
    pages.failure = new RetryLater("page server: busy");
    assertThatThrownBy(() -> pool.fetch(new PageId(1, 3).packed())).isInstanceOf(RetryLater.class);
    assertThatThrownBy(() -> pool.fetchAll(1, new int[] {3, 4}, 2)).isInstanceOf(RetryLater.class);
    pages.failure = null;
    assertThat(pool.<Long>read(new PageId(1, 3), PageHeader::owner)).isEqualTo(3);
    pages.wrongPage = true;
    assertThatThrownBy(() -> pool.fetch(new PageId(1, 5).packed()))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("1/5");
    assertThatThrownBy(() -> pool.fetch(new PageId(2, 5).packed())).hasMessageContaining("2/5");
  }

  @Test
  void readsSeveralPagesInOneExchange() {
    pool.fetch(new PageId(1, 5).packed());
    pool.fetchAll(1, new int[] {4, 5, 6, 7}, 4);
    assertThat(pages.batches).containsExactly(3);
    assertThat(pool.<Long>read(new PageId(1, 7), PageHeader::owner)).isEqualTo(7);
    assertThat(pages.reads).hasValue(4);
    pool.dropSpace(1);
    assertThat(pool.tryFind(new PageId(1, 5).packed())).isNull();
    assertThat(pool.statistics().used()).isZero();
  }

  @Test
  void readsAheadWhileTheReaderGoesOn() throws Exception {
    pages.gate = new CountDownLatch(1);
    pool.readAhead(1, new int[] {3, 4, 5, 6}, 1, 4);
    assertThat(pool.findCertainly(new PageId(1, 3).packed())).isNull();
    assertThat(pool.findCertainly(new PageId(1, 4).packed())).isNotNull();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> waiting = executor.submit(() -> pool.read(new PageId(1, 5), PageHeader::owner));
      pages.gate.countDown();
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(5);
    }
    assertThat(pool.<Long>read(new PageId(1, 6), PageHeader::owner)).isEqualTo(6);
    assertThat(pages.batches).containsExactly(3);
    assertThat(pages.reads).hasValue(3);
  }

  @Test
  void comesBackFromAReadAheadThatFailed() {
    pages.failure = new RetryLater("page server: busy");
    for (int i = 0; i < 100; i++) {
      pool.readAhead(1, new int[] {3, 4}, 0, 2);
      assertThatThrownBy(() -> pool.read(new PageId(1, 4), PageHeader::owner))
          .isInstanceOf(RetryLater.class);
    }
    pages.failure = null;
    assertThat(pool.<Long>read(new PageId(1, 4), PageHeader::owner)).isEqualTo(4);
  }

  @Test
  void runsWhatCameMeanwhileOnAPageThatArrives() throws Exception {
    pages.gate = new CountDownLatch(1);
    long packed = new PageId(1, 9).packed();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PageFrame> fetching = executor.submit(() -> pool.fetch(packed));
      assertThat(pages.entered.await(10, TimeUnit.SECONDS)).isTrue();
      PageFrame frame = pool.findCertainly(packed);
      assertThat(frame).isNotNull();
      assertThat(pool.deferIfLoading(frame, packed, arrived -> arrived.setPageLsn(77))).isTrue();
      pages.gate.countDown();
      assertThat(fetching.get(10, TimeUnit.SECONDS)).isSameAs(frame);
      assertThat(pool.<Long>read(new PageId(1, 9), PageHeader::pageLsn)).isEqualTo(77);
      assertThat(pool.deferIfLoading(frame, packed, arrived -> {})).isFalse();
    }
  }

  @Test
  void findsTheRightPageWhileFramesChangeHands() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        running.add(
            executor.submit(() -> {
              for (int i = 0; i < 30_000; i++) {
                int pageNo = random.nextInt(100);
                assertThat(pool.<Long>read(new PageId(1, pageNo), PageHeader::owner))
                    .isEqualTo(pageNo);
              }
            }));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
  }

  /// A place in the log that the test moves.
  private static final class Position implements ReadPoint {
    private volatile long lsn = 100;
    private volatile int waits;

    @Override
    public long readLsn() {
      return lsn;
    }

    @Override
    public long evictableLsn() {
      return lsn;
    }

    @Override
    public void awaitEvictable(long nanos) {
      waits = 1;
    }

    @Override
    public boolean knowsLastChanges() {
      return true;
    }
  }

  /// Any page; its owner is its number.
  private static final class MadeUpPages implements PageService {
    private final AtomicInteger reads = new AtomicInteger();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile RuntimeException failure;
    private volatile boolean wrongPage;
    private volatile PageRequest last;

    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      last = request;
      entered.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      RuntimeException error = failure;
      if (error != null) {
        throw error;
      }
      reads.incrementAndGet();
      PageId id = wrongPage ? new PageId(9, 9) : request.page();
      PageMutation.format(target, id, PageType.UNDO, 0, 0, id.pageNo());
      return true;
    }

    @Override
    public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
      batches.add(requests.size());
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
      return Lsn.of(1000);
    }

    @Override
    public Lsn uploadedLsn() {
      return Lsn.ZERO;
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }
}
