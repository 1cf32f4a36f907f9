package io.tidemark.pageserver;

import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.pageserver.compact.Compactor;
import io.tidemark.pageserver.ingest.IngestProgress;
import io.tidemark.pageserver.ingest.LayerFlusher;
import io.tidemark.pageserver.ingest.RedoIngester;
import io.tidemark.pageserver.layer.LayerFiles;
import io.tidemark.pageserver.layer.LayerMap;
import io.tidemark.pageserver.layer.LayerView;
import io.tidemark.pageserver.layer.ManifestStore;
import io.tidemark.pageserver.layer.ObjectRetry;
import io.tidemark.pageserver.layer.OpenLayer;
import io.tidemark.pageserver.layer.WeightedBlockCache;
import io.tidemark.pageserver.read.MaterialisedPages;
import io.tidemark.pageserver.read.PageReader;
import io.tidemark.pageserver.read.ReadMetrics;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.ObjectStore;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One shard of one timeline at work: three threads (ingest, flush, compaction) and the reading
/// side.
///
/// Everything it keeps is memory over the redo log and the object store; closing writes nothing.
/// [#close] does not close log or store. Safe for any number of threads.
public final class PageServer implements PageService, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final PageServerConfig config;
  private final Parts parts;
  private final RedoReader reader;
  private final RedoIngester ingester;
  private final Compactor compactor;
  private final PageRequests requests;
  private final LongAdder ingestedBytes;
  private final AtomicLong horizon;
  private final List<Thread> threads;

  /// What the threads share.
  private record Parts(
      LayerFiles files,
      LayerMap map,
      ManifestStore manifests,
      ObjectRetry retry,
      IngestProgress progress,
      WeightedBlockCache blocks,
      ReadMetrics metrics) {}

  private PageServer(PageServerConfig config, Parts parts, RedoReader reader) {
    this.config = config;
    this.parts = parts;
    this.reader = reader;
    this.ingestedBytes = new LongAdder();
    this.horizon = new AtomicLong(parts.map.view().manifest().gcHorizon().value());
    this.ingester =
        new RedoIngester(
            new RedoIngester.Source(reader, config.shard()),
            parts.map,
            parts.progress,
            parts.retry::isStoreFull,
            config.ingest(),
            ingestedBytes);
    this.compactor =
        new Compactor(
            new Compactor.Shard(parts.files, parts.map, parts.manifests, parts.retry),
            parts.progress,
            config.compaction(),
            this::gcHorizon);
    PageReader pages =
        new PageReader(parts.map, new MaterialisedPages(config.pageCacheBytes()), parts.metrics);
    this.requests =
        new PageRequests(
            pages,
            parts.progress,
            parts.retry,
            parts.metrics,
            config.requestTimeout(),
            config.prefetchThreads());
    LayerFlusher flusher =
        new LayerFlusher(parts.files, parts.map, parts.manifests, parts.retry, parts.progress);
    this.threads =
        List.of(
            thread("page-ingest", ingester, parts.progress),
            thread("page-flush", flusher, parts.progress),
            thread("page-compact", compactor, parts.progress));
  }

  /// Claims the shard in `store`, reads its newest manifest and starts to ingest `log` from there.
  ///
  /// @throws io.tidemark.storage.error.Corrupt if manifest or log is damaged, or the log no longer
  ///   has the redo behind the manifest's LSN
  public static PageServer open(PageServerConfig config, RedoSource log, ObjectStore store) {
    ObjectRetry retry = ObjectRetry.ofMillis(20, 2000);
    long timeoutNanos = config.requestTimeout().toNanos();
    ManifestStore manifests = ManifestStore.open(store, config.shardPrefix(), retry, timeoutNanos);
    Manifest manifest = manifests.current();
    WeightedBlockCache blocks = new WeightedBlockCache(config.blockCacheBytes());
    LayerFiles files = new LayerFiles(store, config.shardPrefix(), blocks, manifest.generation());
    List<LayerId> orphans =
        retry.untilDone(
            "delete of orphans", timeoutNanos, () -> files.deleteOrphans(manifest.layers()));
    if (!orphans.isEmpty()) {
      LOG.info("deleted layers without a manifest: {}", orphans);
    }
    OpenLayer open = new OpenLayer(manifest.uploadedLsn(), System.nanoTime());
    Parts parts =
        new Parts(
            files,
            new LayerMap(files, manifest, open),
            manifests,
            retry,
            new IngestProgress(manifest.uploadedLsn()),
            blocks,
            new ReadMetrics());
    RedoReader reader = log.openReader(manifest.uploadedLsn());
    PageServer server = new PageServer(config, parts, reader);
    server.threads.forEach(Thread::start);
    return server;
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    checkShard(request);
    return requests.get(request, target);
  }

  @Override
  public boolean[] getPages(List<PageRequest> wanted, List<MemorySegment> targets) {
    wanted.forEach(this::checkShard);
    return requests.getAll(wanted, targets);
  }

  /// A page of another shard would look as if it did not exist.
  private void checkShard(PageRequest request) {
    if (!config.shard().has(request.page().packed())) {
      throw new RetryLater(
          "page %s belongs to shard %d, this is %s"
              .formatted(
                  request.page(),
                  config.shard().mapping().shardOf(request.page()),
                  config.shard()));
    }
  }

  @Override
  public void prefetch(List<PageRequest> wanted) {
    requests.prefetch(wanted);
  }

  @Override
  public Lsn ingestedLsn() {
    return parts.progress.ingestedLsn();
  }

  @Override
  public boolean isFull() {
    return parts.progress.isFull();
  }

  @Override
  public Lsn uploadedLsn() {
    return parts.map.view().manifest().uploadedLsn();
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    parts.progress.await(lsn.value(), config.requestTimeout().toNanos());
  }

  /// Waits until redo up to `lsn` is in the object store; false if that takes longer than
  /// `timeout`. The open layer freezes by its size and age only.
  public boolean awaitUploaded(Lsn lsn, Duration timeout) {
    return parts.map.awaitUploaded(lsn, timeout.toNanos());
  }

  /// Says that no page will be asked for below `lsn` any more: garbage collection may go up to
  /// there. A lower value than before changes nothing.
  public void advanceGcHorizon(Lsn lsn) {
    horizon.accumulateAndGet(lsn.value(), Math::max);
  }

  /// The horizon of garbage collection now: the owner's, or `retentionBytes` behind the uploaded
  /// LSN if that is lower.
  public Lsn gcHorizon() {
    long retained = uploadedLsn().value() - config.retentionBytes();
    long owner = horizon.get();
    return Lsn.of(Math.max(0, config.retentionBytes() == 0 ? owner : Math.min(owner, retained)));
  }

  /// Why it has stopped to ingest, or to write layers, for good; empty if it has not.
  public Optional<TidemarkException> failure() {
    return parts.progress.failure();
  }

  public PageServerMetrics metrics() {
    LayerView view = parts.map.view();
    long bytes = view.manifest().layers().stream().mapToLong(LayerDescriptor::sizeBytes).sum();
    return new PageServerMetrics(
        ingestedLsn(),
        view.manifest().uploadedLsn(),
        view.manifest().gcHorizon(),
        ingestedBytes.sum(),
        compactor.mergedBytes(),
        new PageServerMetrics.Layers(
            view.runs().size(),
            view.manifest().layers().size(),
            bytes,
            view.frozen().size(),
            view.open().sizeBytes()),
        new PageServerMetrics.BlockCache(parts.blocks.hits(), parts.blocks.misses()),
        parts.metrics);
  }

  @Override
  public void close() {
    ingester.close();
    requests.close();
    parts.map.close();
    parts.retry.close();
    reader.close();
    for (Thread thread : threads) {
      try {
        if (!thread.join(STOP_TIMEOUT)) {
          LOG.warn("thread {} has not stopped within {}", thread.getName(), STOP_TIMEOUT);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /// An error that no thread expects, such as a full heap, ends the page server, not only its
  /// thread.
  private static Thread thread(String name, Runnable work, IngestProgress progress) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .uncaughtExceptionHandler((thread, error) -> {
          LOG.error("{} stopped", thread.getName(), error);
          progress.fail(new Exhausted(thread.getName() + " stopped", error));
        })
        .unstarted(work);
  }
}
