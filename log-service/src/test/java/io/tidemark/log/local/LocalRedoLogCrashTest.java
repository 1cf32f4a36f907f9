package io.tidemark.log.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Power cuts at random moments, on a disk that keeps a random part of what was not synced.
class LocalRedoLogCrashTest {
  private static final LocalRedoLogConfig CONFIG =
      new LocalRedoLogConfig(32 << 10, 16 << 10, 1 << 20, 5);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("tidemark.test.seeds", 40));
  }

  private Lsn acknowledged = Lsn.ZERO;
  private final List<CompletableFuture<Lsn>> futures = new ArrayList<>();

  /// What must hold whatever the disk did: the frames that were acknowledged are there, what is
  /// there is a prefix of what was appended, and nothing that was cut ever returns.
  @ParameterizedTest
  @MethodSource("seeds")
  void keepsEveryAcknowledgedFrame(long seed) {
    Random random = new Random(seed);
    SimulatedDisk disk = new SimulatedDisk(seed);
    List<Frame> expected = new ArrayList<>();
    Lsn start = Lsn.ZERO;
    for (int round = 0; round < 25; round++) {
      LocalRedoLog log = LocalRedoLog.open(disk, CONFIG, random::nextLong);
      Epoch epoch = log.currentEpoch().next();
      Lsn end = log.fence(epoch);
      String where = "seed " + seed + " round " + round;
      assertThat(log.startLsn()).as(where).isGreaterThanOrEqualTo(start);
      start = log.startLsn();
      List<Frame> found = read(log, end);
      expected.removeIf(frame -> !frame.endLsn().isAfter(log.startLsn()));
      assertThat(found.size()).as(where).isLessThanOrEqualTo(expected.size());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).bytes())
            .as(where + " frame " + i)
            .isEqualTo(expected.get(i).bytes());
      }
      assertThat(end).as(where).isGreaterThanOrEqualTo(acknowledged);
      expected.subList(found.size(), expected.size()).clear();
      work(log, epoch, end, expected, random);
      acknowledged = highestAcknowledged();
      SimulatedDisk crashed = disk.crash();
      log.close();
      disk = crashed;
    }
  }

  private void work(LocalRedoLog log, Epoch epoch, Lsn start, List<Frame> expected, Random random) {
    futures.clear();
    Lsn at = start;
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      int size = random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(900);
      Frame frame = Frames.frame(epoch.value(), at, random.nextInt(100), size);
      Durability durability = Durability.values()[random.nextInt(3)];
      boolean here = durability == Durability.DISK && random.nextBoolean();
      CompletableFuture<Lsn> future =
          here ? log.appendAndSync(frame) : log.append(frame, durability);
      expected.add(frame);
      if (durability == Durability.DISK) {
        futures.add(future);
        if (random.nextInt(3) == 0) {
          future.join();
        }
      }
      if (random.nextInt(40) == 0) {
        log.trim(Lsn.of(Math.max(0, at.value() - random.nextInt(30_000))));
      }
      at = frame.endLsn();
    }
  }

  private Lsn highestAcknowledged() {
    Lsn highest = Lsn.ZERO;
    for (CompletableFuture<Lsn> future : futures) {
      if (future.isDone()) {
        highest = future.join();
      }
    }
    return highest;
  }

  private static List<Frame> read(LocalRedoLog log, Lsn end) {
    List<Frame> frames = new ArrayList<>();
    try (RedoReader reader = log.openReader(log.startLsn())) {
      while (reader.position().isBefore(end)) {
        frames.add(reader.next(Duration.ofSeconds(10)).orElseThrow());
      }
    }
    return frames;
  }
}
