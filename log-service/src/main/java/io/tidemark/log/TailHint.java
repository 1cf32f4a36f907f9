package io.tidemark.log;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;

/// Hears how far a log is durable from somebody who knows it first: the writer, whose appends were
/// acknowledged. A log whose readers would find out only with the next append, such as one kept in
/// BookKeeper ledgers, takes it as the word to look now; without new appends its tail would
/// otherwise be late.
///
/// Only a hint: it may come late, twice, out of order, from a writer that is fenced by now, or not
/// at all. Who takes it does not block.
@FunctionalInterface
public interface TailHint {
  /// For a log that needs none.
  TailHint NONE = (epoch, lsn) -> {};

  /// The writer of `epoch` knows the log to be durable up to `lsn`.
  void durable(Epoch epoch, Lsn lsn);
}
