package io.tidemark.log.feed;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.ShardMapping;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoRecordType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a feed would save if it sent each shard only the records that concern it, and what that
/// would cost: bytes to all shards, whole and thinned, and CPU to thin a MiB of frames for all
/// shards. The redo is that of row inserts, each with its undo record and commit, and with or
/// without binlog events.
final class FeedThinningBench {
  private static final int SHARDS = 4;
  private static final int FRAMES = 200;
  private static final int TRANSACTIONS = 40;

  /// LSN and length that a thinned mini-transaction would carry.
  private static final int THINNED_HEADER_BYTES = 12;

  private FeedThinningBench() {}

  public static void main(String[] args) {
    for (boolean binlog : new boolean[] {false, true}) {
      List<Frame> frames = frames(binlog);
      long whole = frames.stream().mapToLong(frame -> frame.bytes().length).sum() * SHARDS;
      long thinned = 0;
      for (int i = 0; i < 20; i++) {
        thinned = thin(frames);
      }
      long start = System.nanoTime();
      int rounds = 20;
      for (int i = 0; i < rounds; i++) {
        thinned = thin(frames);
      }
      double seconds = (System.nanoTime() - start) / 1e9 / rounds;
      double mib = whole / (double) SHARDS / (1 << 20);
      System.out.printf(
          "%s binlog: thinned to %.2f of the bytes, %.2f ms CPU for each MiB of redo%n",
          binlog ? "with" : "without", thinned / (double) whole, seconds * 1e3 / mib);
    }
  }

  private static List<Frame> frames(boolean binlog) {
    Random random = new Random(1);
    List<Frame> frames = new ArrayList<>();
    RecordEncoder encoder = new RecordEncoder(4096);
    byte[] row = new byte[600];
    random.nextBytes(row);
    Lsn lsn = Lsn.ZERO;
    for (int i = 0; i < FRAMES; i++) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.writeBytes(new byte[Frame.HEADER_BYTES]);
      for (int j = 0; j < TRANSACTIONS; j++) {
        encoder.clear();
        encoder.itemInsert(new PageId(2, random.nextInt(50_000)), 0, row, 0, 60);
        encoder.itemInsert(new PageId(5, random.nextInt(500_000)), 7, row, 0, 200);
        encoder.itemInsert(new PageId(6, random.nextInt(100_000)), 3, row, 0, 20);
        add(encoder, body);
        encoder.clear();
        if (binlog) {
          encoder.numberAndBytes(RedoRecordType.BINLOG_EVENTS, 1 << 20, row, 0, 450);
        }
        encoder.number(RedoRecordType.TRANSACTION_COMMIT, 1 << 20);
        add(encoder, body);
      }
      Frame frame = Frame.seal(new Epoch(1), lsn, body.toByteArray());
      lsn = frame.endLsn();
      frames.add(frame);
    }
    return frames;
  }

  private static void add(RecordEncoder encoder, ByteArrayOutputStream body) {
    encoder.finish();
    body.write(encoder.buffer(), 0, encoder.sizeBytes());
  }

  /// Bytes of all thinned frames.
  private static long thin(List<Frame> frames) {
    ShardMapping mapping = new ShardMapping(SHARDS, ShardMapping.DEFAULT_STRIPE_PAGES);
    RecordCursor cursor = new RecordCursor();
    byte[][] outputs = new byte[SHARDS][1 << 20];
    int[] sizes = new int[SHARDS];
    long[] total = new long[1];
    for (Frame frame : frames) {
      for (int shard = 0; shard < SHARDS; shard++) {
        sizes[shard] = Frame.HEADER_BYTES;
      }
      frame.forEachMtr(
          Lsn.ZERO,
          (end, bytes, offset, length) -> {
            int[] starts = sizes.clone();
            cursor.reset(bytes, offset, length);
            while (cursor.next()) {
              copy(cursor, mapping, outputs, sizes);
            }
            for (int shard = 0; shard < SHARDS; shard++) {
              sizes[shard] += sizes[shard] > starts[shard] ? THINNED_HEADER_BYTES : 0;
            }
          });
      for (int size : sizes) {
        total[0] += size;
      }
    }
    return total[0];
  }

  private static void copy(
      RecordCursor cursor, ShardMapping mapping, byte[][] outputs, int[] sizes) {
    int size = cursor.payloadEnd() - cursor.recordStart();
    if (cursor.type().changesPage()) {
      int shard = mapping.shardOf(cursor.packedPageId());
      System.arraycopy(cursor.bytes(), cursor.recordStart(), outputs[shard], sizes[shard], size);
      sizes[shard] += size;
    } else if (cursor.type() == RedoRecordType.SPACE_DROPPED
        || cursor.type() == RedoRecordType.FORMAT_GATE) {
      for (int shard = 0; shard < mapping.shards(); shard++) {
        System.arraycopy(cursor.bytes(), cursor.recordStart(), outputs[shard], sizes[shard], size);
        sizes[shard] += size;
      }
    }
  }
}
