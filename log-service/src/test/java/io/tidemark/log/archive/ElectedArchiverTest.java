package io.tidemark.log.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Frames;
import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.fault.FaultyCoordination;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElectedArchiverTest {
  private static final ArchiverConfig SMALL =
      ArchiverConfig.DEFAULT.withSegmentBytes(1_000).withSegmentAge(Duration.ZERO);

  private final LocalCoordination service = LocalCoordination.inMemory();
  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final RedoArchive archive =
      new RedoArchive(new MemoryObjectStore(), "timelines/main/redo");
  private Lsn end = Lsn.ZERO;

  @BeforeEach
  void claim() {
    log.fence(new Epoch(1));
  }

  @AfterEach
  void close() {
    log.close();
    service.close();
  }

  @Test
  void anotherNodeGoesOnWithoutAGapWhenTheOneThatArchivesHasGone() {
    LocalCoordination.Session session = service.connect();
    FaultyCoordination first = new FaultyCoordination(session);
    LocalCoordination.Session second = service.connect();
    ArchivedLsn published = new ArchivedLsn(second);
    try (ElectedArchiver one = elect(first, "log-1")) {
      await(() -> one.archivedLsn().isPresent());
      try (ElectedArchiver other = elect(second, "log-2")) {
        write(20);
        await(() -> published.get().equals(end));
        assertThat(other.archivedLsn()).isEmpty();

        first.cutOff();
        session.expire();
        write(20);
        await(() -> other.archivedLsn().equals(Optional.of(end)));
        await(() -> published.get().equals(end));
        await(() -> one.archivedLsn().isEmpty());
      }
    }
    Lsn position = Lsn.ZERO;
    while (position.isBefore(end)) {
      position = archive.findHead(position).map(ArchiveHead::end).orElseThrow();
    }
    assertThat(position).isEqualTo(end);
  }

  @Test
  void whoClosesLeavesTheArchiveToTheNext() {
    ElectedArchiver one = elect(service.connect(), "log-1");
    await(() -> one.archivedLsn().isPresent());
    one.close();
    assertThat(one.archivedLsn()).isEmpty();
    try (ElectedArchiver other = elect(service.connect(), "log-2")) {
      write(3);
      await(() -> other.archivedLsn().equals(Optional.of(end)));
    }
  }

  private ElectedArchiver elect(Coordination node, String name) {
    ArchivedLsn published = new ArchivedLsn(node);
    return ElectedArchiver.open(
        node, name, () -> Archiver.start(SMALL, log, archive, published::publish));
  }

  private void write(int frames) {
    for (int i = 0; i < frames; i++) {
      Frame frame = Frames.frame(1, end, i, 200);
      end = frame.endLsn();
      log.append(frame, Durability.DISK);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
