package io.tidemark.server;

import io.tidemark.engine.StorageEngine;
import io.tidemark.log.RedoLog;
import io.tidemark.pageserver.PageServer;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives up what nobody needs any more: redo behind the lowest of the uploaded LSN and the
/// replicas' applied LSNs, and page versions behind the oldest LSN at which a compute node may
/// still read.
///
/// Its own thread does the work and owns the state.
final class LogTrimmer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTrimmer.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// How many periods the page servers keep versions behind the lowest LSN in use: a GetPage that
  /// was asked for then has been answered, or has failed at its deadline, by now.
  private static final int READ_PERIODS = 60;

  private final RedoLog log;
  private final PageServer pages;
  private final List<StorageEngine> replicas;
  private final ArrayDeque<Lsn> recent = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("log-trimmer").daemon().factory());

  private LogTrimmer(RedoLog log, PageServer pages, List<StorageEngine> replicas) {
    this.log = log;
    this.pages = pages;
    this.replicas = List.copyOf(replicas);
  }

  static LogTrimmer start(RedoLog log, PageServer pages, List<StorageEngine> replicas) {
    LogTrimmer trimmer = new LogTrimmer(log, pages, replicas);
    trimmer.timer.scheduleWithFixedDelay(
        trimmer::trim, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return trimmer;
  }

  private void trim() {
    try {
      Lsn lowest = pages.uploadedLsn();
      for (StorageEngine replica : replicas) {
        Lsn applied = replica.status().appliedLsn();
        lowest = applied.isBefore(lowest) ? applied : lowest;
      }
      log.trim(lowest);
      recent.addLast(lowest);
      if (recent.size() > READ_PERIODS) {
        pages.advanceGcHorizon(recent.removeFirst());
      }
    } catch (TidemarkException e) {
      LOG.warn("the redo log was not trimmed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
