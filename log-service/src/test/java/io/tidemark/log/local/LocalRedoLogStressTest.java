package io.tidemark.log.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One writer that is fenced by its successors now and then, fast and slow readers, a trimmer: all
/// at once, with segments so small that they are reused all the time.
class LocalRedoLogStressTest {
  private static final int FRAMES = 20_000;
  private static final LocalRedoLogConfig CONFIG =
      new LocalRedoLogConfig(32 << 10, 40_000, 100_000, 5);

  @TempDir private Path directory;

  @Test
  void everybodySeesOneContiguousLog() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    LocalRedoLog log = LocalRedoLog.open(directory, CONFIG);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        long seed = i;
        readers.add(threads.submit(() -> read(log, seed, stop)));
      }
      Future<?> trimmer = threads.submit(() -> trim(log, stop));
      Lsn end;
      try {
        end = write(log);
      } finally {
        stop.set(true);
      }
      trimmer.get(20, SECONDS);
      for (Future<Long> reader : readers) {
        assertThat(reader.get(20, SECONDS)).isGreaterThan(100);
      }
      assertThat(log.durableLsn()).isEqualTo(end);
      assertThat(log.counters().segmentsReused()).isPositive();
      log.close();
    }
    assertThat(LogFiles.verify(directory).findings()).isEmpty();
  }

  private static Lsn write(LocalRedoLog log) throws Exception {
    Random random = new Random(1);
    Epoch epoch = new Epoch(1);
    Lsn at = log.fence(epoch);
    CompletableFuture<Lsn> last = new CompletableFuture<>();
    for (int i = 0; i < FRAMES; i++) {
      if (i % 1000 == 999) {
        Frame late = Frames.frame(epoch.value(), at, i, 100);
        epoch = epoch.next();
        assertThat(log.fence(epoch)).isEqualTo(at);
        assertThat(log.append(late, Durability.DISK)).isCompletedExceptionally();
      }
      Frame frame = Frames.frame(epoch.value(), at, i, random.nextInt(1500));
      Durability durability = Durability.values()[random.nextInt(3)];
      boolean here = durability == Durability.DISK && random.nextBoolean();
      last = here ? log.appendAndSync(frame) : log.append(frame, durability);
      at = frame.endLsn();
      if (random.nextInt(50) == 0) {
        last.get(20, SECONDS);
      }
    }
    return log.fence(epoch.next());
  }

  /// Returns the number of frames seen.
  private static long read(LocalRedoLog log, long seed, AtomicBoolean stop) {
    Random random = new Random(seed);
    long count = 0;
    while (true) {
      boolean last = stop.get();
      try (RedoReader reader = log.openReader(log.startLsn())) {
        Lsn expected = Lsn.ZERO;
        long epoch = 0;
        Optional<Frame> next = reader.next(Duration.ofMillis(100));
        while (next.isPresent()) {
          Frame frame = next.get();
          if (expected.isAfter(Lsn.ZERO)) {
            assertThat(frame.startLsn()).isEqualTo(expected);
          }
          assertThat(frame.endLsn()).isLessThanOrEqualTo(log.durableLsn());
          assertThat(frame.epoch().value()).isGreaterThanOrEqualTo(epoch);
          epoch = frame.epoch().value();
          expected = frame.endLsn();
          count++;
          if (random.nextInt(30) == 0 && seed > 0) {
            LockSupport.parkNanos(random.nextInt(2_000_000));
          }
          next = reader.next(Duration.ofMillis(100));
        }
        if (last) {
          assertThat(reader.position()).isEqualTo(log.durableLsn());
          return count;
        }
      } catch (Corrupt e) {
        assertThat(e).hasMessageContaining("trimmed");
      }
    }
  }

  private static void trim(LocalRedoLog log, AtomicBoolean stop) {
    Random random = new Random(9);
    while (!stop.get()) {
      log.trim(Lsn.of(Math.max(0, log.durableLsn().value() - random.nextInt(300_000))));
      LockSupport.parkNanos(random.nextInt(3_000_000));
    }
  }
}
