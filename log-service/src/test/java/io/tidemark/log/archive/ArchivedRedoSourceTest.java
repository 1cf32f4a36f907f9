package io.tidemark.log.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.log.RedoSourceContract;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.object.FaultyObjectStore;
import io.tidemark.storage.object.MemoryObjectStore;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A log whose redo is archived and trimmed away whenever somebody begins to read is a source of
/// redo like any other.
class ArchivedRedoSourceTest extends RedoSourceContract {
  private static final String PREFIX = "timelines/main/redo";
  private static final ArchiverConfig CONFIG =
      ArchiverConfig.DEFAULT.withSegmentBytes(4_000).withSegmentAge(Duration.ZERO);

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final AtomicBoolean away = new AtomicBoolean();
  private final RedoArchive archive = openArchive();
  private ArchiveWriter writer;

  private RedoArchive openArchive() {
    return new RedoArchive(
        new FaultyObjectStore(store, FaultyObjectStore.failWhile(away::get)), PREFIX);
  }

  @Override
  protected RedoLog openLog() {
    return MemoryRedoLog.create();
  }

  @Override
  protected RedoSource openSource(RedoLog opened) {
    writer = new ArchiveWriter(CONFIG, opened, archive, System::nanoTime);
    RedoSource both = new ArchivedRedoSource(opened, archive);
    return new RedoSource() {
      @Override
      public Lsn startLsn() {
        return both.startLsn();
      }

      @Override
      public Lsn durableLsn() {
        return both.durableLsn();
      }

      @Override
      public RedoReader openReader(Lsn from) {
        archiveAndTrim();
        return both.openReader(from);
      }
    };
  }

  @Override
  protected void closeSource() {
    writer.close();
  }

  /// One at a time, as the writer wants it: readers come from several threads.
  private synchronized void archiveAndTrim() {
    while (writer.step(Duration.ZERO)) {
      log.trim(writer.archivedLsn());
    }
  }

  @Test
  void nothingIsLostBetweenArchiveAndLog() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> before = append(1, Lsn.ZERO, 100, Durability.DISK);
    Lsn middle = before.getLast().endLsn();
    archiveAndTrim();
    assertThat(log.startLsn()).isEqualTo(middle);
    assertThat(source.startLsn()).isEqualTo(Lsn.ZERO);
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      expect(reader, before);
      List<Frame> behind = append(1, middle, 100, Durability.DISK);
      // Gone from the log before the reader gets there.
      archiveAndTrim();
      expect(reader, behind);
      Lsn end = behind.getLast().endLsn();
      List<Frame> tail = append(1, end, 10, Durability.DISK);
      expect(reader, tail);
      assertThat(reader.next(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void aPutThatTheStoreListsUnderANameOfItsOwnIsNoSegment() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 100, Durability.DISK);
    store.putIfAbsent(PREFIX + "/0000000000000000-40ddd91a-d0b9", new byte[] {1});
    assertThat(archive.findStart()).isEmpty();
    archiveAndTrim();
    assertThat(archive.findStart()).contains(Lsn.ZERO);
    assertThat(archive.findLast(log.startLsn())).isPresent();
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      expect(reader, frames);
    }
  }

  @Test
  void aReaderOfTheLogThatIsOvertakenByTheTrimGoesOnInTheArchive() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 100, Durability.DISK);
    try (RedoReader reader = new ArchivedRedoSource(log, archive).openReader(Lsn.ZERO)) {
      expect(reader, frames.subList(0, 10));
      archiveAndTrim();
      expect(reader, frames.subList(10, 100));
    }
  }

  @Test
  void aMissingSegmentIsNamedAndNotSkipped() throws Exception {
    log.fence(new Epoch(1));
    append(1, Lsn.ZERO, 100, Durability.DISK);
    archiveAndTrim();
    List<String> keys = store.list(PREFIX).stream().map(object -> object.key()).toList();
    assertThat(keys).hasSizeGreaterThan(5);
    store.delete(keys.get(3));
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThatThrownBy(() -> readAll(reader))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("no archived segment up to " + keys.get(3));
    }
    store.delete(keys.getFirst());
    assertThatThrownBy(() -> source.openReader(Lsn.ZERO))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("trimmed away");
  }

  @Test
  void aDamagedSegmentIsNamed() throws Exception {
    log.fence(new Epoch(1));
    append(1, Lsn.ZERO, 100, Durability.DISK);
    archiveAndTrim();
    String key = store.list(PREFIX).get(3).key();
    store.flipBit(key, 8 * 200);
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      assertThatThrownBy(() -> readAll(reader))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("redo archive object " + key)
          .hasMessageContaining("checksum expected");
    }
  }

  @Test
  void aReaderOutlivesAnOutageOfTheObjectStore() throws Exception {
    log.fence(new Epoch(1));
    List<Frame> frames = append(1, Lsn.ZERO, 100, Durability.DISK);
    archiveAndTrim();
    try (RedoReader reader = source.openReader(Lsn.ZERO)) {
      expect(reader, frames.subList(0, 1));
      away.set(true);
      assertThatThrownBy(() -> readAll(reader)).isInstanceOf(RetryLater.class);
      assertThat(new ArchivedRedoSource(log, openArchive()).startLsn()).isEqualTo(log.startLsn());
      away.set(false);
      Lsn at = reader.position();
      expect(reader, frames.stream().filter(f -> !f.startLsn().isBefore(at)).toList());
    }
  }

  private static void expect(RedoReader reader, List<Frame> frames) {
    for (Frame frame : frames) {
      assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
      assertThat(reader.position()).isEqualTo(frame.endLsn());
    }
  }

  private static void readAll(RedoReader reader) {
    while (reader.next(Duration.ZERO).isPresent()) {
      continue;
    }
  }
}
