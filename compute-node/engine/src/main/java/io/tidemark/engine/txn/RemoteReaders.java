package io.tidemark.engine.txn;

/// Who reads in other processes, for the writer's purge.
@FunctionalInterface
public interface RemoteReaders {
  /// There are none.
  RemoteReaders NONE = visibleLsn -> visibleLsn;

  /// An LSN at most `visibleLsn` below which nobody elsewhere has a snapshot. Asked by the purge
  /// thread, often; may block it for a while.
  long lowest(long visibleLsn);
}
