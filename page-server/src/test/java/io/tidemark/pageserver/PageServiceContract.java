package io.tidemark.pageserver;

import static io.tidemark.pageserver.PageServerModelTest.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every page service must do. A subclass opens the service it tests over a log and a store.
public abstract class PageServiceContract {
  /// Short, because tests wait for it.
  protected static final Duration TIMEOUT = Duration.ofSeconds(2);

  protected static final PageServerConfig CONFIG = SMALL.withRequestTimeout(TIMEOUT);

  protected final Random random = new Random(PageServerModelTest.seed());
  protected final MemoryRedoLog log = MemoryRedoLog.create();
  protected final MemoryObjectStore store = new MemoryObjectStore();
  protected final RedoModel model = new RedoModel(random, log, 30);
  private PageService service;

  /// Opens the service over [#log] and [#store].
  protected abstract PageService openService() throws Exception;

  /// Closes what [#openService] opened.
  protected abstract void closeService();

  /// Moves the horizon of garbage collection.
  protected abstract void advanceGcHorizon(Lsn lsn);

  @BeforeEach
  void open() throws Exception {
    service = openService();
  }

  @AfterEach
  void close() {
    closeService();
  }

  @Test
  void everyPageAtEveryLsnEqualsTheModel() {
    for (int round = 0; round < 8; round++) {
      model.write(80);
      PageServerModelTest.verifySome(service, model, random, 60, 0);
    }
    PageServerModelTest.verifyAll(service, model, model.lsn().value());
    PageServerModelTest.verifyAll(service, model, model.someLsn(0));
  }

  @Test
  void aPageThatWasNeverFormattedIsNotFoundAndZero() {
    model.write(10);
    MemorySegment target = newTarget();
    target.fill((byte) 7);
    PageRequest request = new PageRequest(new PageId(99, 5), model.lsn(), Lsn.ZERO);
    assertThat(service.getPage(request, target)).isFalse();
    assertThat(target.toArray(PageHeader.BYTE)).containsOnly(0);
  }

  @Test
  void aBatchIsAnsweredInItsOrder() {
    model.write(300);
    service.awaitIngested(model.lsn());
    List<PageId> pages = new ArrayList<>(model.pages());
    List<PageRequest> requests = new ArrayList<>();
    List<MemorySegment> targets = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      PageId page = i % 10 == 0 ? new PageId(99, i) : pages.get(random.nextInt(pages.size()));
      long at = model.someLsn(0);
      requests.add(new PageRequest(page, Lsn.of(at), Lsn.of(model.lastChange(page, at))));
      targets.add(newTarget());
    }
    boolean[] found = service.getPages(requests, targets);
    assertThat(found).hasSize(200);
    for (int i = 0; i < found.length; i++) {
      byte[] expected = model.expected(requests.get(i).page(), requests.get(i).lsn().value());
      assertThat(found[i]).as("%s", requests.get(i)).isEqualTo(expected.length > 0);
      byte[] bytes = found[i] ? expected : new byte[PageHeader.PAGE_BYTES];
      assertThat(targets.get(i).toArray(PageHeader.BYTE)).isEqualTo(bytes);
    }
    assertThat(service.getPages(List.of(), List.of())).isEmpty();
    assertThatThrownBy(() -> service.getPages(requests, targets.subList(1, 200)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> service.getPage(requests.getFirst(), MemorySegment.ofArray(new byte[100])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReadWaitsForThePagesLastChangeOnly() throws Exception {
    model.write(50);
    PageId page = model.pages().iterator().next();
    Lsn now = model.lsn();
    long changed = model.lastChange(page, now.value());
    // Nothing beyond `changed` is needed for an LSN far in the future.
    PageServerModelTest.verify(service, model, page, now.value());
    Lsn future = now.plus(1_000_000);
    assertThat(service.getPage(new PageRequest(page, future, Lsn.of(changed)), newTarget()))
        .isEqualTo(model.expected(page, now.value()).length > 0);
    // What is not there yet is waited for.
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> service.getPage(new PageRequest(page, now.plus(1), now.plus(1)), newTarget()));
    model.write(20);
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void redoThatDoesNotComeWithinTheDeadlineIsRetriedLater() {
    model.write(5);
    Lsn beyond = model.lsn().plus(1);
    PageRequest request = new PageRequest(new PageId(1, 1), beyond, beyond);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> service.awaitIngested(beyond));
    assertThatThrownBy(() -> service.getPage(request, newTarget()))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("deadline");
    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RetryLater.class)
        .hasMessageContaining("deadline");
  }

  @Test
  void progressFollowsTheLog() {
    assertThat(service.ingestedLsn()).isEqualTo(Lsn.ZERO);
    model.write(400);
    service.awaitIngested(model.lsn());
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!service.uploadedLsn().equals(model.lsn()) && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(service.uploadedLsn()).isEqualTo(model.lsn());
    assertThat(service.ingestedLsn()).isEqualTo(model.lsn());
  }

  @Test
  void anLsnBelowTheHorizonIsRefused() {
    model.write(500);
    service.awaitIngested(model.lsn());
    PageId page = model.pages().iterator().next();
    advanceGcHorizon(model.lsn());
    PageRequest old = new PageRequest(page, Lsn.of(1), Lsn.ZERO);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    RetryLater refused = null;
    while (refused == null && System.nanoTime() < end) {
      model.write(50);
      service.awaitIngested(model.lsn());
      advanceGcHorizon(model.lsn());
      try {
        service.getPage(old, newTarget());
      } catch (RetryLater e) {
        refused = e;
      }
    }
    assertThat(refused).isNotNull().hasMessageContaining("below the gc horizon");
  }

  @Test
  void hintsAreTakenOrForgottenButNeverFail() {
    model.write(100);
    for (PageId page : List.copyOf(model.pages())) {
      service.prefetch(List.of(new PageRequest(page, model.lsn(), Lsn.ZERO)));
      service.prefetch(List.of(new PageRequest(page, model.lsn().plus(99), model.lsn().plus(99))));
    }
    service.prefetch(List.of());
    PageServerModelTest.verifyAll(service, model, model.lsn().value());
  }

  @Test
  void manyThreadsReadAtATime() throws Exception {
    model.write(500);
    List<PageId> pages = List.copyOf(model.pages());
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random own = new Random(random.nextLong());
        readers.add(
            threads.submit(() -> {
              int reads = 0;
              MemorySegment target = newTarget();
              for (; reads < 300; reads++) {
                PageId page = pages.get(own.nextInt(pages.size()));
                long at = model.lsn().value();
                boolean found =
                    service.getPage(
                        new PageRequest(page, Lsn.of(at), Lsn.of(model.lastChange(page, at))),
                        target);
                byte[] expected = model.expected(page, at);
                if (found != expected.length > 0
                    || found && !Arrays.equals(expected, target.toArray(PageHeader.BYTE))) {
                  throw new AssertionError("page " + page + " at " + at);
                }
              }
              return reads;
            }));
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(300);
      }
    }
  }

  protected static MemorySegment newTarget() {
    return MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
  }
}
