package io.tidemark.storage.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordEncoder;
import io.tidemark.storage.redo.RedoPrinter;
import io.tidemark.storage.redo.RedoRecordType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchiveSegmentTest {
  private static final int LARGE = 100_000;

  @Test
  void givesBackTheFramesInItsBlocks() {
    ArchiveSegmentBuilder builder = new ArchiveSegmentBuilder(Lsn.of(500), 7);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Frame frame = frame(1 + i / 5, builder.end(), 1_000 + i, LARGE);
      frames.add(frame);
      builder.add(frame);
    }
    ArchiveSegment segment = ArchiveSegment.open("segment", builder.finish());
    ArchiveHead head = segment.head();
    assertThat(head.start()).isEqualTo(Lsn.of(500));
    assertThat(head.end()).isEqualTo(frames.getLast().endLsn());
    assertThat(head.timeBefore()).isEqualTo(7);
    assertThat(head.time()).isEqualTo(1_009);
    assertThat(head.epoch()).isEqualTo(new Epoch(2));
    assertThat(head.blocks()).hasSizeGreaterThan(2);
    List<byte[]> read = new ArrayList<>();
    for (int block = 0; block < head.blocks().size(); block++) {
      segment.frames(block).forEach(frame -> read.add(frame.bytes()));
    }
    assertThat(read).containsExactlyElementsOf(frames.stream().map(Frame::bytes).toList());
    for (Frame frame : frames) {
      int block = segment.blockOf(Lsn.of(frame.endLsn().value() - 1));
      assertThat(segment.frames(block).stream().map(Frame::startLsn)).contains(frame.startLsn());
    }
  }

  @Test
  void commitTimesNeverGoBackWhateverTheClocksDo() {
    ArchiveSegmentBuilder builder = new ArchiveSegmentBuilder(Lsn.ZERO, 50);
    builder.add(frame(1, Lsn.ZERO, 40, 10));
    assertThat(builder.time()).isEqualTo(50);
    builder.add(frame(1, builder.end(), 60, 10));
    builder.add(frame(2, builder.end(), 55, 10));
    assertThat(ArchiveSegment.open("segment", builder.finish()).head().time()).isEqualTo(60);
  }

  @Test
  void refusesAFrameThatDoesNotFollow() {
    ArchiveSegmentBuilder builder = new ArchiveSegmentBuilder(Lsn.of(500), 0);
    assertThatThrownBy(() -> builder.add(frame(1, Lsn.of(501), 1, 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected start lsn 500");
  }

  @Test
  void findsEveryFlippedBitAndEveryLostByte() {
    ArchiveSegmentBuilder builder = new ArchiveSegmentBuilder(Lsn.of(500), 7);
    builder.add(frame(1, Lsn.of(500), 1_000, 100));
    byte[] good = builder.finish();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] damaged = good.clone();
      damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThatThrownBy(() -> readAll(damaged))
          .as("bit " + bit)
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("the object");
    }
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> readAll(cut)).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void readsASegmentOfVersion1() throws IOException {
    ArchiveSegment segment = ArchiveSegment.open("golden", golden());
    assertThat(segment.head().toString()).isEqualTo("archived redo 1000..1082 epoch 6");
    assertThat(segment.head().timeBefore()).isEqualTo(1_800_000_000_000L);
    assertThat(segment.head().time()).isEqualTo(1_800_000_000_002L);
    List<String> lines = new ArrayList<>();
    RedoPrinter printer = new RedoPrinter(lines::add);
    segment.frames(0).forEach(frame -> printer.print(frame, Lsn.ZERO));
    assertThat(lines)
        .containsExactly(
            "frame 1000..1041 epoch 5 bytes 81",
            "  mtr lsn 1041 bytes 37",
            "    BINLOG_EVENTS transaction 9: 25 bytes " + "09".repeat(25),
            "    TRANSACTION_COMMIT transaction 9 at 2027-01-15T08:00:00.001Z",
            "frame 1041..1082 epoch 6 bytes 81",
            "  mtr lsn 1082 bytes 37",
            "    BINLOG_EVENTS transaction 9: 25 bytes " + "09".repeat(25),
            "    TRANSACTION_COMMIT transaction 9 at 2027-01-15T08:00:00.002Z");
  }

  /// Wrote the golden file; run it by hand if the format gets a new version, under a new name.
  static void main(String[] arguments) throws IOException {
    ArchiveSegmentBuilder builder = new ArchiveSegmentBuilder(Lsn.of(1000), 1_800_000_000_000L);
    builder.add(frame(5, Lsn.of(1000), 1_800_000_000_001L, 25, false));
    builder.add(frame(6, builder.end(), 1_800_000_000_002L, 25, false));
    Files.write(Path.of(arguments[0]), builder.finish());
  }

  private static byte[] golden() throws IOException {
    String name = "/golden/archive-segment-v1.bin";
    try (var in =
        Optional.ofNullable(ArchiveSegmentTest.class.getResourceAsStream(name)).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private static void readAll(byte[] bytes) {
    ArchiveSegment segment = ArchiveSegment.open("the object", bytes);
    for (int block = 0; block < segment.head().blocks().size(); block++) {
      segment.frames(block);
    }
  }

  private static Frame frame(long epoch, Lsn start, long time, int payloadBytes) {
    return frame(epoch, start, time, payloadBytes, true);
  }

  private static Frame frame(long epoch, Lsn start, long time, int payloadBytes, boolean random) {
    byte[] payload = new byte[payloadBytes];
    Arrays.fill(payload, (byte) 9);
    if (random) {
      new Random(start.value()).nextBytes(payload);
    }
    RecordEncoder mtr = new RecordEncoder(payloadBytes + 64);
    mtr.numberAndBytes(RedoRecordType.BINLOG_EVENTS, 9, payload, 0, payloadBytes);
    mtr.transactionCommit(9, time);
    mtr.finish();
    byte[] bytes = new byte[Frame.HEADER_BYTES + mtr.sizeBytes()];
    System.arraycopy(mtr.buffer(), 0, bytes, Frame.HEADER_BYTES, mtr.sizeBytes());
    return Frame.seal(new Epoch(epoch), start, bytes);
  }
}
