package io.tidemark.pageserver.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the caller sees of a page server that misbehaves.
class RemotePageFaultTest {
  private static final Lsn LSN = Lsn.of(100);
  private static final RemotePageService.Config SHORT =
      new RemotePageService.Config(Duration.ofMillis(500), 32);

  private final List<AutoCloseable> opened = new ArrayList<>();

  /// Answers `getPage` as told.
  private record Pages(Answer answer) implements PageService {
    interface Answer {
      boolean fill(PageRequest request, MemorySegment target);
    }

    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      return answer.fill(request, target);
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
      return LSN;
    }

    @Override
    public Lsn uploadedLsn() {
      return Lsn.ZERO;
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private RemotePageService serve(RemotePageService.Config config, Pages.Answer answer)
      throws Exception {
    PageServiceServer served = new PageServiceServer(0, new Pages(answer));
    opened.add(served);
    NodeServer port =
        NodeServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NodeCredentials.none(),
            List.of(served.definition()));
    opened.add(port);
    RemotePageService service =
        RemotePageService.open(
            new NodeAddress("127.0.0.1", port.port()), 0, NodeCredentials.none(), config);
    opened.add(service);
    return service;
  }

  private static PageRequest page(int number) {
    return new PageRequest(new PageId(1, number), LSN, LSN);
  }

  private static MemorySegment target() {
    return MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
  }

  private static void fill(PageId id, long lsn, MemorySegment page) {
    page.set(PageHeader.BYTE, PageHeader.VERSION_OFFSET, (byte) PageHeader.VERSION);
    page.set(PageHeader.INT, PageHeader.SPACE_ID_OFFSET, id.spaceId());
    page.set(PageHeader.INT, PageHeader.PAGE_NO_OFFSET, id.pageNo());
    PageHeader.setPageLsn(page, lsn);
  }

  @Test
  void aServersErrorsAreTheCallersErrorsAndNameTheNode() throws Exception {
    RemotePageService service =
        serve(
            RemotePageService.Config.DEFAULT,
            (request, target) -> {
              throw switch (request.page().pageNo()) {
                case 1 -> new Corrupt("page 1/1 in layer L3: bad");
                case 2 -> new RetryLater("collected");
                case 3 -> new Exhausted("full");
                default -> new IllegalStateException("bug");
              };
            });
    assertThatThrownBy(() -> service.getPage(page(1), target()))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("node 127.0.0.1:")
        .hasMessageContaining("page 1/1 in layer L3: bad");
    assertThatThrownBy(() -> service.getPage(page(2), target())).isInstanceOf(RetryLater.class);
    assertThatThrownBy(() -> service.getPage(page(3), target())).isInstanceOf(Exhausted.class);
    assertThatThrownBy(() -> service.getPage(page(4), target()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bug");
    assertThat(service.ingestedLsn()).isEqualTo(LSN);
  }

  @Test
  void aPageThatIsNotTheOneAskedForIsRefused() throws Exception {
    RemotePageService service =
        serve(
            RemotePageService.Config.DEFAULT,
            (request, target) -> {
              int number = request.page().pageNo();
              fill(new PageId(1, number == 1 ? 2 : number), number == 3 ? 101 : 100, target);
              return true;
            });
    assertThatThrownBy(() -> service.getPage(page(1), target()))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("page 1/1: header says space 1 page 2");
    assertThatThrownBy(() -> service.getPage(page(3), target()))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("asked for at lsn 100, found of lsn 101");
    MemorySegment target = target();
    assertThat(service.getPage(page(5), target)).isTrue();
    assertThat(target.get(PageHeader.INT, PageHeader.CHECKSUM_OFFSET)).isZero();
  }

  @Test
  void nobodyWritesIntoATargetAfterTheDeadline() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    RemotePageService service =
        serve(
            SHORT,
            (request, target) -> {
              if (request.page().pageNo() == 1) {
                await(release);
                fill(request.page(), 1, target);
                answered.countDown();
                return true;
              }
              return false;
            });
    MemorySegment target = target();
    assertThatThrownBy(() -> service.getPage(page(1), target))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("deadline");
    release.countDown();
    await(answered);
    // The late answer comes before this one, on the same stream, or not at all.
    assertThat(service.getPage(page(2), target())).isFalse();
    service.awaitIngested(LSN);
    assertThat(target.toArray(PageHeader.BYTE)).containsOnly(0);
  }

  @Test
  void pagesInFlightAreBounded() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger atWork = new AtomicInteger();
    RemotePageService service =
        serve(
            new RemotePageService.Config(Duration.ofSeconds(20), 32),
            (request, target) -> {
              atWork.incrementAndGet();
              await(release);
              return false;
            });
    List<CompletableFuture<Boolean>> reads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      CompletableFuture<Boolean> read = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> read.complete(service.getPage(page(number), target())));
      reads.add(read);
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (atWork.get() < 32 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(atWork.get()).isEqualTo(32);
    release.countDown();
    for (CompletableFuture<Boolean> read : reads) {
      assertThat(read.get(20, TimeUnit.SECONDS)).isFalse();
    }
    assertThat(atWork.get()).isEqualTo(100);
  }

  @Test
  void aServerThatIsNotThereIsRetriedUntilTheDeadline() throws Exception {
    NodeServer port =
        NodeServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NodeCredentials.none(),
            List.of());
    NodeAddress gone = new NodeAddress("127.0.0.1", port.port());
    port.close();
    RemotePageService service = RemotePageService.open(gone, 0, NodeCredentials.none(), SHORT);
    opened.add(service);
    long start = System.nanoTime();
    assertThatThrownBy(() -> service.getPage(page(1), target()))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("node " + gone + " cannot be reached");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(service::ingestedLsn).isInstanceOf(RetryLater.class);
    service.prefetch(List.of(page(1)));
    service.close();
    assertThatThrownBy(() -> service.getPage(page(1), target()))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("closed");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody released the latch");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
