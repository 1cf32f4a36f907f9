package io.tidemark.pageserver;

import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.ingest.IngestProgress;
import io.tidemark.pageserver.layer.ObjectRetry;
import io.tidemark.pageserver.read.PageReader;
import io.tidemark.pageserver.read.ReadMetrics;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The asking side of GetPage: waits for ingest, retries within the deadline, measures, reads
/// ahead. Safe for any number of threads.
final class PageRequests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageRequests.class);

  private final PageReader pages;
  private final IngestProgress progress;
  private final ObjectRetry retry;
  private final ReadMetrics metrics;
  private final long timeoutNanos;
  private final Semaphore prefetching;
  private final ExecutorService prefetcher = Executors.newVirtualThreadPerTaskExecutor();

  PageRequests(
      PageReader pages,
      IngestProgress progress,
      ObjectRetry retry,
      ReadMetrics metrics,
      Duration timeout,
      int prefetchThreads) {
    this.pages = pages;
    this.progress = progress;
    this.retry = retry;
    this.metrics = metrics;
    this.timeoutNanos = timeout.toNanos();
    this.prefetching = new Semaphore(prefetchThreads);
  }

  boolean get(PageRequest request, MemorySegment target) {
    if (target.byteSize() != PageHeader.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "page " + request.page() + ": target of " + target.byteSize() + " bytes");
    }
    long start = System.nanoTime();
    long lsn = awaitReadable(request);
    pages.checkHorizon(request.page(), lsn);
    boolean found =
        retry.untilDeadline(start + timeoutNanos, () -> pages.read(request.page(), lsn, target));
    metrics.countRequest(System.nanoTime() - start);
    return found;
  }

  /// Answers in page order, so that pages of one block follow each other.
  boolean[] getAll(List<PageRequest> requests, List<MemorySegment> targets) {
    if (requests.size() != targets.size()) {
      throw new IllegalArgumentException(
          requests.size() + " page requests, " + targets.size() + " targets");
    }
    boolean[] found = new boolean[requests.size()];
    IntStream.range(0, requests.size())
        .boxed()
        .sorted(Comparator.comparing(i -> requests.get(i).page()))
        .forEach(i -> found[i] = get(requests.get(i), targets.get(i)));
    return found;
  }

  /// Works on the hints in the background; those that find all workers busy, or would have to wait
  /// for ingest, are forgotten.
  void prefetch(List<PageRequest> requests) {
    if (!prefetching.tryAcquire()) {
      return;
    }
    try {
      prefetcher.execute(() -> {
        try {
          for (PageRequest request : requests) {
            if (request.notModifiedSince().value() <= progress.ingested()) {
              pages.prefetch(request.page(), awaitReadable(request));
            }
          }
        } catch (TidemarkException e) {
          LOG.debug("prefetch: {}", e.getMessage());
        } finally {
          prefetching.release();
        }
      });
    } catch (RejectedExecutionException e) {
      prefetching.release();
    }
  }

  /// Waits for `notModifiedSince`; the LSN to read at: as asked, or as far as ingest is, which
  /// gives the same page.
  private long awaitReadable(PageRequest request) {
    progress.await(request.notModifiedSince().value(), timeoutNanos);
    progress.checkRunning();
    return Math.min(request.lsn().value(), progress.ingested());
  }

  @Override
  public void close() {
    prefetcher.shutdownNow();
  }
}
