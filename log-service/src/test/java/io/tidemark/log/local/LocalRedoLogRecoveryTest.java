package io.tidemark.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Torn tails, damage, and what else an open finds in a directory.
class LocalRedoLogRecoveryTest {
  /// So long that no mark is written unless the log is closed.
  private static final LocalRedoLogConfig CONFIG =
      LocalRedoLogConfig.DEFAULT.withSegmentBytes(32 << 10).withLazySyncMillis(60_000);

  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = temporary.resolve("log");
  }

  @Test
  void continuesAfterACleanClose() throws Exception {
    List<Frame> frames = new ArrayList<>();
    for (int round = 1; round <= 5; round++) {
      try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
        assertThat(log.currentEpoch()).isEqualTo(new Epoch(round - 1));
        Lsn end = log.fence(new Epoch(round));
        assertThat(end).isEqualTo(frames.isEmpty() ? Lsn.ZERO : frames.getLast().endLsn());
        frames.addAll(append(log, round, end, 30));
      }
    }
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      assertThat(read(log)).isEqualTo(frames.stream().map(Frame::toString).toList());
    }
  }

  @Test
  void cutsATornTailAtEveryByteOfTheLastFrame() throws Exception {
    Image image = image(3);
    Frame last = image.frames.getLast();
    long end = image.offset + LogEntry.sizeOf(last.bytes().length);
    for (long tear = image.offset; tear < end; tear++) {
      boolean whole = tear >= image.offset + LogEntry.HEADER_BYTES + last.bytes().length;
      byte[] torn = image.segment.clone();
      Arrays.fill(torn, (int) tear, torn.length, (byte) 0);
      restore(image, torn);
      Lsn expected = whole ? last.endLsn() : last.startLsn();
      try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
        assertThat(log.durableLsn()).as("torn at %d", tear).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatWasCutNeverReturns() throws Exception {
    Image image = image(3);
    Frame torn = image.frames.get(1);
    Frame behind = image.frames.get(2);
    byte[] bytes = image.segment.clone();
    // A group of two frames of which only the second, and the rest of the first, got to the disk.
    bytes[(int) image.offsets.get(1).longValue() + 40]++;
    clearTestimony(bytes, image, 2);
    restore(image, bytes);
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      Lsn end = log.fence(new Epoch(2));
      assertThat(end).isEqualTo(torn.startLsn());
      // The same length as the torn frame: were its follower still there, it would fit.
      Frame again = Frames.frame(2, end, 77, payloadOf(1));
      assertThat(again.endLsn()).isEqualTo(behind.startLsn());
      log.append(again, Durability.DISK).get();
      image.afterwards = Files.readAllBytes(segmentFile());
      image.epoch = Files.readAllBytes(directory.resolve("epoch"));
    }
    restore(image, image.afterwards);
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      assertThat(log.durableLsn()).isEqualTo(behind.startLsn());
    }
  }

  @Test
  void refusesDamageBeforeTheDurableEnd() throws Exception {
    Image image = image(3);
    for (int damaged = 0; damaged < 2; damaged++) {
      long offset = image.offsets.get(damaged);
      Frame frame = image.frames.get(damaged);
      for (long at = offset;
          at < offset + LogEntry.HEADER_BYTES + frame.bytes().length;
          at += 1 + at % 3) {
        byte[] bytes = image.segment.clone();
        bytes[(int) at] ^= 0x10;
        restore(image, bytes);
        assertThatThrownBy(() -> LocalRedoLog.open(directory, CONFIG))
            .isInstanceOf(Corrupt.class)
            .hasMessageContaining(segmentFile().toString())
            .hasMessageContaining("offset " + offset)
            .hasMessageContaining("lsn " + frame.startLsn());
      }
    }
  }

  @Test
  void refusesDamageToTheLastFrameOnceTheLogHasRested() throws Exception {
    Image image = image(3);
    byte[] closed = image.closedSegment.clone();
    long offset = image.offsets.getLast();
    closed[(int) offset + 60] ^= 1;
    restore(image, closed);
    assertThatThrownBy(() -> LocalRedoLog.open(directory, CONFIG))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("offset " + offset)
        .hasMessageContaining("lsn " + image.frames.getLast().startLsn());
  }

  @Test
  void aReaderNamesDamageInAnOlderSegment() throws Exception {
    List<Frame> frames;
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      log.fence(new Epoch(1));
      frames = append(log, 1, Lsn.ZERO, 100);
    }
    Path first = directory.resolve(Segment.nameOf(1));
    flip(first, SegmentHeader.BLOCK_BYTES + LogEntry.HEADER_BYTES + 45);
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG);
        RedoReader reader = log.openReader(Lsn.ZERO)) {
      assertThat(log.durableLsn()).isEqualTo(frames.getLast().endLsn());
      assertThatThrownBy(() -> reader.next(Duration.ZERO))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining(first.toString())
          .hasMessageContaining("offset 4096")
          .hasMessageContaining("lsn 0");
    }
  }

  @Test
  void refusesMissingAndDamagedFiles() throws Exception {
    Lsn end;
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      log.fence(new Epoch(1));
      end = append(log, 1, Lsn.ZERO, 200).getLast().endLsn();
      log.fence(new Epoch(2));
    }
    List<Path> segments = startedSegments();
    assertThat(segments).hasSizeGreaterThan(3);
    Path aside = temporary.resolve("aside");

    Files.move(segments.get(1), aside);
    refused("a segment is missing");
    Files.move(aside, segments.get(1));

    Files.move(segments.getLast(), aside);
    refused("files are missing");
    Files.move(aside, segments.getLast());

    Path epoch = directory.resolve("epoch");
    Files.move(epoch, aside);
    refused("missing beside segments");
    Files.move(aside, epoch);

    flip(epoch, 9);
    refused("checksum expected");
    flip(epoch, 9);

    flip(segments.getLast(), 20);
    refused("expected a segment header");
    flip(segments.getLast(), 20);

    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      assertThat(log.durableLsn()).isEqualTo(end);
      assertThat(log.currentEpoch()).isEqualTo(new Epoch(2));
    }
  }

  @Test
  void refusesASecondLogOnTheSameDirectory() {
    try (LocalRedoLog _ = LocalRedoLog.open(directory, CONFIG)) {
      assertThatThrownBy(() -> LocalRedoLog.open(directory, CONFIG))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("already in use");
    }
    LocalRedoLog.open(directory, CONFIG).close();
  }

  /// A log with some frames, as a kill would leave it and as a close does.
  private static final class Image {
    private final List<Frame> frames = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private long offset;
    private byte[] segment = new byte[0];
    private byte[] closedSegment = new byte[0];
    private byte[] epoch = new byte[0];
    private byte[] afterwards = new byte[0];
  }

  private Image image(int count) throws Exception {
    Image image = new Image();
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      Lsn at = log.fence(new Epoch(1));
      long offset = SegmentHeader.BLOCK_BYTES;
      for (int i = 0; i < count; i++) {
        Frame frame = Frames.frame(1, at, i, payloadOf(i));
        image.frames.add(frame);
        image.offsets.add(offset);
        image.offset = offset;
        offset += LogEntry.sizeOf(frame.bytes().length);
        at = log.append(frame, Durability.DISK).get();
      }
      image.segment = Files.readAllBytes(segmentFile());
      image.epoch = Files.readAllBytes(directory.resolve("epoch"));
    }
    image.closedSegment = Files.readAllBytes(segmentFile());
    return image;
  }

  private static int payloadOf(int index) {
    return 37 + 11 * index;
  }

  /// Makes entry `index` say what it would if it had been written in one group with those before.
  private static void clearTestimony(byte[] segment, Image image, int index) {
    Frame frame = image.frames.get(index);
    byte[] scratch = new byte[LogEntry.HEADER_BYTES];
    ByteBuffer target =
        ByteBuffer.wrap(segment, (int) (long) image.offsets.get(index), LogEntry.HEADER_BYTES);
    long salt = SegmentHeader.decode(ByteBuffer.wrap(segment)).orElseThrow().salt();
    LogEntry.encode(target, scratch, frame.bytes().length, frame.startLsn().value(), 0, salt);
  }

  private void restore(Image image, byte[] segment) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.write(segmentFile(), segment);
    Files.write(directory.resolve("epoch"), image.epoch);
  }

  private void refused(String why) {
    assertThatThrownBy(() -> LocalRedoLog.open(directory, CONFIG))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining(why)
        .hasMessageContaining(directory.toString());
  }

  private Path segmentFile() {
    return directory.resolve(Segment.nameOf(1));
  }

  private List<Path> startedSegments() throws IOException {
    List<Path> started = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        boolean segment = Segment.sequenceOf(file.getFileName().toString()).isPresent();
        if (segment && Files.readAllBytes(file)[0] != 0) {
          started.add(file);
        }
      }
    }
    return started;
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int old = bytes.read();
      bytes.seek(offset);
      bytes.write(old ^ 1);
    }
  }

  private static List<Frame> append(LocalRedoLog log, long epoch, Lsn start, int count)
      throws Exception {
    List<Frame> frames = new ArrayList<>();
    Lsn at = start;
    for (int i = 0; i < count; i++) {
      Frame frame = Frames.frame(epoch, at, i, (i * 53) % 1200);
      frames.add(frame);
      log.append(frame, Durability.LAZY);
      at = frame.endLsn();
    }
    log.append(Frames.frame(epoch, at, 1, 1), Durability.DISK).get();
    frames.add(Frames.frame(epoch, at, 1, 1));
    return frames;
  }

  private static List<String> read(LocalRedoLog log) {
    List<String> frames = new ArrayList<>();
    try (RedoReader reader = log.openReader(log.startLsn())) {
      while (reader.position().isBefore(log.durableLsn())) {
        frames.add(reader.next(Duration.ofSeconds(10)).orElseThrow().toString());
      }
    }
    return frames;
  }
}
