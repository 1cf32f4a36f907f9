package io.tidemark.log;

import io.tidemark.storage.Lsn;

/// Durable redo to read, wherever it comes from: the log itself, or a feed of it from another
/// process. Safe for any number of threads.
public interface RedoSource {
  /// The lowest LSN that can still be read.
  Lsn startLsn();

  /// Up to where the log is known to be durable; on the far side of a network that knowledge may be
  /// a moment old.
  Lsn durableLsn();

  /// As [#durableLsn], without asking anybody: what was heard last. For those who report.
  default Lsn knownDurableLsn() {
    return durableLsn();
  }

  /// Reads frames from the one that contains the byte behind `from`, finished ones first, then
  /// waiting at the tail.
  ///
  /// @throws io.tidemark.storage.error.Corrupt if `from` was trimmed away or is behind the end; a
  ///   reader whose next frame is trimmed away later gets the same from [RedoReader#next]
  RedoReader openReader(Lsn from);
}
