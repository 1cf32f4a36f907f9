package io.tidemark.server;

import io.tidemark.log.RedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives up what nobody needs any more: redo behind the lowest of what all page servers have
/// uploaded, what is archived and what readers still need; and page versions behind the oldest LSN
/// at which a compute node may still read.
///
/// It asks anew each time and remembers nothing over an answer that it did not get: then everything
/// stays. Its own thread does the work and owns the state; it ends when this writer is fenced,
/// since then another one trims.
public final class LogTrimmer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTrimmer.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// How many periods the page servers keep versions behind the lowest LSN in use: a GetPage that
  /// was asked for then has been answered, or has failed at its deadline, by now.
  static final int READ_PERIODS = 60;

  private final RedoLog log;
  private final PageService pages;
  private final Needs needs;
  private final ArrayDeque<Lsn> recent = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("log-trimmer").daemon().factory());
  private boolean failing;

  /// Who needs redo beside the page servers.
  ///
  /// @param readers each gives the lowest LSN that its readers need redo or pages from; they may
  ///   throw what a log or coordination throws
  /// @param archived up to where redo is archived
  public record Needs(List<Supplier<Lsn>> readers, Supplier<Lsn> archived) {
    private static final Lsn NOTHING = Lsn.of(Long.MAX_VALUE);

    public Needs {
      readers = List.copyOf(readers);
    }

    /// Without an archive.
    public static Needs ofReaders(List<Supplier<Lsn>> readers) {
      return new Needs(readers, () -> NOTHING);
    }
  }

  private LogTrimmer(RedoLog log, PageService pages, Needs needs) {
    this.log = log;
    this.pages = pages;
    this.needs = needs;
  }

  /// Trims from here on, once a second.
  public static LogTrimmer start(RedoLog log, PageService pages, Needs needs) {
    LogTrimmer trimmer = create(log, pages, needs);
    trimmer.timer.scheduleWithFixedDelay(
        trimmer::trim, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return trimmer;
  }

  /// One that trims when it is told to.
  static LogTrimmer create(RedoLog log, PageService pages, Needs needs) {
    return new LogTrimmer(log, pages, needs);
  }

  /// What happens in each period.
  void trim() {
    try {
      Lsn read = pages.uploadedLsn();
      for (Supplier<Lsn> reader : needs.readers()) {
        read = lower(read, reader.get());
      }
      log.trim(lower(read, needs.archived().get()));
      recent.addLast(read);
      if (recent.size() > READ_PERIODS) {
        pages.advanceGcHorizon(recent.removeFirst());
      }
      failing = false;
    } catch (Fenced e) {
      LOG.info("the redo log is trimmed by another writer now: {}", e.getMessage());
      timer.shutdown();
    } catch (TidemarkException e) {
      if (!failing) {
        LOG.warn("the redo log is not trimmed for now", e);
      }
      failing = true;
    }
  }

  private static Lsn lower(Lsn one, Lsn other) {
    return one.isBefore(other) ? one : other;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
