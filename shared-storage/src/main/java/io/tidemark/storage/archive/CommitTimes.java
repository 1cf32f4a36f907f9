package io.tidemark.storage.archive;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.util.OptionalLong;

/// Follows the stream of redo with the highest commit time so far. The clocks of writers may go
/// back, from one to the next or by themselves; the highest so far does not, and so gives every
/// time one place in the stream. Confined to one thread.
public final class CommitTimes {
  private final RecordCursor records = new RecordCursor();
  private long highest;

  /// `highest`: of the redo before.
  public CommitTimes(long highest) {
    this.highest = highest;
  }

  public long highest() {
    return highest;
  }

  /// Goes on to the end of `frame`.
  public void add(Frame frame) {
    frame.forEachMtr(
        Lsn.ZERO,
        (endLsn, bytes, offset, length) ->
            highest = Math.max(highest, commitTime(bytes, offset, length)));
  }

  /// Goes on through `frame` to the first mtr that commits later than `timeMillis`; returns where
  /// it begins, or nothing at the frame's end.
  public OptionalLong findLater(Frame frame, long timeMillis) {
    long[] found = {-1};
    frame.forEachMtr(
        Lsn.ZERO,
        (endLsn, bytes, offset, length) -> {
          highest = Math.max(highest, commitTime(bytes, offset, length));
          if (found[0] < 0 && highest > timeMillis) {
            int stored = length + RecordEncoder.MTR_HEADER_BYTES;
            found[0] = endLsn - stored;
          }
        });
    return found[0] < 0 ? OptionalLong.empty() : OptionalLong.of(found[0]);
  }

  /// The latest commit of an mtr; 0 if it commits nothing.
  private long commitTime(byte[] bytes, int offset, int length) {
    long time = 0;
    records.reset(bytes, offset, length);
    while (records.next()) {
      if (records.type() == RedoRecordType.TRANSACTION_COMMIT) {
        time = Math.max(time, records.commitMillis());
      }
    }
    return time;
  }
}
