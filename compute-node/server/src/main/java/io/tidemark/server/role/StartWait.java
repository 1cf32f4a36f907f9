package io.tidemark.server.role;

import io.tidemark.server.StartupFailure;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The patience of a starting node: everything it depends on has to be there before one deadline.
/// Says in the log and in `/readyz` what is missing. Confined to the thread that starts the node.
final class StartWait {
  private static final Logger LOG = LoggerFactory.getLogger(StartWait.class);
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long REPEAT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final NodeProcess process;
  private final long deadlineNanos;

  StartWait(NodeProcess process) {
    this(process, PATIENCE);
  }

  StartWait(NodeProcess process, Duration patience) {
    this.process = process;
    this.deadlineNanos = System.nanoTime() + patience.toNanos();
  }

  /// Tries until `attempt` gives something. Whoever is not there yet says so by an empty answer, by
  /// [RetryLater] or by [Exhausted]; anything else ends the start.
  ///
  /// @param what names what is waited for, behind "waiting for"
  <T> T await(String what, Supplier<Optional<T>> attempt) throws StartupFailure {
    String said = "";
    long saidNanos = 0;
    process.starts("waiting for " + what);
    while (true) {
      String reason = "";
      try {
        Optional<T> found = attempt.get();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (TidemarkException e) {
        reason = reasonOf(what, e);
      }
      long now = System.nanoTime();
      if (process.isEnding()) {
        throw new StartupFailure(process.name() + " was stopped while it waited for " + what);
      }
      if (now - deadlineNanos > 0) {
        throw new StartupFailure(
            "%s gives up waiting for %s%s"
                .formatted(process.name(), what, reason.isEmpty() ? "" : ": " + reason));
      }
      if (!reason.equals(said) || saidNanos == 0 || now - saidNanos > REPEAT_NANOS) {
        LOG.info("waiting for {}{}", what, reason.isEmpty() ? "" : ": " + reason);
        process.starts("waiting for " + what + (reason.isEmpty() ? "" : ": " + reason));
        said = reason;
        saidNanos = now;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private String reasonOf(String what, TidemarkException e) throws StartupFailure {
    return switch (e) {
      case RetryLater later -> String.valueOf(later.getMessage());
      case Exhausted full -> String.valueOf(full.getMessage());
      case Fenced _, Corrupt _, io.tidemark.storage.error.Rejected _ ->
          throw new StartupFailure(
              "%s cannot start, at %s: %s".formatted(process.name(), what, e.getMessage()), e);
    };
  }
}
