package io.tidemark.pageserver.bench;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Redo as an OLTP writer makes it: an mtr writes a row, its undo, and now and then commits;
/// records of 60 to 260 bytes on pages of which a tenth get half of the changes.
final class BenchRedo {
  static final int SPACE = 1;

  private final Random random = new Random(42);
  private final RecordEncoder encoder = new RecordEncoder(1024);
  private final byte[] data = new byte[1 << 16];
  private final int pages;
  private long lsn;

  BenchRedo(int pages) {
    this.pages = pages;
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i % 3 == 0 ? random.nextInt() : 'a' + i % 7);
    }
  }

  /// Frames that format every page.
  List<Frame> formats() {
    List<Frame> frames = new ArrayList<>();
    ByteArrayOutputStream body = newBody();
    long start = lsn;
    for (int page = 0; page < pages; page++) {
      encoder.clear();
      encoder.pageFormat(new PageId(SPACE, page), PageType.OVERFLOW, 0, 0, 1);
      addMtr(body);
    }
    frames.add(Frame.seal(new Epoch(1), Lsn.of(start), body.toByteArray()));
    return frames;
  }

  /// Frames of about `frameBytes`, together about `bytes`.
  List<Frame> changes(long bytes, int frameBytes) {
    List<Frame> frames = new ArrayList<>();
    long end = lsn + bytes;
    while (lsn < end) {
      ByteArrayOutputStream body = newBody();
      long start = lsn;
      while (body.size() < frameBytes) {
        encoder.clear();
        encoder.rawBytes(somePage(), 64 + random.nextInt(15000), data, random.nextInt(60_000), 200);
        encoder.rawBytes(
            new PageId(SPACE, (int) (lsn >>> 14) % 64),
            64 + (int) (lsn % 15000),
            data,
            random.nextInt(60_000),
            60 + random.nextInt(200));
        if (random.nextInt(4) == 0) {
          encoder.number(RedoRecordType.TRANSACTION_COMMIT, lsn);
        }
        addMtr(body);
      }
      frames.add(Frame.seal(new Epoch(1), Lsn.of(start), body.toByteArray()));
    }
    return frames;
  }

  PageId somePage() {
    int range = random.nextBoolean() ? pages / 10 : pages;
    return new PageId(SPACE, random.nextInt(range));
  }

  private void addMtr(ByteArrayOutputStream body) {
    encoder.finish();
    body.write(encoder.buffer(), 0, encoder.sizeBytes());
    lsn += encoder.sizeBytes();
  }

  private static ByteArrayOutputStream newBody() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[Frame.HEADER_BYTES]);
    return body;
  }
}
