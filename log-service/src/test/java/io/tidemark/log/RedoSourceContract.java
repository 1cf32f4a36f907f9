package io.tidemark.log;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
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

/// What every source of redo must do. A subclass opens the log that is written, and the source to
/// read it by.
public abstract class RedoSourceContract {
  protected static final Duration LONG = Duration.ofSeconds(20);

  protected RedoLog log;
  protected RedoSource source;

  /// Opens an empty log.
  protected abstract RedoLog openLog() throws Exception;

  /// Opens what reads `opened`: by default the log itself.
  protected RedoSource openSource(RedoLog opened) throws Exception {
    return opened;
  }

  /// Closes what [#openSource] opened.
  protected void closeSource() throws Exception {}

  @BeforeEach
  void open() throws Exception {
    log = openLog();
    source = openSource(log);
  }

  @AfterEach
  void close() throws Exception {
    closeSource();
    log.close();
  }

  @Test
  void anEmptyLogHasNothingToRead() {
    assertThat(source.startLsn()).isEqualTo(Lsn.ZERO);
    assertThat(source.durableLsn()).isEqualTo(Lsn.ZERO);
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
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
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      for (Frame frame : frames) {
        assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
        assertThat(reader.position()).isEqualTo(frame.endLsn());
      }
      assertThat(reader.next(Duration.ZERO)).isEmpty();
    }
    assertThat(source.durableLsn()).isEqualTo(end);
  }

  @Test
  void aReaderBeginsWithTheFrameThatHoldsTheNextByte() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 5, Durability.DISK);
    for (int i = 0; i < 5; i++) {
      Frame frame = frames.get(i);
      for (Lsn from : List.of(frame.startLsn(), frame.startLsn().plus(1), last(frame))) {
        try (RedoReader reader = source.openReader(from)) {
          assertThat(reader.next(LONG).orElseThrow().startLsn()).isEqualTo(frame.startLsn());
        }
      }
    }
    try (RedoReader reader = source.openReader(frames.getLast().endLsn())) {
      assertThat(reader.next(Duration.ofMillis(1))).isEmpty();
    }
    assertThatThrownBy(() -> source.openReader(frames.getLast().endLsn().plus(1)))
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
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      Lsn expected = Lsn.ZERO;
      for (int i = 0; i < count; i++) {
        Frame frame = reader.next(LONG).orElseThrow();
        assertThat(frame.startLsn()).isEqualTo(expected);
        assertThat(frame.endLsn()).isLessThanOrEqualTo(source.durableLsn());
        expected = frame.endLsn();
      }
      return reader.position();
    }
  }

  @Test
  void closingAReaderWakesIt() throws Exception {
    RedoReader reader = source.openReader(Lsn.ZERO);
    CompletableFuture<Optional<Frame>> waiting =
        CompletableFuture.supplyAsync(() -> reader.next(Duration.ofMinutes(5)));
    reader.close();
    assertThat(waiting.get(20, SECONDS)).isEmpty();
  }

  @Test
  void trimsNoMoreThanAsked() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 200, Durability.DISK);
    Lsn middle = frames.get(100).endLsn();
    log.trim(middle);
    assertThat(source.startLsn()).isLessThanOrEqualTo(middle);
    try (RedoReader reader = source.openReader(middle)) {
      for (Frame frame : frames.subList(101, 200)) {
        assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
      }
    }
    if (source.startLsn().isAfter(Lsn.ZERO)) {
      assertThatThrownBy(() -> source.openReader(Lsn.ZERO))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("trimmed");
    }
    log.trim(Lsn.of(Long.MAX_VALUE));
    Lsn end = frames.getLast().endLsn();
    assertThat(source.startLsn()).isLessThanOrEqualTo(end);
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
