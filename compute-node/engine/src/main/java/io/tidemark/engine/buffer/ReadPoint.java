package io.tidemark.engine.buffer;

/// What the buffer pool must know of the node's place in the redo stream to drop and read pages.
///
/// On the writer it is the log buffer, on a replica the redo applier. Thread-safe.
public interface ReadPoint {
  /// The LSN to read a missing page at. Called after the page's frame is in the page table, so that
  /// a change that was not applied to the frame because the frame was not there yet is at or below
  /// it: on the writer the durable LSN (what was dropped is older), on a replica the end of the mtr
  /// that is being applied, or the last one applied.
  long readLsn();

  /// Pages changed behind this LSN must not be dropped: on the writer the durable LSN, on a replica
  /// [Long#MAX_VALUE].
  long evictableLsn();

  /// Called when nothing can be dropped because of [#evictableLsn]: ask for it to advance and wait
  /// a short while, at most `nanos`.
  void awaitEvictable(long nanos);

  /// Whether the node itself made every change since it opened, so that the LSN of a page's last
  /// change is known from its eviction (the writer), or only that it is at or below [#readLsn] (a
  /// replica).
  boolean knowsLastChanges();
}
