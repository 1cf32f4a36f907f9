package io.tidemark.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.AppendOrder;
import io.tidemark.log.Frames;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.redo.Frame;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppendQueueTest {
  @Test
  void aFrameThatFindsNoRoomIsRefusedThroughItsFutureAndCanBeAppendedAgain() {
    SegmentSupply supply = SegmentSupply.start(new SimulatedDisk(1), 64 << 10, 1, null, List.of());
    AppendOrder order = new AppendOrder(new Epoch(1), false, Lsn.ZERO);
    AppendQueue queue =
        new AppendQueue(
            order, new AppendQueue.Place(null, 0), supply, segment -> {}, 100, () -> 42);
    try {
      Frame first = Frames.frame(1, Lsn.ZERO, 1, 200);
      Frame second = Frames.frame(1, first.endLsn(), 2, 200);
      assertThat(queue.append(first, Durability.DISK)).isNotDone();
      // Nobody takes the first away. An interrupt ends the wait for room as its deadline would.
      Thread.currentThread().interrupt();
      CompletableFuture<Lsn> refused = queue.append(second, Durability.DISK);
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(refused::join).hasCauseInstanceOf(Exhausted.class);
      assertThat(queue.take().frames()).hasSize(1);
      assertThat(queue.append(second, Durability.DISK)).isNotDone();
      assertThat(queue.take().frames()).hasSize(1);
    } finally {
      supply.close();
    }
  }
}
