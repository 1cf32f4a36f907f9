package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.CRC32C;

/// Decodes stored blocks: checks, then decompresses.
final class LayerBlocks {
  /// Contexts to use again: one made for each block takes a third of the time of decompressing it.
  private static final ArrayBlockingQueue<ZstdDecompressCtx> CONTEXTS = new ArrayBlockingQueue<>(8);

  private LayerBlocks() {}

  /// CRC-32C of the block at `offset` whose payload has `payloadBytes`, without the checksum field.
  static int crc(byte[] bytes, int offset, int payloadBytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, 8);
    crc.update(bytes, offset + LayerFormat.BLOCK_HEADER_BYTES, payloadBytes);
    return (int) crc.getValue();
  }

  /// The raw entries of the block stored in `bytes[offset..offset+length)`. `name` is for messages.
  static byte[] decode(byte[] bytes, int offset, int length, String name) {
    int payload = length - LayerFormat.BLOCK_HEADER_BYTES;
    if (payload <= 0) {
      throw new Corrupt(name + ": " + length + " bytes are no block");
    }
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int expected = segment.get(INT, offset + 8L);
    LayerFooter.expect(name, "checksum", expected, crc(bytes, offset, payload));
    int codec = segment.get(INT, offset);
    int rawBytes = segment.get(INT, offset + 4L);
    if (rawBytes < LayerFormat.ENTRY_HEADER_BYTES || rawBytes > LayerFormat.MAX_BLOCK_BYTES) {
      throw new Corrupt(name + ": raw length " + rawBytes);
    }
    byte[] raw = new byte[rawBytes];
    int start = offset + LayerFormat.BLOCK_HEADER_BYTES;
    long found;
    switch (codec) {
      case LayerFormat.CODEC_RAW -> {
        found = payload;
        System.arraycopy(bytes, start, raw, 0, Math.min(payload, rawBytes));
      }
      case LayerFormat.CODEC_ZSTD -> {
        try {
          found = decompress(raw, bytes, start, payload);
        } catch (ZstdException e) {
          throw new Corrupt(name + ": does not decompress", e);
        }
      }
      default -> throw new Corrupt(name + ": unknown codec " + codec);
    }
    if (found != rawBytes) {
      throw new Corrupt(name + ": raw length expected " + rawBytes + ", found " + found);
    }
    return raw;
  }

  private static int decompress(byte[] raw, byte[] bytes, int start, int length) {
    ZstdDecompressCtx pooled = CONTEXTS.poll();
    ZstdDecompressCtx context = pooled != null ? pooled : new ZstdDecompressCtx();
    boolean kept = false;
    try {
      int found = context.decompressByteArray(raw, 0, raw.length, bytes, start, length);
      kept = CONTEXTS.offer(context);
      return found;
    } finally {
      if (!kept) {
        context.close();
      }
    }
  }
}
