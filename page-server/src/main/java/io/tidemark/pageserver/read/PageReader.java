package io.tidemark.pageserver.read;

import io.tidemark.pageserver.layer.LayerMap;
import io.tidemark.pageserver.layer.LayerRun;
import io.tidemark.pageserver.layer.LayerView;
import io.tidemark.pageserver.read.MaterialisedPages.Version;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Builds a page as of an LSN: from its cached version if that is not newer, else from its newest
/// base at or below the LSN, and the changes behind it.
///
/// It works on one [LayerView]. If a layer object has gone meanwhile, because the view was replaced
/// and cleaned up, it starts over with the new view. Safe for any number of threads.
public final class PageReader {
  private final LayerMap map;
  private final MaterialisedPages pages;
  private final ReadMetrics metrics;

  public PageReader(LayerMap map, MaterialisedPages pages, ReadMetrics metrics) {
    this.map = map;
    this.pages = pages;
    this.metrics = metrics;
  }

  /// Copies `page` as of `lsn`, which is ingested, into `target`; false and zeroes if it did not
  /// exist.
  public boolean read(PageId page, long lsn, MemorySegment target) {
    Optional<Version> version = find(page, lsn);
    if (version.isPresent()) {
      version.get().copyTo(target);
      return true;
    }
    target.fill((byte) 0);
    return false;
  }

  /// Brings `page` as of `lsn`, which is ingested, into the cache.
  public void prefetch(PageId page, long lsn) {
    find(page, lsn);
    metrics.prefetches.increment();
  }

  private Optional<Version> find(PageId page, long lsn) {
    Optional<Lsn> drop = map.findDrop(page.spaceId());
    if (drop.isPresent() && drop.get().value() <= lsn) {
      return Optional.empty();
    }
    while (true) {
      LayerView view = map.view();
      checkHorizon(view, page, lsn);
      try {
        return find(view, page.packed(), lsn);
      } catch (Corrupt e) {
        if (map.view().manifest().sequence() == view.manifest().sequence()) {
          throw e;
        }
        // A merge may have deleted what this view still named.
      }
    }
  }

  private Optional<Version> find(LayerView view, long page, long lsn) {
    Optional<Version> cached = pages.find(page).filter(version -> version.pageLsn() <= lsn);
    if (cached.isPresent() && lsn <= cached.get().validTo()) {
      metrics.cacheHits.increment();
      return cached;
    }
    long low = cached.map(Version::validTo).orElse(0L);
    PageHistory history = new PageHistory();
    view.collect(page, low, lsn, history);
    if (history.isEmpty()) {
      cached.ifPresent(version -> version.extendTo(lsn));
      return cached;
    }
    byte[] bytes;
    if (history.lastIsBase()) {
      bytes = new byte[PageHeader.PAGE_BYTES];
    } else if (cached.isPresent()) {
      metrics.cacheExtensions.increment();
      bytes = cached.get().bytes().clone();
    } else {
      throw new Corrupt(
          "page %s at lsn %d: %d changes and no format record or image below them"
              .formatted(PageId.ofPacked(page), lsn, history.count()));
    }
    apply(view, history, page, bytes);
    Version version = new Version(bytes, lsn);
    pages.offer(page, version);
    return Optional.of(version);
  }

  private void apply(LayerView view, PageHistory history, long page, byte[] bytes) {
    metrics.changesApplied.add(history.count());
    try {
      history.applyCollected(MemorySegment.ofArray(bytes), page);
    } catch (Corrupt e) {
      String source = view.describeSource(page, Lsn.of(history.lsn(0)));
      throw new Corrupt(e.getMessage() + ", newest change in " + source, e);
    }
  }

  /// Reads `page` as of `lsn` from some runs only, newest first, past the cache: what a merge needs
  /// from below it. False if there is nothing.
  public static boolean readFromRuns(
      List<LayerRun> runs, long page, long lsn, MemorySegment target) {
    PageHistory history = new PageHistory();
    LayerView.collectFromRuns(runs, page, 0, lsn, history);
    if (!history.lastIsBase()) {
      return false;
    }
    history.applyCollected(target, page);
    return true;
  }

  /// Refuses LSNs of which garbage collection may have taken versions.
  ///
  /// @throws RetryLater if `lsn` is below the horizon: ask again at a newer LSN
  public void checkHorizon(PageId page, long lsn) {
    checkHorizon(map.view(), page, lsn);
  }

  private static void checkHorizon(LayerView view, PageId page, long lsn) {
    if (lsn < view.manifest().gcHorizon().value()) {
      throw new RetryLater(
          "page %s at lsn %d: below the gc horizon %s"
              .formatted(page, lsn, view.manifest().gcHorizon()));
    }
  }
}
