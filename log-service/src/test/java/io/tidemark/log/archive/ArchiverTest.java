package io.tidemark.log.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.FaultyObjectStore;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArchiverTest {
  private static final String PREFIX = "timelines/main/redo";
  private static final ArchiverConfig SMALL =
      ArchiverConfig.DEFAULT.withSegmentBytes(1_000).withSegmentAge(Duration.ZERO);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final RedoArchive archive = new RedoArchive(store, PREFIX);
  private final AtomicLong nanos = new AtomicLong();
  private Lsn end = Lsn.ZERO;

  @BeforeEach
  void claim() {
    log.fence(new Epoch(1));
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void waitsForAFullSegmentOrAnOldOne() {
    ArchiveWriter writer = writer(store, SMALL.withSegmentAge(Duration.ofSeconds(60)));
    write(2, 200);
    assertThat(writer.step(Duration.ZERO)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(writer.step(Duration.ZERO)).isFalse();
    assertThat(store.list(PREFIX)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(writer.step(Duration.ZERO)).isTrue();
    assertThat(writer.archivedLsn()).isEqualTo(end);
    Lsn first = end;
    write(10, 200);
    assertThat(writer.step(Duration.ZERO)).isTrue();
    assertThat(writer.archivedLsn()).isBetween(first.plus(1_000), end);
  }

  @Test
  void goesOnWhereACrashLeftIt() {
    List<Frame> frames = write(40, 200);
    for (long calls = 1; calls < 60; calls++) {
      for (boolean takesEffect : List.of(false, true)) {
        MemoryObjectStore crashing = new MemoryObjectStore();
        AtomicBoolean crashed = new AtomicBoolean();
        ObjectStore faulty =
            new FaultyObjectStore(crashing, FaultyObjectStore.crashAt(calls, takesEffect, crashed));
        try {
          archiveAll(writer(faulty, SMALL));
        } catch (RetryLater e) {
          assertThat(crashed).isTrue();
        }
        archiveAll(writer(crashing, SMALL));
        assertChain(crashing, frames);
      }
    }
  }

  @Test
  void repeatsWhatFailedWithoutALoss() {
    List<Frame> frames = write(40, 200);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ObjectStore faulty =
        new FaultyObjectStore(
            store,
            new FaultyObjectStore.Faults() {
              @Override
              public boolean failBefore() {
                return random.nextInt(4) == 0;
              }

              @Override
              public boolean failAfter() {
                return random.nextInt(4) == 0;
              }
            });
    ArchiveWriter writer = writer(faulty, SMALL);
    for (int step = 0; step < 10_000 && !writer.archivedLsn().equals(end); step++) {
      try {
        writer.step(Duration.ZERO);
      } catch (RetryLater e) {
        continue;
      }
    }
    assertThat(writer.archivedLsn()).as("seed " + seed).isEqualTo(end);
    assertChain(store, frames);
  }

  @Test
  void severalArchiversMakeOneChain() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<ArchiveWriter> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // Each cuts elsewhere.
      writers.add(writer(store, SMALL.withSegmentBytes(500 + 400L * i)));
    }
    List<Frame> frames = new ArrayList<>();
    for (int step = 0; step < 2_000; step++) {
      if (frames.size() < 300) {
        frames.addAll(write(1, random.nextInt(300)));
      }
      int chosen = random.nextInt(3);
      writers.get(chosen).step(Duration.ZERO);
      if (random.nextInt(20) == 0) {
        writers.set(chosen, writer(store, SMALL));
      }
      if (random.nextInt(20) == 0) {
        log.trim(archive.findLast(log.startLsn()).map(ArchiveHead::end).orElse(Lsn.ZERO));
      }
    }
    writers.forEach(this::archiveAll);
    assertThat(frames).as("seed " + seed).hasSize(300);
    assertChain(store, frames);
    writers.forEach(writer -> assertThat(writer.archivedLsn()).isEqualTo(end));
  }

  @Test
  void aGapIsAnErrorAndNotArchivedOver() {
    write(20, 200);
    archiveAll(writer(store, SMALL));
    Lsn archived = end;
    write(20, 200);
    log.trim(end);
    assertThatThrownBy(() -> writer(store, SMALL).step(Duration.ZERO))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("ends at lsn " + archived)
        .hasMessageContaining("begins at lsn " + end);
  }

  @Test
  void findsTheLsnOfATime() {
    assertThat(archive.findLsn(Instant.ofEpochMilli(1))).isEmpty();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Frame> frames = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    long clock = 1_000;
    for (int i = 0; i < 300; i++) {
      // Some clocks go back.
      clock += random.nextInt(20) - 4;
      Frame frame = Frames.commit(1, end, clock);
      log.append(frame, Durability.DISK).join();
      end = frame.endLsn();
      frames.add(frame);
      times.add(clock);
    }
    archiveAll(writer(store, SMALL.withSegmentBytes(700)));
    assertThat(store.list(PREFIX)).hasSizeGreaterThan(10);
    for (long asked = 980; asked < clock + 50; asked++) {
      Lsn expected = end;
      for (int i = 0; i < frames.size(); i++) {
        if (times.get(i) > asked) {
          expected = frames.get(i).startLsn();
          break;
        }
      }
      assertThat(archive.findLsn(Instant.ofEpochMilli(asked)))
          .as("time %d, seed %d", asked, seed)
          .contains(expected);
    }
  }

  @Test
  void keepsUpThroughAnOutageAndPublishesWhatItHasDone() {
    AtomicBoolean away = new AtomicBoolean(true);
    ObjectStore faulty = new FaultyObjectStore(store, FaultyObjectStore.failWhile(away::get));
    try (LocalCoordination coordination = LocalCoordination.inMemory()) {
      ArchivedLsn published = new ArchivedLsn(coordination.connect());
      AtomicBoolean refuse = new AtomicBoolean(true);
      List<Frame> frames = write(40, 200);
      try (Archiver archiver =
          Archiver.start(
              SMALL,
              log,
              new RedoArchive(faulty, PREFIX),
              lsn -> {
                if (refuse.getAndSet(false)) {
                  throw new RetryLater("coordination is away");
                }
                published.publish(lsn);
              })) {
        frames.addAll(write(40, 200));
        away.set(false);
        await(published, end);
        assertThat(archiver.archivedLsn()).isEqualTo(end);
        assertThat(archiver.failure()).isEmpty();
      }
      assertChain(store, frames);
      published.publish(Lsn.of(1));
      assertThat(published.get()).isEqualTo(end);
    }
  }

  private static void await(ArchivedLsn published, Lsn lsn) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (published.get().isBefore(lsn)) {
      assertThat(System.nanoTime()).as("deadline for lsn " + lsn).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private ArchiveWriter writer(ObjectStore objects, ArchiverConfig config) {
    return new ArchiveWriter(config, log, new RedoArchive(objects, PREFIX), nanos::get);
  }

  /// Until there is nothing more to do; a step that only learns what others did is followed by
  /// more.
  private void archiveAll(ArchiveWriter writer) {
    while (writer.step(Duration.ZERO) || writer.archivedLsn().isBefore(end)) {
      continue;
    }
  }

  private List<Frame> write(int count, int bytes) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Frame frame = Frames.frame(1, end, i & 0x3F, bytes);
      log.append(frame, Durability.DISK).join();
      end = frame.endLsn();
      frames.add(frame);
    }
    return frames;
  }

  /// Every frame is in the archive once, and every object is part of the one chain.
  private static void assertChain(ObjectStore objects, List<Frame> frames) {
    RedoArchive archived = new RedoArchive(objects, PREFIX);
    ArchiveReader reader = new ArchiveReader(archived, Lsn.ZERO);
    for (Frame frame : frames) {
      assertThat(reader.next().orElseThrow().bytes()).isEqualTo(frame.bytes());
    }
    assertThat(reader.next()).isEmpty();
    Lsn at = Lsn.ZERO;
    for (ObjectStore.ObjectSummary object : objects.list(PREFIX)) {
      assertThat(object.key()).isEqualTo(archived.key(at));
      at = archived.findHead(at).map(ArchiveHead::end).orElseThrow();
    }
    assertThat(at).isEqualTo(frames.getLast().endLsn());
    Optional<ArchiveHead> last = archived.findLast(Lsn.ZERO);
    assertThat(last.map(ArchiveHead::end)).contains(at);
  }
}
