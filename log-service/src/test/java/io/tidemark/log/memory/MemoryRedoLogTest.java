package io.tidemark.log.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoLogContract;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryRedoLogTest extends RedoLogContract {
  @Override
  protected RedoLog openLog() {
    return MemoryRedoLog.create();
  }

  @Test
  void aCutIsTheLogOfACrash() {
    MemoryRedoLog log = MemoryRedoLog.create();
    log.fence(new Epoch(3));
    Frame first = Frames.frame(3, Lsn.ZERO, 1, 10);
    Frame second = Frames.frame(3, first.endLsn(), 2, 20);
    log.append(first, Durability.DISK);
    log.append(second, Durability.DISK);
    assertThat(log.frameEnds()).containsExactly(first.endLsn(), second.endLsn());

    MemoryRedoLog cut = log.cut(Lsn.of(second.endLsn().value() - 1));
    assertThat(cut.frames()).containsExactly(first);
    assertThat(cut.currentEpoch()).isEqualTo(new Epoch(3));
    assertThat(cut.fence(cut.currentEpoch().next())).isEqualTo(first.endLsn());
    cut.append(Frames.frame(4, first.endLsn(), 3, 30), Durability.DISK);
    assertThat(cut.frames()).hasSize(2);
    assertThat(log.frames()).containsExactly(first, second);
    assertThat(log.cut(Lsn.ZERO).frames()).isEmpty();
  }

  @Test
  void heldDurabilityHidesFramesFromReaders() {
    MemoryRedoLog log = MemoryRedoLog.startingAt(Lsn.of(1000));
    log.fence(new Epoch(1));
    log.holdDurability();
    Frame frame = Frames.frame(1, Lsn.of(1000), 1, 10);
    CompletableFuture<Lsn> disk = log.append(frame, Durability.DISK);
    assertThat(disk).isNotDone();
    try (RedoReader reader = log.openReader(Lsn.of(1000))) {
      assertThat(reader.next(Duration.ZERO)).isEmpty();
      log.releaseDurability();
      assertThat(disk).isCompletedWithValue(frame.endLsn());
      assertThat(reader.next(Duration.ZERO)).contains(frame);
    }
  }
}
