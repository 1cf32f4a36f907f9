package io.tidemark.pageserver.bench;

import io.tidemark.pageserver.layer.OpenLayer;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.LayerWriter;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// What holding the open layer costs, in memory as it is and in RocksDB: time of the ingesting
/// thread and CPU of the whole process for each MiB of redo, writing the delta layer included.
final class OpenLayerBench {
  private static final long LAYER_BYTES = 32L << 20;
  private static final int ROUNDS = 6;

  private OpenLayerBench() {}

  public static void main(String[] args) throws Exception {
    BenchRedo redo = new BenchRedo(20_000);
    redo.formats();
    List<Frame> frames = redo.changes(LAYER_BYTES, 64 << 10);
    for (int round = 0; round < ROUNDS; round++) {
      measure("memory: append", () -> sinkMemory(frames, false));
      measure("memory: append and write layer", () -> sinkMemory(frames, true));
      measure("rocksdb: put", () -> sinkRocks(frames, false));
      measure("rocksdb: put and write layer", () -> sinkRocks(frames, true));
    }
  }

  private interface Work {
    long run() throws Exception;
  }

  private static void measure(String name, Work work) throws Exception {
    System.gc();
    long cpu = processCpuNanos();
    long start = System.nanoTime();
    long records = work.run();
    long nanos = System.nanoTime() - start;
    cpu = processCpuNanos() - cpu;
    double mib = LAYER_BYTES / 1048576.0;
    System.out.printf(
        "%-32s %7.1f MiB/s, %6.2f ms CPU for each MiB, %d records%n",
        name, mib / (nanos / 1e9), cpu / 1e6 / mib, records);
  }

  private static long sinkMemory(List<Frame> frames, boolean write) {
    OpenLayer layer = new OpenLayer(Lsn.ZERO, 0);
    RecordCursor cursor = new RecordCursor();
    long[] last = new long[1];
    for (Frame frame : frames) {
      frame.forEachMtr(
          Lsn.ZERO,
          (lsn, bytes, offset, length) -> {
            cursor.reset(bytes, offset, length);
            while (cursor.next()) {
              if (cursor.type().changesPage()) {
                layer.append(
                    cursor.packedPageId(),
                    lsn,
                    false,
                    bytes,
                    cursor.recordStart(),
                    cursor.payloadEnd() - cursor.recordStart());
              }
            }
            last[0] = lsn;
          });
    }
    layer.freeze(Lsn.of(last[0]));
    if (write) {
      try (LayerWriter writer =
          new LayerWriter(new LayerId(1, 1), (b, o, l) -> {}, Integer.getInteger("level", 1))) {
        layer.writeTo(writer);
        System.out.println(writer.finish(Lsn.ZERO, Lsn.of(last[0]), Lsn.ZERO));
      }
    }
    return layer.entryCount();
  }

  private static long sinkRocks(List<Frame> frames, boolean write) throws Exception {
    Path directory = Files.createTempDirectory("open-layer-bench");
    RocksDB.loadLibrary();
    long[] records = new long[1];
    byte[] key = new byte[20];
    ByteBuffer keyBuffer = ByteBuffer.wrap(key);
    RecordCursor cursor = new RecordCursor();
    try (Options options =
            new Options().setCreateIfMissing(true).setWriteBufferSize(2 * LAYER_BYTES);
        WriteOptions noWal = new WriteOptions().setDisableWAL(true);
        RocksDB db = RocksDB.open(options, directory.toString())) {
      for (Frame frame : frames) {
        try (WriteBatch batch = new WriteBatch(frame.bodyBytes() + 4096)) {
          frame.forEachMtr(
              Lsn.ZERO,
              (lsn, bytes, offset, length) -> {
                cursor.reset(bytes, offset, length);
                for (int i = 0; cursor.next(); i++) {
                  if (cursor.type().changesPage()) {
                    keyBuffer.putLong(0, cursor.packedPageId()).putLong(8, lsn).putInt(16, i);
                    byte[] value =
                        java.util.Arrays.copyOfRange(
                            bytes, cursor.recordStart(), cursor.payloadEnd());
                    try {
                      batch.put(key, value);
                    } catch (org.rocksdb.RocksDBException e) {
                      throw new IllegalStateException(e);
                    }
                    records[0]++;
                  }
                }
              });
          db.write(noWal, batch);
        }
      }
      if (write) {
        writeFromRocks(db);
      } else {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
          flush.setAllowWriteStall(true);
        }
      }
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
    return records[0];
  }

  private static void writeFromRocks(RocksDB db) {
    try (LayerWriter writer =
            new LayerWriter(new LayerId(1, 1), (b, o, l) -> {}, Integer.getInteger("level", 1));
        RocksIterator all = db.newIterator()) {
      long page = -1;
      long lsn = -1;
      for (all.seekToFirst(); all.isValid(); all.next()) {
        ByteBuffer key = ByteBuffer.wrap(all.key());
        byte[] value = all.value();
        if (key.getLong(0) != page || key.getLong(8) != lsn) {
          if (page >= 0) {
            writer.end();
          }
          page = key.getLong(0);
          lsn = key.getLong(8);
          writer.begin(io.tidemark.storage.layer.EntryKind.DELTA, page, lsn);
        }
        writer.append(value, 0, value.length);
      }
      writer.end();
      writer.finish(Lsn.ZERO, Lsn.of(Long.MAX_VALUE), Lsn.ZERO);
    }
  }

  static long processCpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
