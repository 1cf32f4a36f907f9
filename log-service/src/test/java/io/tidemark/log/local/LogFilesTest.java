package io.tidemark.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.LogVerifier;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of [LogFiles] and [LogVerifier].
class LogFilesTest {
  private static final LocalRedoLogConfig CONFIG =
      LocalRedoLogConfig.DEFAULT.withSegmentBytes(32 << 10);

  @TempDir private Path directory;

  @Test
  void readsAndVerifiesAClosedLog() throws Exception {
    List<Frame> frames = write(100);
    assertThat(read(Lsn.ZERO)).hasSize(100);
    Frame middle = frames.get(60);
    assertThat(read(middle.startLsn())).contains(middle.toString()).hasSizeLessThan(100);
    LogVerifier.Report report = LogFiles.verify(directory);
    assertThat(report.findings()).isEmpty();
    assertThat(report.frames()).isEqualTo(100);
    assertThat(report.mtrs()).isEqualTo(100);
    assertThat(report.records()).isEqualTo(100);
    assertThat(report.end()).isEqualTo(frames.getLast().endLsn());
    assertThat(report.epoch()).isEqualTo(new Epoch(1));
  }

  @Test
  void readsButDoesNotVerifyAnOpenLog() {
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      log.fence(new Epoch(1));
      log.append(Frames.frame(1, Lsn.ZERO, 1, 10), Durability.DISK).join();
      assertThat(read(Lsn.ZERO)).hasSize(1);
      assertThatThrownBy(() -> LogFiles.verify(directory))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("in use");
      assertThat(LogVerifier.verify(log).findings()).isEmpty();
      assertThat(LogVerifier.verify(log).frames()).isEqualTo(1);
    }
  }

  @Test
  void findsDamageAnywhere() throws Exception {
    write(100);
    for (String name : List.of(Segment.nameOf(1), Segment.nameOf(2))) {
      byte[] bytes = Files.readAllBytes(directory.resolve(name));
      bytes[SegmentHeader.BLOCK_BYTES + 2000] ^= 1;
      Files.write(directory.resolve(name), bytes);
      assertThat(LogFiles.verify(directory).findings())
          .singleElement()
          .asString()
          .contains(name)
          .contains("offset")
          .contains("lsn");
      bytes[SegmentHeader.BLOCK_BYTES + 2000] ^= 1;
      Files.write(directory.resolve(name), bytes);
    }
    assertThat(LogFiles.verify(directory).isSound()).isTrue();
  }

  @Test
  void saysThatThereIsNoLog() {
    assertThatThrownBy(() -> LogFiles.open(directory.resolve("nowhere"), Lsn.ZERO))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("nowhere: expected an epoch file");
    LocalRedoLog.open(directory, CONFIG).close();
    assertThat(read(Lsn.ZERO)).isEmpty();
    assertThat(LogFiles.verify(directory).isSound()).isTrue();
  }

  @Test
  void findsGapsFallingEpochsAndBrokenBodies() {
    LogVerifier verifier = new LogVerifier();
    Frame first = Frames.frame(2, Lsn.ZERO, 1, 10);
    verifier.accept(first);
    verifier.accept(Frames.frame(2, first.endLsn().plus(5), 1, 10));
    Frame third = Frames.frame(1, first.endLsn(), 1, 10);
    verifier.accept(third);
    byte[] broken = third.bytes().clone();
    broken[Frame.HEADER_BYTES] = 99;
    verifier.accept(Frame.seal(new Epoch(2), third.endLsn(), broken));
    assertThat(verifier.report(Lsn.ZERO).findings())
        .hasSize(4)
        .anyMatch(finding -> finding.contains("expected start lsn"))
        .anyMatch(finding -> finding.contains("expected epoch 2 or higher"))
        .anyMatch(finding -> finding.contains("has length 99"));
  }

  private List<Frame> write(int count) throws Exception {
    List<Frame> frames = new ArrayList<>();
    try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
      Lsn at = log.fence(new Epoch(1));
      for (int i = 0; i < count; i++) {
        Frame frame = Frames.frame(1, at, i, 900);
        frames.add(frame);
        at = log.append(frame, Durability.DISK).get();
      }
    }
    return frames;
  }

  private List<String> read(Lsn from) {
    List<String> frames = new ArrayList<>();
    try (LogFiles files = LogFiles.open(directory, from)) {
      Optional<Frame> frame = files.next();
      while (frame.isPresent()) {
        frames.add(frame.get().toString());
        frame = files.next();
      }
    }
    return frames;
  }
}
