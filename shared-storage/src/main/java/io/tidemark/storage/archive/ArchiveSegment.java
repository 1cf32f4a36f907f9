package io.tidemark.storage.archive;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead.Block;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A segment of archived redo in memory; [ArchiveHead] has the format. Blocks are checked and
/// decompressed when they are asked for. Immutable.
public final class ArchiveSegment {
  /// A block is closed when it has reached this; one frame may make it longer.
  static final int BLOCK_TARGET_BYTES = 256 << 10;

  static final int MAX_RAW = BLOCK_TARGET_BYTES + Frame.HEADER_BYTES + Frame.MAX_BODY_BYTES;

  private final String name;
  private final byte[] bytes;
  private final ArchiveHead head;

  private ArchiveSegment(String name, byte[] bytes, ArchiveHead head) {
    this.name = name;
    this.bytes = bytes;
    this.head = head;
  }

  /// Opens a whole segment, of which it keeps the array; `name` is for messages.
  ///
  /// @throws Corrupt if head or size are not as they should be
  public static ArchiveSegment open(String name, byte[] segment) {
    ArchiveHead head = ArchiveHead.decode(name, segment);
    long size = head.sizeBytes();
    for (Block block : head.blocks()) {
      size += block.storedBytes();
    }
    if (segment.length != size) {
      throw new Corrupt(name + ": size expected " + size + ", found " + segment.length);
    }
    return new ArchiveSegment(name, segment, head);
  }

  public ArchiveHead head() {
    return head;
  }

  /// The block that holds the byte behind `lsn`, which is in the segment.
  public int blockOf(Lsn lsn) {
    int block = 0;
    while (!head.blocks().get(block).end().isAfter(lsn)) {
      block++;
    }
    return block;
  }

  /// The frames of one block.
  ///
  /// @throws Corrupt if a checksum, a length or an LSN in it is not as it should be
  public List<Frame> frames(int block) {
    int offset = head.sizeBytes();
    for (Block before : head.blocks().subList(0, block)) {
      offset += before.storedBytes();
    }
    Block entry = head.blocks().get(block);
    String what = "%s: block at offset %d".formatted(name, offset);
    byte[] raw = decompress(what, entry, offset);
    Lsn at = block == 0 ? head.start() : head.blocks().get(block - 1).end();
    List<Frame> frames = new ArrayList<>();
    try {
      for (int from = 0; from < raw.length; ) {
        int size = Math.min(Frame.decodeSize(raw, from), raw.length - from);
        Frame frame = Frame.decode(Arrays.copyOfRange(raw, from, from + size));
        if (!frame.startLsn().equals(at)) {
          throw new Corrupt("start lsn expected " + at + ", found " + frame);
        }
        frames.add(frame);
        at = frame.endLsn();
        from += size;
      }
    } catch (Corrupt e) {
      throw new Corrupt(what + ": " + e.getMessage(), e);
    }
    if (!at.equals(entry.end())) {
      throw new Corrupt(what + ": end lsn expected " + entry.end() + ", found " + at);
    }
    return frames;
  }

  private byte[] decompress(String what, Block entry, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, entry.storedBytes());
    if ((int) crc.getValue() != entry.checksum()) {
      throw new Corrupt(
          "%s: checksum expected 0x%08X, found 0x%08X"
              .formatted(what, entry.checksum(), (int) crc.getValue()));
    }
    byte[] raw = new byte[entry.rawBytes()];
    long found;
    try {
      found = Zstd.decompressByteArray(raw, 0, raw.length, bytes, offset, entry.storedBytes());
    } catch (ZstdException e) {
      throw new Corrupt(what + ": does not decompress", e);
    }
    if (found != raw.length) {
      throw new Corrupt(what + ": raw length expected " + raw.length + ", found " + found);
    }
    return raw;
  }

  @Override
  public String toString() {
    return name + ": " + head;
  }
}
