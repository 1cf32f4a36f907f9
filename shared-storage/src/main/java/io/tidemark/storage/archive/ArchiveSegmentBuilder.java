package io.tidemark.storage.archive;

import com.github.luben.zstd.Zstd;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead.Block;
import io.tidemark.storage.redo.Frame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Builds a segment of archived redo frame by frame; [ArchiveHead] has the format. Keeps what is
/// compressed and the frames of one block. Confined to one thread.
public final class ArchiveSegmentBuilder {
  private static final int LEVEL = 3;

  private final Lsn start;
  private final long timeBefore;
  private final CommitTimes times;
  private final ByteArrayOutputStream raw =
      new ByteArrayOutputStream(ArchiveSegment.BLOCK_TARGET_BYTES);
  private final ByteArrayOutputStream stored = new ByteArrayOutputStream();
  private final List<Block> blocks = new ArrayList<>();
  private Lsn end;
  private Epoch epoch = new Epoch(0);
  private long frameBytes;

  /// A segment that begins at `start`; `timeBefore` is the highest commit time up to there.
  public ArchiveSegmentBuilder(Lsn start, long timeBefore) {
    this.start = start;
    this.end = start;
    this.timeBefore = timeBefore;
    this.times = new CommitTimes(timeBefore);
  }

  /// Appends the frame that begins where the last one ended.
  public void add(Frame frame) {
    if (!frame.startLsn().equals(end)) {
      throw new IllegalArgumentException(frame + ": expected start lsn " + end);
    }
    times.add(frame);
    raw.write(frame.bytes(), 0, frame.bytes().length);
    frameBytes += frame.bytes().length;
    end = frame.endLsn();
    epoch = frame.epoch();
    if (raw.size() >= ArchiveSegment.BLOCK_TARGET_BYTES) {
      closeBlock();
    }
  }

  public boolean isEmpty() {
    return end.equals(start);
  }

  /// Bytes of the frames so far, as they are in the log.
  public long frameBytes() {
    return frameBytes;
  }

  public Lsn start() {
    return start;
  }

  /// End of the last frame.
  public Lsn end() {
    return end;
  }

  /// Highest commit time up to [#end].
  public long time() {
    return times.highest();
  }

  /// The segment; nothing can be added any more.
  public byte[] finish() {
    if (raw.size() > 0) {
      closeBlock();
    }
    byte[] head = new ArchiveHead(start, end, timeBefore, time(), epoch, blocks).encode();
    byte[] segment = new byte[head.length + stored.size()];
    System.arraycopy(head, 0, segment, 0, head.length);
    System.arraycopy(stored.toByteArray(), 0, segment, head.length, stored.size());
    return segment;
  }

  private void closeBlock() {
    byte[] bytes = Zstd.compress(raw.toByteArray(), LEVEL);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    blocks.add(new Block(end, time(), bytes.length, raw.size(), (int) crc.getValue()));
    stored.write(bytes, 0, bytes.length);
    raw.reset();
  }
}
