package io.tidemark.log;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.redo.Frame;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What every redo log must do, besides what every source of redo must. A subclass opens the log it
/// tests.
public abstract class RedoLogContract extends RedoSourceContract {
  @Test
  void startsEmpty() {
    assertThat(log.currentEpoch()).isEqualTo(new Epoch(0));
    assertThat(log.fence(new Epoch(1))).isEqualTo(Lsn.ZERO);
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
}
