package io.tidemark.pageserver.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.EntryKind;
import io.tidemark.storage.layer.HistorySink;
import io.tidemark.storage.layer.LayerWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The layer that ingest writes to, in memory: for each page a chain of its changes, newest first.
///
/// Changes are copied one behind the other into chunks of about 1 MiB; each carries the position of
/// the one before it of the same page, so that the only index is [PageTable]. An entry in a chunk
/// is `previous position u64, LSN u64, length and kind u32, records`. Several entries may have the
/// same LSN (an mtr that came back to a page); they count as one change.
///
/// Single writer (the ingest thread) until [#freeze], readers anywhere at any time. A reader sees
/// every change whose LSN was published as ingested before it got hold of the layer.
public final class OpenLayer {
  /// With its header exactly one region of a small G1 heap: then it is never copied by the
  /// collector.
  private static final int CHUNK_BYTES = (1 << 20) - 16;

  private static final int HEADER_BYTES = 20;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Lsn startLsn;
  private final long createdNanos;
  private final PageTable table = new PageTable();
  private final Map<Integer, Lsn> droppedSpaces = new HashMap<>();

  private volatile byte[][] chunks = new byte[8][];
  private int chunkCount;
  private int chunkUsed;
  private long usedBytes;
  private long entryCount;
  private volatile long frozenAtLsn;

  /// A layer for the changes behind `startLsn`.
  public OpenLayer(Lsn startLsn, long nowNanos) {
    this.startLsn = startLsn;
    this.createdNanos = nowNanos;
  }

  /// Adds records of one page: `bytes[offset..offset+length)`, of the mtr that ends at `lsn`.
  /// `format` if the first of them is a PAGE_FORMAT.
  public void append(long page, long lsn, boolean format, byte[] bytes, int offset, int length) {
    int size = HEADER_BYTES + length;
    if (chunkCount == 0 || chunks[chunkCount - 1].length - chunkUsed < size) {
      addChunk(size);
    }
    byte[] chunk = chunks[chunkCount - 1];
    LONG.set(chunk, chunkUsed, table.get(page));
    LONG.set(chunk, chunkUsed + 8, lsn);
    INT.set(chunk, chunkUsed + 16, length << 1 | (format ? 1 : 0));
    System.arraycopy(bytes, offset, chunk, chunkUsed + HEADER_BYTES, length);
    // Chunk numbers begin at 1, so that no position is 0.
    table.put(page, (long) chunkCount << 32 | chunkUsed);
    chunkUsed += size;
    usedBytes += size;
    entryCount++;
  }

  /// Notes that a tablespace ended within this layer.
  public void dropSpace(int spaceId, Lsn lsn) {
    droppedSpaces.put(spaceId, lsn);
  }

  /// Ends writing: the layer holds everything up to `endLsn`.
  public void freeze(Lsn endLsn) {
    frozenAtLsn = endLsn.value();
  }

  /// Hands the changes of `page` with `low < lsn <= high` to `sink`, newest first, until it wants
  /// no more. False if the sink ended it.
  public boolean collect(long page, long low, long high, HistorySink sink) {
    long position = table.get(page);
    byte[][] all = chunks;
    while (position != 0) {
      byte[] chunk = all[(int) (position >>> 32) - 1];
      int at = (int) position;
      long lsn = (long) LONG.get(chunk, at + 8);
      if (lsn <= low) {
        return true;
      }
      if (lsn <= high) {
        int lengthAndKind = (int) INT.get(chunk, at + 16);
        EntryKind kind = (lengthAndKind & 1) == 0 ? EntryKind.DELTA : EntryKind.FORMAT;
        if (!sink.add(kind, lsn, chunk, at + HEADER_BYTES, lengthAndKind >>> 1)) {
          return false;
        }
      }
      position = (long) LONG.get(chunk, at);
    }
    return true;
  }

  /// Writes all changes in key order. Only once frozen.
  public void writeTo(LayerWriter writer) {
    byte[][] all = chunks;
    long[] positions = new long[64];
    for (long page : table.sortedPages()) {
      int count = 0;
      for (long position = table.get(page); position != 0; ) {
        if (count == positions.length) {
          positions = Arrays.copyOf(positions, count * 2);
        }
        positions[count++] = position;
        position = (long) LONG.get(all[(int) (position >>> 32) - 1], (int) position);
      }
      while (count > 0) {
        int first = firstOfSameLsn(all, positions, count);
        writeChange(writer, page, positions, first, count);
        count = first;
      }
    }
  }

  /// Index of the newest entry with the LSN of the oldest one, `positions[count - 1]`.
  private static int firstOfSameLsn(byte[][] all, long[] positions, int count) {
    long lsn = lsnAt(all, positions[count - 1]);
    int first = count - 1;
    while (first > 0 && lsnAt(all, positions[first - 1]) == lsn) {
      first--;
    }
    return first;
  }

  /// Writes entries `end - 1` down to `first` as one change. What stands in front of a PAGE_FORMAT
  /// of the same mtr has no effect and is left out.
  private void writeChange(LayerWriter writer, long page, long[] positions, int first, int end) {
    byte[][] all = chunks;
    int start = end - 1;
    boolean format = false;
    for (int i = first; i < end && !format; i++) {
      byte[] chunk = all[(int) (positions[i] >>> 32) - 1];
      if (((int) INT.get(chunk, (int) positions[i] + 16) & 1) != 0) {
        format = true;
        start = i;
      }
    }
    writer.begin(format ? EntryKind.FORMAT : EntryKind.DELTA, page, lsnAt(all, positions[start]));
    for (int i = start; i >= first; i--) {
      byte[] chunk = all[(int) (positions[i] >>> 32) - 1];
      int at = (int) positions[i];
      writer.append(chunk, at + HEADER_BYTES, (int) INT.get(chunk, at + 16) >>> 1);
    }
    writer.end();
  }

  private static long lsnAt(byte[][] all, long position) {
    return (long) LONG.get(all[(int) (position >>> 32) - 1], (int) position + 8);
  }

  private void addChunk(int atLeast) {
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, chunkCount * 2);
    }
    byte[] chunk = new byte[Math.max(CHUNK_BYTES, atLeast)];
    chunks[chunkCount++] = chunk;
    chunkUsed = 0;
  }

  public Lsn startLsn() {
    return startLsn;
  }

  /// Where it was frozen.
  public Lsn endLsn() {
    return Lsn.of(frozenAtLsn);
  }

  public long createdNanos() {
    return createdNanos;
  }

  /// Whether no page changed; it may still hold dropped tablespaces.
  public boolean isEmpty() {
    return entryCount == 0;
  }

  /// Bytes of entries and table; the rest of the last chunk is not in it.
  public long sizeBytes() {
    return usedBytes + table.sizeBytes();
  }

  public long entryCount() {
    return entryCount;
  }

  /// By the flusher, once frozen.
  public Map<Integer, Lsn> droppedSpaces() {
    return droppedSpaces;
  }

  @Override
  public String toString() {
    return "open layer from %s: %d pages, %d entries, %d bytes"
        .formatted(startLsn, table.count(), entryCount, sizeBytes());
  }
}
