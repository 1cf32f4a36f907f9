package io.tidemark.log.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoLogContract;
import io.tidemark.log.RedoReader;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FaultyRedoLogTest extends RedoLogContract {
  private final MemoryRedoLog target = MemoryRedoLog.create();
  private final FaultyRedoLog faulty = new FaultyRedoLog(target);

  @Override
  protected RedoLog openLog() {
    return new FaultyRedoLog(MemoryRedoLog.create());
  }

  @Test
  void refusesWhatTheDiskCannotTake() {
    faulty.fence(new Epoch(1));
    Frame frame = Frames.frame(1, Lsn.ZERO, 1, 10);
    faulty.fillDisk();
    assertThat(faulty.append(frame, Durability.LAZY).exceptionNow()).isInstanceOf(Exhausted.class);
    assertThat(target.frames()).isEmpty();
    faulty.healAppends();
    assertThat(faulty.append(frame, Durability.DISK)).isCompletedWithValue(frame.endLsn());
  }

  @Test
  void refusesAsManyAsAsked() {
    faulty.fence(new Epoch(1));
    faulty.refuseAppends(1, 1, () -> new RetryLater("no quorum"));
    Frame first = Frames.frame(1, Lsn.ZERO, 1, 10);
    Frame second = Frames.frame(1, first.endLsn(), 1, 10);
    assertThat(faulty.append(first, Durability.DISK)).isCompleted();
    assertThat(faulty.append(second, Durability.DISK)).isCompletedExceptionally();
    assertThat(faulty.append(second, Durability.DISK)).isCompleted();
  }

  @Test
  void losesAndHoldsAcknowledgements() {
    faulty.fence(new Epoch(1));
    Frame first = Frames.frame(1, Lsn.ZERO, 1, 10);
    faulty.loseAcknowledgements(() -> new RetryLater("connection lost"));
    assertThat(faulty.append(first, Durability.DISK)).isCompletedExceptionally();
    assertThat(target.frames()).containsExactly(first);
    faulty.healAppends();
    faulty.holdAcknowledgements();
    Frame second = Frames.frame(1, first.endLsn(), 2, 10);
    CompletableFuture<Lsn> held = faulty.append(second, Durability.DISK);
    assertThat(held).isNotDone();
    faulty.releaseAcknowledgements();
    assertThat(held).isCompletedWithValue(second.endLsn());
  }

  @Test
  void holdsReaders() {
    faulty.fence(new Epoch(1));
    Frame frame = Frames.frame(1, Lsn.ZERO, 1, 10);
    faulty.append(frame, Durability.DISK);
    faulty.holdReaders();
    try (RedoReader reader = faulty.openReader(Lsn.ZERO)) {
      assertThat(reader.next(Duration.ofMillis(1))).isEmpty();
      faulty.releaseReaders();
      assertThat(reader.next(Duration.ZERO)).contains(frame);
    }
  }
}
