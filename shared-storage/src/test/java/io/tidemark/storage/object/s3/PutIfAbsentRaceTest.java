package io.tidemark.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.object.s3.FakeS3Fault.FailAfter;
import io.tidemark.storage.object.s3.FakeS3Fault.LoseAnswer;
import io.tidemark.storage.object.s3.FakeS3Fault.Plan;
import io.tidemark.storage.object.s3.FakeS3Fault.Refuse;
import io.tidemark.storage.object.s3.FakeS3Fault.ResetBefore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Fencing rests on this: of many writers of one key one wins and knows it, whatever answers get
/// lost.
class PutIfAbsentRaceTest {
  private static final int CONTENDERS = 32;
  private static final int ROUNDS = 25;

  @Test
  void exactlyOneWinsAndKnowsIt() throws Exception {
    long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
    System.out.println("tidemark.test.seed=" + seed);
    try (FakeS3 s3 = FakeS3.start(0)) {
      S3ObjectStoreConfig config = s3.config();
      try (S3ObjectStore store =
              S3ObjectStore.open(
                  config.withLimits(
                      config
                          .limits()
                          .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(60))));
          ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS)) {
        s3.setPlan(
            Plan.random(
                seed,
                0.4,
                List.of(
                    new LoseAnswer(),
                    new FailAfter(),
                    new ResetBefore(),
                    new Refuse(409, "ConditionalRequestConflict"),
                    new Refuse(503, "SlowDown"))));
        for (int round = 0; round < ROUNDS; round++) {
          race(store, threads, "race/" + round);
        }
      }
    }
  }

  private static void race(S3ObjectStore store, ExecutorService threads, String key)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(CONTENDERS);
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < CONTENDERS; i++) {
      String name = "contender " + i;
      calls.add(() -> {
        start.await();
        return store.putIfAbsent(key, name.getBytes(UTF_8)) ? name : "";
      });
    }
    List<String> winners = new ArrayList<>();
    for (Future<String> call : threads.invokeAll(calls)) {
      if (!call.get().isEmpty()) {
        winners.add(call.get());
      }
    }
    String stored = new String(store.get(key).orElseThrow(), UTF_8);
    assertThat(winners).as(key).containsExactly(stored);
  }
}
