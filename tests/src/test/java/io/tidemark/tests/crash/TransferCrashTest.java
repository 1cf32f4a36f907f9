package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The server is killed with SIGKILL at random moments under a [TransferLoad]; afterwards the
/// verifiers find nothing either.
///
/// `-Dtidemark.crash.rounds=50` for the long run; `-Dtidemark.crash.seed=N` repeats one.
class TransferCrashTest {
  @TempDir private Path directory;

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void everyAcknowledgedTransferSurvivesKill() throws Exception {
    int rounds = Integer.getInteger("tidemark.crash.rounds", 3);
    long seed = Long.getLong("tidemark.crash.seed", System.nanoTime());
    System.out.println("TransferCrashTest: rounds " + rounds + ", seed " + seed);
    Random random = new Random(seed);
    Path data = directory.resolve("data");
    AtomicReference<DevProcess> now = new AtomicReference<>();
    TransferLoad load =
        new TransferLoad(() -> now.get().connect(), () -> now.get().connectToReplica());
    for (int round = 0; round < rounds; round++) {
      try (DevProcess server = DevProcess.start(data)) {
        now.set(server);
        if (round == 0) {
          load.createSchema();
        } else {
          load.check("after round " + round);
        }
        load.start(random);
        // The moment of the kill is the point of the test; nothing is being synchronised with.
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1_500));
        load.expectErrors();
        server.kill();
        load.stop();
      }
    }
    try (DevProcess server = DevProcess.start(data)) {
      now.set(server);
      load.check("after round " + rounds);
      assertThat(server.terminate(Duration.ofSeconds(10))).isZero();
    }
    System.out.println(load.audits() + " snapshots of the replica summed");
    assertThat(load.audits()).isPositive();
    VerifyCommand.run(data);
  }
}
