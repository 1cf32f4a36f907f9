package io.tidemark.log.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// A full disk, failing syncs, groups, recycled segments: on a simulated disk.
class LocalRedoLogFaultTest {
  private static final LocalRedoLogConfig CONFIG =
      new LocalRedoLogConfig(32 << 10, 8 << 10, 1 << 20, 1000);

  private final SimulatedDisk disk = new SimulatedDisk(1);

  @Test
  void survivesAFullDisk() throws Exception {
    disk.limit(100 << 10);
    List<Frame> frames = new ArrayList<>();
    Frame refused;
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 42)) {
      Lsn at = log.fence(new Epoch(1));
      while (true) {
        Frame frame = Frames.frame(1, at, frames.size(), 700);
        CompletableFuture<Lsn> future = log.append(frame, Durability.DISK);
        try {
          at = future.get(20, SECONDS);
          frames.add(frame);
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOf(Exhausted.class)
              .hasMessageContaining("disk full")
              .hasMessageContaining("bytes free");
          refused = frame;
          break;
        }
      }
      assertThat(frames).hasSizeGreaterThan(80);
      assertThat(log.isNearlyFull()).isTrue();
      assertThat(log.append(refused, Durability.LAZY)).isCompletedExceptionally();
      assertThat(log.durableLsn()).isEqualTo(at);
      assertThat(read(log)).hasSameSizeAs(frames);

      // Reads went on; space returns by trimming.
      log.trim(frames.get(60).endLsn());
      assertThat(log.append(refused, Durability.DISK).get(20, SECONDS)).isEqualTo(refused.endLsn());
      frames.add(refused);
    }
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 43)) {
      assertThat(log.durableLsn()).isEqualTo(refused.endLsn());
      assertThat(read(log).getLast()).isEqualTo(refused.toString());
    }
  }

  @Test
  void survivesADiskThatIsFullWhenOverwriting() throws Exception {
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 42)) {
      log.fence(new Epoch(1));
      Frame first = Frames.frame(1, Lsn.ZERO, 1, 100);
      log.append(first, Durability.DISK).get(20, SECONDS);
      disk.failWrites(true);
      Frame second = Frames.frame(1, first.endLsn(), 2, 100);
      CompletableFuture<Lsn> accepted = log.append(second, Durability.DISK);
      Frame third = Frames.frame(1, second.endLsn(), 3, 100);
      CompletableFuture<Lsn> refused = log.append(third, Durability.DISK);
      while (!refused.isDone()) {
        // Accepted too, a moment before the writer met the full disk.
        third = Frames.frame(1, third.endLsn(), 3, 100);
        refused = log.append(third, Durability.DISK);
      }
      assertThat(refused.exceptionNow()).isInstanceOf(Exhausted.class);
      assertThat(accepted).isNotDone();
      disk.failWrites(false);
      assertThat(accepted.get(20, SECONDS)).isEqualTo(second.endLsn());
      Frame retried = third;
      CompletableFuture<Lsn> future = log.append(retried, Durability.DISK);
      while (future.isCompletedExceptionally()) {
        Thread.onSpinWait();
        future = log.append(retried, Durability.DISK);
      }
      assertThat(future.get(20, SECONDS)).isEqualTo(retried.endLsn());
    }
  }

  @Test
  void stopsForGoodAfterAFailedSync() throws Exception {
    LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 42);
    log.fence(new Epoch(1));
    Frame first = Frames.frame(1, Lsn.ZERO, 1, 100);
    log.append(first, Durability.DISK).get(20, SECONDS);
    disk.failForce(new IOException("Input/output error"));
    Frame second = Frames.frame(1, first.endLsn(), 2, 100);
    CompletableFuture<Lsn> failed = log.append(second, Durability.DISK);
    assertThatThrownBy(() -> failed.get(20, SECONDS))
        .hasCauseInstanceOf(Corrupt.class)
        .hasMessageContaining("/simulated/redo-0000000000000001");
    disk.failForce(null);
    Frame third = Frames.frame(1, second.endLsn(), 3, 100);
    assertThat(log.append(third, Durability.LAZY).exceptionNow()).isInstanceOf(Corrupt.class);
    assertThat(log.durableLsn()).isEqualTo(first.endLsn());
    assertThat(read(log)).containsExactly(first.toString());
    log.close();
  }

  @Test
  void syncsOncePerGroup() throws Exception {
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 42)) {
      Lsn at = log.fence(new Epoch(1));
      at = log.append(Frames.frame(1, at, 1, 10), Durability.DISK).get(20, SECONDS);
      LogCounters before = log.counters();
      CompletableFuture<Lsn> last = new CompletableFuture<>();
      disk.pause();
      for (int i = 0; i < 100; i++) {
        Frame frame = Frames.frame(1, at, i, 10);
        last = log.append(frame, Durability.DISK);
        at = frame.endLsn();
      }
      disk.resume();
      last.get(20, SECONDS);
      LogCounters after = log.counters();
      assertThat(after.appends() - before.appends()).isEqualTo(100);
      // The group that the pause caught, and the one that piled up meanwhile.
      assertThat(after.syncs() - before.syncs()).isBetween(1L, 2L);
    }
  }

  @Test
  void makesLazyFramesDurableByItself() throws Exception {
    LocalRedoLogConfig config = CONFIG.withLazySyncMillis(10);
    try (LocalRedoLog log = LocalRedoLog.open(disk, config, () -> 42);
        RedoReader reader = log.openReader(Lsn.ZERO)) {
      log.fence(new Epoch(1));
      Frame frame = Frames.frame(1, Lsn.ZERO, 1, 10);
      assertThat(log.append(frame, Durability.LAZY)).isCompleted();
      assertThat(reader.next(Duration.ofSeconds(20))).contains(frame);
      assertThat(log.durableLsn()).isEqualTo(frame.endLsn());
    }
  }

  @Test
  void recyclesTrimmedSegments() throws Exception {
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, new Random(3)::nextLong)) {
      Lsn at = log.fence(new Epoch(1));
      for (int i = 0; i < 600; i++) {
        at = log.append(Frames.frame(1, at, i, 900), Durability.DISK).get(20, SECONDS);
        if (i % 20 == 19) {
          log.trim(at);
        }
      }
      assertThat(log.counters().segmentsReused()).isGreaterThan(5);
      assertThat(disk.list().stream().filter(name -> name.startsWith("re")).count())
          .isLessThanOrEqualTo(5);
      assertThat(log.startLsn()).isGreaterThan(Lsn.of(500_000));
      Lsn start = log.startLsn();
      assertThatThrownBy(() -> log.openReader(Lsn.of(start.value() - 1)))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("trimmed");
    }
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 44)) {
      assertThat(read(log)).isNotEmpty();
    }
  }

  @Test
  void aReaderWhoseFramesAreTrimmedHearsSo() throws Exception {
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, new Random(3)::nextLong)) {
      Lsn at = log.fence(new Epoch(1));
      RedoReader reader = log.openReader(Lsn.ZERO);
      for (int i = 0; i < 300; i++) {
        at = log.append(Frames.frame(1, at, i, 900), Durability.DISK).get(20, SECONDS);
      }
      assertThat(reader.next(Duration.ZERO)).isPresent();
      log.trim(at);
      for (int i = 0; i < 200; i++) {
        at = log.append(Frames.frame(1, at, i, 900), Durability.DISK).get(20, SECONDS);
      }
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 500; i++) {
                  reader.next(Duration.ZERO);
                }
              })
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("trimmed");
    }
  }

  @Test
  void takesAFrameLargerThanASegment() throws Exception {
    Frame large;
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 42)) {
      Lsn at = log.fence(new Epoch(1));
      at = log.append(Frames.frame(1, at, 1, 100), Durability.DISK).get(20, SECONDS);
      large = Frames.frame(1, at, 2, 3_000_000);
      at = log.append(large, Durability.DISK).get(20, SECONDS);
      log.append(Frames.frame(1, at, 3, 100), Durability.DISK).get(20, SECONDS);
      assertThat(read(log)).hasSize(3);
    }
    try (LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, () -> 43)) {
      assertThat(read(log)).hasSize(3).element(1).isEqualTo(large.toString());
    }
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
