package io.tidemark.log.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A child process appends and prints what was acknowledged; it is killed at some moment.
class LocalRedoLogKillTest {
  private static final LocalRedoLogConfig CONFIG =
      LocalRedoLogConfig.DEFAULT.withSegmentBytes(256 << 10);

  /// In front of each acknowledged LSN; other lines of the child are its log.
  private static final String ACKNOWLEDGED = "acknowledged ";

  @TempDir private Path directory;

  @Test
  void keepsWhatAKilledProcessAcknowledged() throws Exception {
    for (int round = 1; round <= 5; round++) {
      Process child = startChild();
      long acknowledged = 0;
      try (BufferedReader output = child.inputReader()) {
        for (int i = 0; i < 200 * round; i++) {
          acknowledged = acknowledged(output.readLine(), acknowledged);
        }
        assertThatThrownBy(() -> LocalRedoLog.open(directory, CONFIG))
            .isInstanceOf(RetryLater.class)
            .hasMessageContaining("another process");
        child.toHandle().destroyForcibly();
        child.waitFor();
        String line = output.readLine();
        while (line != null) {
          acknowledged = acknowledged(line, acknowledged);
          line = output.readLine();
        }
      }
      assertThat(acknowledged).isPositive();
      try (LocalRedoLog log = LocalRedoLog.open(directory, CONFIG)) {
        assertThat(log.currentEpoch()).isEqualTo(new Epoch(round));
        assertThat(log.durableLsn()).isGreaterThanOrEqualTo(Lsn.of(acknowledged));
        checkContiguous(log);
      }
    }
  }

  private static long acknowledged(String line, long before) {
    assertThat(line).isNotNull();
    boolean complete = line.startsWith(ACKNOWLEDGED) && line.endsWith(".");
    return complete ? Long.parseLong(line, ACKNOWLEDGED.length(), line.length() - 1, 10) : before;
  }

  private Process startChild() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            "-Xmx128m",
            Child.class.getName(),
            directory.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void checkContiguous(LocalRedoLog log) {
    try (RedoReader reader = log.openReader(Lsn.ZERO)) {
      while (reader.position().isBefore(log.durableLsn())) {
        Lsn expected = reader.position();
        Frame frame = reader.next(Duration.ofSeconds(10)).orElseThrow();
        assertThat(frame.startLsn()).isEqualTo(expected);
      }
    }
  }

  /// Appends until it is killed.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      LocalRedoLog log = LocalRedoLog.open(Path.of(arguments[0]), CONFIG);
      Epoch epoch = log.currentEpoch().next();
      Lsn at = log.fence(epoch);
      AtomicLong printed = new AtomicLong();
      for (int i = 0; true; i++) {
        Frame frame = Frames.frame(epoch.value(), at, i, (i * 31) % 800);
        log.append(frame, Durability.DISK)
            .thenAccept(lsn -> {
              printed.set(lsn.value());
              System.out.println(ACKNOWLEDGED + lsn + ".");
              System.out.flush();
            });
        at = frame.endLsn();
        while (at.value() - printed.get() > 20_000) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
