package io.tidemark.pageserver;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// GetPage: pages as they were at an LSN. Called directly in one process, over the network between
/// processes; the same contract.
///
/// Errors: [io.tidemark.storage.error.RetryLater] if the page server has not ingested far enough
/// within its deadline, cannot be reached, or has collected the version asked for as garbage,
/// [io.tidemark.storage.error.Corrupt] if what it has does not check, naming layer and page. Safe
/// for any number of threads; calls block.
public interface PageService {
  /// Copies the page as of `request.lsn()` into `target`, a segment of one page: page LSN at or
  /// below the requested LSN, checksum field zero. False, with `target` all zero, if the page had
  /// never been formatted by then.
  boolean getPage(PageRequest request, MemorySegment target);

  /// As [#getPage] for each request into the target of the same index, in one exchange. Element i
  /// of the result answers request i.
  boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets);

  /// Hints that these pages will be asked for soon. Returns at once; never fails.
  void prefetch(List<PageRequest> requests);

  /// Up to where redo is ingested: pages can be read at any LSN up to here without waiting.
  Lsn ingestedLsn();

  /// Up to where redo is in layers in the object store: the log may be trimmed up to here.
  Lsn uploadedLsn();

  /// Who is furthest behind in uploading, for people to read.
  default String laggard() {
    return "page server";
  }

  /// Says that nobody will ask for a page below `lsn` any more: what only older versions need may
  /// go. A lower LSN than before changes nothing, nor does one that gets lost; who keeps no
  /// versions ignores it.
  default void advanceGcHorizon(Lsn lsn) {}

  /// Whether the object store is full and memory can take little more: whoever writes redo should
  /// stop, because what comes later could not be read.
  default boolean isFull() {
    return false;
  }

  /// Waits until redo up to `lsn` is ingested.
  ///
  /// @throws io.tidemark.storage.error.RetryLater after the service's deadline
  void awaitIngested(Lsn lsn);

  /// Which page, at which LSN. The page server waits until it has ingested `notModifiedSince`, of
  /// which the caller knows that the page has no change between it and `lsn`.
  record PageRequest(PageId page, Lsn lsn, Lsn notModifiedSince) {
    public PageRequest {
      if (notModifiedSince.isAfter(lsn)) {
        throw new IllegalArgumentException(
            "page " + page + ": notModifiedSince " + notModifiedSince + " behind lsn " + lsn);
      }
    }
  }
}
