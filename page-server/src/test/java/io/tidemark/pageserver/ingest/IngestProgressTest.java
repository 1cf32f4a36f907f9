package io.tidemark.pageserver.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IngestProgressTest {
  private final IngestProgress progress = new IngestProgress(Lsn.of(10));

  @Test
  void whoeverWaitsIsWokenWhenItsLsnIsThere() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        Random random = new Random(i);
        waiting.add(
            executor.submit(() -> {
              long lsn = 10;
              while (lsn < 20_000) {
                lsn += random.nextInt(50);
                progress.await(Math.min(lsn, 20_000), TimeUnit.SECONDS.toNanos(30));
                assertThat(progress.ingested()).isGreaterThanOrEqualTo(Math.min(lsn, 20_000));
              }
            }));
      }
      for (long lsn = 11; lsn <= 20_000; lsn++) {
        progress.advance(lsn);
        progress.wake();
        if (lsn % 100 == 0) {
          progress.pause(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
      for (Future<?> one : waiting) {
        one.get(30, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void waitingEndsAtItsDeadline() {
    progress.await(10, 0);
    assertThatThrownBy(() -> progress.await(11, 1_000_000)).isInstanceOf(RetryLater.class);
    progress.advance(11);
    progress.await(11, 0);
  }

  @Test
  void aFailureIsToldToThoseWhoWaitAndThoseWhoCome() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> early =
          executor.submit(() ->
              assertThatThrownBy(() -> progress.await(50, TimeUnit.SECONDS.toNanos(30)))
                  .isInstanceOf(Fenced.class));
      progress.fail(new Fenced("overtaken"));
      early.get(30, TimeUnit.SECONDS);
      assertThatThrownBy(() -> progress.await(50, TimeUnit.SECONDS.toNanos(30)))
          .isInstanceOf(Fenced.class);
    }
  }

  @Test
  void neverGoesBack() {
    assertThatThrownBy(() -> progress.advance(9)).isInstanceOf(IllegalStateException.class);
  }
}
