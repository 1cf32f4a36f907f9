package io.tidemark.log.archive;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.Coordination.Lease;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that one of several nodes archives: the one that has the lease `archiver`. When that
/// has gone another takes it, and goes on where the archive ends. Two may overlap for a moment,
/// which only costs work.
///
/// Its own thread starts and ends the archiver; anybody may ask how far it is.
public final class ElectedArchiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ElectedArchiver.class);
  private static final String KEY = "archiver";
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final Coordination coordination;
  private final String node;
  private final Supplier<Archiver> start;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("archiver-election").daemon().factory());

  /// Written by the thread only.
  private volatile @Nullable Archiver archiver;

  /// By the thread only.
  private @Nullable Lease lease;

  private ElectedArchiver(Coordination coordination, String node, Supplier<Archiver> start) {
    this.coordination = coordination;
    this.node = node;
    this.start = start;
  }

  /// Stands for election from here on. `start` begins to archive.
  public static ElectedArchiver open(
      Coordination coordination, String node, Supplier<Archiver> start) {
    ElectedArchiver elected = new ElectedArchiver(coordination, node, start);
    elected.thread.scheduleWithFixedDelay(
        elected::check, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return elected;
  }

  /// Up to where redo is archived, as the node knows that archives; empty on the others.
  public Optional<Lsn> archivedLsn() {
    return Optional.ofNullable(archiver).map(Archiver::archivedLsn);
  }

  /// Why the archive has stopped for good; empty if it has not, or another node archives.
  public Optional<TidemarkException> failure() {
    return Optional.ofNullable(archiver).flatMap(Archiver::failure);
  }

  private void check() {
    try {
      Lease held = lease;
      if (held != null && !held.isHeld()) {
        LOG.info("{} archives no redo any more: its lease is lost", node);
        resign();
      }
      if (lease == null) {
        lease = coordination.lease(KEY, node.getBytes(StandardCharsets.UTF_8));
        archiver = start.get();
        LOG.info("{} archives redo", node);
      }
    } catch (RetryLater e) {
      LOG.debug("{} archives no redo: {}", node, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} cannot archive redo", node, e);
      resign();
    }
  }

  private void resign() {
    Archiver ended = archiver;
    archiver = null;
    if (ended != null) {
      ended.close();
    }
    Lease held = lease;
    lease = null;
    if (held != null) {
      held.close();
    }
  }

  /// Leaves the archive to another node.
  @Override
  public void close() {
    thread.execute(this::resign);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("archiver-election has not stopped within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
