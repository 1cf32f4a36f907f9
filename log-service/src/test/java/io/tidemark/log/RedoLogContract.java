package io.tidemark.log;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every redo log must do. A subclass opens the log it tests.
public abstract class RedoLogContract {
  protected static final Duration LONG = Duration.ofSeconds(20);

  private RedoLog log;

  /// Opens an empty log.
  protected abstract RedoLog openLog() throws Exception;

  @BeforeEach
  void open() throws Exception {
    log = openLog();
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void startsEmpty() {
    assertThat(log.currentEpoch()).isEqualTo(new Epoch(0));
    assertThat(log.startLsn()).isEqualTo(Lsn.ZERO);
    assertThat(log.durableLsn()).isEqualTo(Lsn.ZERO);
    assertThat(log.fence(new Epoch(1))).isEqualTo(Lsn.ZERO);
    try (RedoReader reader = log.openReader(Lsn.ZERO)) {
      assertThat(reader.next(Duration.ZERO)).isEmpty();
      assertThat(reader.position()).isEqualTo(Lsn.ZERO);
    }
  }

  @ParameterizedTest
  @EnumSource
  void returnsWhatWasAppended(Durability durability) throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 20, durability);
    Lsn end = frames.getLast().endLsn();
    try (RedoReader reader = log.openReader(Lsn.ZERO)) {
      for (Frame frame : frames) {
        assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
        assertThat(reader.position()).isEqualTo(frame.endLsn());
      }
      assertThat(reader.next(Duration.ZERO)).isEmpty();
    }
    assertThat(log.durableLsn()).isEqualTo(end);
  }

  @Test
  void aFrameAskedForDiskIsDurableWhenItsFutureCompletes() throws Exception {
    log.fence(new Epoch(1));
    Lsn end = Lsn.ZERO;
    for (int i = 0; i < 10; i++) {
      Frame frame = Frames.frame(1, end, i, 100 * i);
      end = log.append(frame, Durability.DISK).get(20, SECONDS);
      assertThat(end).isEqualTo(frame.endLsn());
      assertThat(log.durableLsn()).isEqualTo(end);
    }
  }

  @Test
  void aFrameCanBeAppendedAndSyncedInOneCall() throws Exception {
    log.fence(new Epoch(1));
    Lsn end = append(1, Lsn.ZERO, 3, Durability.LAZY).getLast().endLsn();
    for (int i = 0; i < 10; i++) {
      Frame frame = Frames.frame(1, end, i, 100 * i);
      if (i == 5) {
        log.append(frame, Durability.DISK);
      } else {
        assertThat(log.appendAndSync(frame).get(20, SECONDS)).isEqualTo(frame.endLsn());
        assertThat(log.durableLsn()).isEqualTo(frame.endLsn());
      }
      end = frame.endLsn();
    }
    CompletableFuture<Lsn> gap = log.appendAndSync(Frames.frame(1, end.plus(1), 1, 1));
    assertThatThrownBy(() -> gap.get(20, SECONDS))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatDependsOnAFrameMayAppendTheNext() throws Exception {
    log.fence(new Epoch(1));
    CompletableFuture<Lsn> last = new CompletableFuture<>();
    appendChain(Lsn.ZERO, 50, last);
    Lsn end = last.get(20, SECONDS);
    assertThat(log.durableLsn()).isEqualTo(end);
  }

  private void appendChain(Lsn start, int left, CompletableFuture<Lsn> last) {
    if (left == 0) {
      last.complete(start);
      return;
    }
    log.appendAndSync(Frames.frame(1, start, left, 100))
        .thenAccept(end -> appendChain(end, left - 1, last));
  }

  @Test
  void aReaderBeginsWithTheFrameThatHoldsTheNextByte() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 5, Durability.DISK);
    for (int i = 0; i < 5; i++) {
      Frame frame = frames.get(i);
      for (Lsn from : List.of(frame.startLsn(), frame.startLsn().plus(1), last(frame))) {
        try (RedoReader reader = log.openReader(from)) {
          assertThat(reader.next(LONG).orElseThrow().startLsn()).isEqualTo(frame.startLsn());
        }
      }
    }
    try (RedoReader reader = log.openReader(frames.getLast().endLsn())) {
      assertThat(reader.next(Duration.ofMillis(1))).isEmpty();
    }
    assertThatThrownBy(() -> log.openReader(frames.getLast().endLsn().plus(1)))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("behind the end");
  }

  @Test
  void readersFollowTheTail() throws Exception {
    int count = 300;
    log.fence(new Epoch(1));
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<Lsn>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(() -> follow(count)));
      }
      Lsn end = append(1, Lsn.ZERO, count, Durability.DISK).getLast().endLsn();
      for (Future<Lsn> reader : readers) {
        assertThat(reader.get(20, SECONDS)).isEqualTo(end);
      }
    }
  }

  private Lsn follow(int count) {
    try (RedoReader reader = log.openReader(Lsn.ZERO)) {
      Lsn expected = Lsn.ZERO;
      for (int i = 0; i < count; i++) {
        Frame frame = reader.next(LONG).orElseThrow();
        assertThat(frame.startLsn()).isEqualTo(expected);
        assertThat(frame.endLsn()).isLessThanOrEqualTo(log.durableLsn());
        expected = frame.endLsn();
      }
      return reader.position();
    }
  }

  @Test
  void closingAReaderWakesIt() throws Exception {
    RedoReader reader = log.openReader(Lsn.ZERO);
    CompletableFuture<Optional<Frame>> waiting =
        CompletableFuture.supplyAsync(() -> reader.next(Duration.ofMinutes(5)));
    reader.close();
    assertThat(waiting.get(20, SECONDS)).isEmpty();
  }

  @Test
  void aHigherEpochFencesTheLower() throws Exception {
    log.fence(new Epoch(1));
    Lsn end = append(1, Lsn.ZERO, 3, Durability.DISK).getLast().endLsn();
    assertThat(log.fence(new Epoch(5))).isEqualTo(end);
    assertThat(log.currentEpoch()).isEqualTo(new Epoch(5));
    CompletableFuture<Lsn> late = log.append(Frames.frame(1, end, 9, 9), Durability.DISK);
    assertThatThrownBy(() -> late.get(20, SECONDS)).hasCauseInstanceOf(Fenced.class);
    CompletableFuture<Lsn> lazy = log.append(Frames.frame(1, end, 9, 9), Durability.LAZY);
    assertThatThrownBy(() -> lazy.get(20, SECONDS)).hasCauseInstanceOf(Fenced.class);
    assertThatThrownBy(() -> log.fence(new Epoch(4))).isInstanceOf(Fenced.class);
    Frame next = Frames.frame(5, end, 7, 70);
    assertThat(log.append(next, Durability.DISK).get(20, SECONDS)).isEqualTo(next.endLsn());
  }

  @Test
  void fencingTwiceIsHarmlessUntilSomethingWasAppended() throws Exception {
    log.fence(new Epoch(2));
    assertThat(log.fence(new Epoch(2))).isEqualTo(Lsn.ZERO);
    append(2, Lsn.ZERO, 1, Durability.DISK);
    assertThatThrownBy(() -> log.fence(new Epoch(2))).isInstanceOf(Fenced.class);
  }

  @Test
  void fencingMakesWhatWasAppendedDurable() {
    log.fence(new Epoch(1));
    Lsn end = Lsn.ZERO;
    for (int i = 0; i < 5; i++) {
      Frame frame = Frames.frame(1, end, i, 50);
      log.append(frame, Durability.LAZY);
      end = frame.endLsn();
    }
    assertThat(log.fence(new Epoch(2))).isEqualTo(end);
    assertThat(log.durableLsn()).isEqualTo(end);
  }

  @Test
  void refusesAGapAnOverlapAndAnUnknownEpoch() throws Exception {
    log.fence(new Epoch(1));
    Lsn end = append(1, Lsn.ZERO, 2, Durability.DISK).getLast().endLsn();
    for (Frame wrong :
        List.of(
            Frames.frame(1, end.plus(1), 1, 10),
            Frames.frame(1, Lsn.ZERO, 1, 10),
            Frames.frame(2, end, 1, 10))) {
      CompletableFuture<Lsn> refused = log.append(wrong, Durability.DISK);
      assertThatThrownBy(() -> refused.get(20, SECONDS))
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
    append(1, end, 1, Durability.DISK);
  }

  @Test
  void trimsNoMoreThanAsked() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 200, Durability.DISK);
    Lsn middle = frames.get(100).endLsn();
    log.trim(middle);
    assertThat(log.startLsn()).isLessThanOrEqualTo(middle);
    try (RedoReader reader = log.openReader(middle)) {
      for (Frame frame : frames.subList(101, 200)) {
        assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
      }
    }
    if (log.startLsn().isAfter(Lsn.ZERO)) {
      assertThatThrownBy(() -> log.openReader(Lsn.ZERO))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("trimmed");
    }
    log.trim(Lsn.of(Long.MAX_VALUE));
    Lsn end = frames.getLast().endLsn();
    assertThat(log.startLsn()).isLessThanOrEqualTo(end);
    assertThat(append(1, end, 1, Durability.DISK)).hasSize(1);
  }

  /// Appends `count` frames of various sizes and waits for them.
  protected List<Frame> append(long epoch, Lsn start, int count, Durability durability)
      throws Exception {
    List<Frame> frames = new ArrayList<>();
    List<CompletableFuture<Lsn>> futures = new ArrayList<>();
    Lsn at = start;
    for (int i = 0; i < count; i++) {
      Frame frame = Frames.frame(epoch, at, i, (i * 37) % 1500);
      frames.add(frame);
      futures.add(log.append(frame, durability));
      at = frame.endLsn();
    }
    for (CompletableFuture<Lsn> future : futures) {
      future.get(20, SECONDS);
    }
    return frames;
  }

  private static Lsn last(Frame frame) {
    return Lsn.of(frame.endLsn().value() - 1);
  }
}
