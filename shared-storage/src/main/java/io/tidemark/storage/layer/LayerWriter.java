package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.KEY;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import com.github.luben.zstd.ZstdCompressCtx;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Writes one layer, entry by entry in ascending (page, LSN) order, to a [LayerSink].
///
/// An entry is [#begin], any number of [#append], [#end]; all of its blocks leave as they fill, so
/// that memory stays at one block, 28 bytes for each block and 8 for each page. Call [#finish] once
/// there is an entry. Confined to one thread.
public final class LayerWriter implements AutoCloseable {
  private final LayerId id;
  private final LayerSink sink;
  private final ZstdCompressCtx zstd;

  private byte[] block = new byte[LayerFormat.BLOCK_TARGET_BYTES * 2];
  private int blockSize;
  private int entryStart;
  private byte[] stored = new byte[0];

  private byte[] index = new byte[64 * LayerFormat.INDEX_ENTRY_BYTES];
  private int blockCount;
  private long[] pages = new long[256];
  private int pageCount;

  private long offset;
  private long entryCount;
  private long previousPage = -1;
  private long previousLsn;

  /// `zstdLevel` as in zstd: negative ones are faster and bigger.
  public LayerWriter(LayerId id, LayerSink sink, int zstdLevel) {
    this.id = id;
    this.sink = sink;
    this.zstd = new ZstdCompressCtx().setLevel(zstdLevel).setContentSize(false).setChecksum(false);
  }

  public LayerId id() {
    return id;
  }

  public long entryCount() {
    return entryCount;
  }

  /// Bytes that left so far; the open block is not in it.
  public long writtenBytes() {
    return offset;
  }

  /// Opens an entry.
  ///
  /// @throws IllegalArgumentException if the key is not above the one before
  public void begin(EntryKind kind, long page, long lsn) {
    if (page < previousPage || (page == previousPage && lsn <= previousLsn) || lsn <= 0) {
      throw new IllegalArgumentException(
          "layer %s: key %s@%d behind %s@%d"
              .formatted(id, printed(page), lsn, printed(previousPage), previousLsn));
    }
    if (page != previousPage) {
      if (pageCount == pages.length) {
        pages = Arrays.copyOf(pages, pageCount * 2);
      }
      pages[pageCount++] = page;
    }
    previousPage = page;
    previousLsn = lsn;
    entryStart = blockSize;
    reserve(LayerFormat.ENTRY_HEADER_BYTES);
    MemorySegment segment = MemorySegment.ofArray(block);
    block[blockSize] = (byte) kind.code();
    segment.set(KEY, blockSize + 1L, page);
    segment.set(KEY, blockSize + 9L, lsn);
    blockSize += LayerFormat.ENTRY_HEADER_BYTES;
  }

  /// Adds bytes to the open entry's value.
  public void append(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, block, blockSize, length);
    blockSize += length;
  }

  /// Closes the open entry.
  public void end() {
    int length = blockSize - entryStart - LayerFormat.ENTRY_HEADER_BYTES;
    MemorySegment.ofArray(block).set(INT, entryStart + 17L, length);
    entryCount++;
    if (blockSize >= LayerFormat.BLOCK_TARGET_BYTES) {
      writeBlock();
    }
  }

  /// Writes what is left, index, filter and footer. The layer is then complete in the sink.
  public LayerDescriptor finish(Lsn startLsn, Lsn endLsn, Lsn purgedLsn) {
    if (entryCount == 0) {
      throw new IllegalStateException("layer " + id + ": no entry");
    }
    if (blockSize > 0) {
      writeBlock();
    }
    PageFilter filter = PageFilter.of(pages, pageCount);
    int indexBytes = blockCount * LayerFormat.INDEX_ENTRY_BYTES;
    byte[] tail = Arrays.copyOf(index, indexBytes + filter.sizeBytes() + LayerFooter.BYTES);
    filter.encode(MemorySegment.ofArray(tail), indexBytes);
    LayerDescriptor.Bounds bounds =
        new LayerDescriptor.Bounds(
            PageId.ofPacked(pages[0]), PageId.ofPacked(previousPage), startLsn, endLsn);
    LayerFooter footer =
        new LayerFooter(
            id,
            offset,
            blockCount,
            filter.sizeBytes(),
            LayerFormat.crc(tail, 0, indexBytes + filter.sizeBytes()),
            new LayerFooter.Contents(entryCount, bounds, purgedLsn));
    footer.encode(tail, tail.length - LayerFooter.BYTES);
    write(tail, tail.length);
    return new LayerDescriptor(id, offset, tail.length, entryCount, bounds, purgedLsn);
  }

  /// Gives back native memory. An unfinished layer is left incomplete in the sink.
  @Override
  public void close() {
    zstd.close();
  }

  private void writeBlock() {
    if (blockCount == 0) {
      writeHeader();
    }
    int bound = (int) com.github.luben.zstd.Zstd.compressBound(blockSize);
    if (stored.length < LayerFormat.BLOCK_HEADER_BYTES + bound) {
      stored = new byte[LayerFormat.BLOCK_HEADER_BYTES + bound];
    }
    int length =
        zstd.compressByteArray(stored, LayerFormat.BLOCK_HEADER_BYTES, bound, block, 0, blockSize);
    byte codec = LayerFormat.CODEC_ZSTD;
    if (length >= blockSize) {
      codec = LayerFormat.CODEC_RAW;
      length = blockSize;
      System.arraycopy(block, 0, stored, LayerFormat.BLOCK_HEADER_BYTES, length);
    }
    MemorySegment segment = MemorySegment.ofArray(stored);
    segment.set(INT, 0, codec);
    segment.set(INT, 4, blockSize);
    segment.set(INT, 8, LayerBlocks.crc(stored, 0, length));
    addToIndex(LayerFormat.BLOCK_HEADER_BYTES + length);
    write(stored, LayerFormat.BLOCK_HEADER_BYTES + length);
    blockSize = 0;
  }

  private void addToIndex(int storedBytes) {
    int at = blockCount * LayerFormat.INDEX_ENTRY_BYTES;
    if (at == index.length) {
      index = Arrays.copyOf(index, at * 2);
    }
    System.arraycopy(block, 1, index, at, 16);
    MemorySegment segment = MemorySegment.ofArray(index);
    segment.set(LONG, at + 16L, offset);
    segment.set(INT, at + 24L, storedBytes);
    blockCount++;
  }

  private void writeHeader() {
    byte[] header = new byte[LayerFormat.HEADER_BYTES];
    MemorySegment segment = MemorySegment.ofArray(header);
    segment.set(INT, 0, LayerFormat.MAGIC);
    segment.set(INT, 4, LayerFormat.VERSION);
    segment.set(LONG, 8, id.generation());
    segment.set(LONG, 16, id.number());
    segment.set(INT, 28, LayerFormat.crc(header, 0, 28));
    write(header, header.length);
  }

  private void write(byte[] bytes, int length) {
    sink.write(bytes, 0, length);
    offset += length;
  }

  private void reserve(int more) {
    if (block.length - blockSize < more) {
      block = Arrays.copyOf(block, Math.max(block.length * 2, blockSize + more));
    }
  }

  private static String printed(long page) {
    return page < 0 ? "start" : PageId.ofPacked(page).toString();
  }
}
