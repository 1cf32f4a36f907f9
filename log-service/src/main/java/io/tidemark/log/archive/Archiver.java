package io.tidemark.log.archive;

import io.tidemark.log.RedoSource;
import io.tidemark.log.transport.Backoff;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows a log's durable redo into its archive, on a thread of its own. While log or store are
/// away it tries again; a log that has lost what is not archived ends it. Any number of them may
/// work on one archive, in one process or several. Safe for any number of threads.
public final class Archiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final ArchiveWriter writer;
  private final Consumer<Lsn> archived;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable TidemarkException failure;

  // By the thread only.
  private Lsn told = Lsn.ZERO;
  private boolean away;

  private Archiver(ArchiveWriter writer, Consumer<Lsn> archived) {
    this.writer = writer;
    this.archived = archived;
    this.thread = Thread.ofPlatform().name("redo-archiver").daemon().unstarted(this::run);
  }

  /// Begins where the archive ends. `archived` hears up to where redo is archived, in this or an
  /// earlier life; if it throws [RetryLater] it hears it again.
  public static Archiver start(
      ArchiverConfig config, RedoSource log, RedoArchive archive, Consumer<Lsn> archived) {
    Archiver archiver =
        new Archiver(new ArchiveWriter(config, log, archive, System::nanoTime), archived);
    archiver.thread.start();
    return archiver;
  }

  /// Up to where redo is known to be archived; 0 before the archive was read.
  public Lsn archivedLsn() {
    return writer.archivedLsn();
  }

  /// Why it has ended; empty if it has not.
  public Optional<TidemarkException> failure() {
    return Optional.ofNullable(failure);
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!isClosed()) {
      try {
        writer.step(POLL);
        tell();
        back();
        backoff.reset();
      } catch (RetryLater | Exhausted e) {
        away(e);
        pause(backoff.nextNanos());
      } catch (TidemarkException e) {
        fail(e);
        return;
      } catch (RuntimeException e) {
        fail(new Corrupt("redo archiver stopped at lsn " + archivedLsn(), e));
        return;
      }
    }
  }

  private void tell() {
    Lsn lsn = writer.archivedLsn();
    if (lsn.isAfter(told)) {
      archived.accept(lsn);
      told = lsn;
    }
  }

  private void away(TidemarkException reason) {
    if (!away && !isClosed()) {
      away = true;
      LOG.warn("redo archive stays at lsn {} for now: {}", archivedLsn(), reason.getMessage());
    }
  }

  private void back() {
    if (away) {
      away = false;
      LOG.info("redo archive goes on behind lsn {}", archivedLsn());
    }
  }

  private void fail(TidemarkException reason) {
    if (!isClosed()) {
      LOG.error("redo archive has stopped at lsn {}", archivedLsn(), reason);
      failure = reason;
    }
  }

  private void pause(long nanos) {
    try {
      if (closing.await(nanos, TimeUnit.NANOSECONDS)) {
        LOG.debug("redo-archiver closed while it waited");
      }
    } catch (InterruptedException e) {
      // Nobody interrupts the archiver but close(), which has opened the latch.
      closing.countDown();
    }
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  /// What is not archived yet stays in the log.
  @Override
  public void close() {
    closing.countDown();
    writer.close();
    thread.interrupt();
    try {
      if (!thread.join(STOP_TIMEOUT)) {
        LOG.warn("redo-archiver has not stopped within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
