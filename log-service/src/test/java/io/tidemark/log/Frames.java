package io.tidemark.log;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.util.Arrays;

/// Frames for tests: one mini-transaction with one record of the wanted size each.
public final class Frames {
  private Frames() {}

  /// A frame at `start` in which transaction 1 commits at a time in milliseconds.
  public static Frame commit(long epoch, Lsn start, long timeMillis) {
    RecordEncoder mtr = new RecordEncoder(64);
    mtr.transactionCommit(1, timeMillis);
    return seal(epoch, start, mtr);
  }

  /// A frame at `start` whose record carries `payloadBytes` bytes made from `mark`.
  public static Frame frame(long epoch, Lsn start, int mark, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) mark);
    RecordEncoder mtr = new RecordEncoder(payloadBytes + 64);
    mtr.numberAndBytes(RedoRecordType.BINLOG_EVENTS, mark & 0x7FFF, payload, 0, payload.length);
    return seal(epoch, start, mtr);
  }

  private static Frame seal(long epoch, Lsn start, RecordEncoder mtr) {
    mtr.finish();
    byte[] bytes = new byte[Frame.HEADER_BYTES + mtr.sizeBytes()];
    System.arraycopy(mtr.buffer(), 0, bytes, Frame.HEADER_BYTES, mtr.sizeBytes());
    return Frame.seal(new Epoch(epoch), start, bytes);
  }
}
