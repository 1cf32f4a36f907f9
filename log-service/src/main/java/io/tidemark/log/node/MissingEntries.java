package io.tidemark.log.node;

import io.netty.buffer.ByteBuf;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.StoredEntries;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies to a bookie the entries that it ought to have and does not, because it was dead, cut off
/// or full when they were written. [AutoRecovery] gives what a bookie had to another; this is for
/// one that came back.
///
/// Looks every few seconds, at the ledger that is being written as well: the writer does not send
/// an entry again once two bookies have it. There an entry counts as missing if it was confirmed
/// when this last looked, since before that it may be on its way. A closed ledger that has been
/// seen whole is not looked at again.
///
/// Its own thread does the work.
public final class MissingEntries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MissingEntries.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
  private static final Duration SYNC_LIMIT = Duration.ofSeconds(30);

  /// How many bytes may wait for the bookie's journal.
  private static final long BATCH_BYTES = 2L << 20;

  private final Bookie bookie;
  private final BookKeeperLedgers store;
  private final Supplier<List<Long>> ledgers;
  private final Duration interval;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  // Confined to the thread.
  private final Set<Long> whole = new HashSet<>();
  private final Map<Long, Long> confirmedBefore = new HashMap<>();

  private MissingEntries(
      Bookie bookie, BookKeeperLedgers store, Supplier<List<Long>> ledgers, Duration interval) {
    this.bookie = bookie;
    this.store = store;
    this.ledgers = ledgers;
    this.interval = interval;
    this.thread = Thread.ofPlatform().name("missing-entries").daemon().unstarted(this::run);
  }

  /// Begins to look for what `bookie` lacks of `ledgers`; `store` stays the caller's.
  static MissingEntries start(
      Bookie bookie, BookKeeperLedgers store, Supplier<List<Long>> ledgers) {
    return start(bookie, store, ledgers, INTERVAL);
  }

  /// As above, looking as often as a test wants.
  static MissingEntries start(
      Bookie bookie, BookKeeperLedgers store, Supplier<List<Long>> ledgers, Duration interval) {
    MissingEntries started = new MissingEntries(bookie, store, ledgers, interval);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      while (await()) {
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("closed while it copied", e);
    }
  }

  private void look() throws InterruptedException {
    try {
      List<Long> known = ledgers.get();
      whole.retainAll(known);
      confirmedBefore.keySet().retainAll(known);
      for (long ledger : known) {
        if (!whole.contains(ledger) && !isClosed() && bookie.isWritable()) {
          look(ledger);
        }
      }
    } catch (RetryLater e) {
      LOG.debug("missing entries wait", e);
    } catch (TidemarkException e) {
      LOG.warn("missing entries cannot be copied: {}", e.getMessage());
    }
  }

  private void look(long ledger) throws InterruptedException {
    Optional<StoredEntries> found = store.openStored(ledger);
    if (found.isEmpty()) {
      return;
    }
    try (StoredEntries entries = found.get()) {
      long last = entries.lastConfirmed();
      boolean ended = entries.isClosed();
      List<Long> missing = missing(ledger, entries, ended ? last : settled(ledger));
      if (!missing.isEmpty()) {
        copy(entries, missing);
        LOG.info("ledger {}: {} entries were missing here and are copied", ledger, missing.size());
      }
      if (ended) {
        whole.add(ledger);
      } else {
        confirmedBefore.put(ledger, last);
      }
    }
  }

  private long settled(long ledger) {
    return confirmedBefore.getOrDefault(ledger, -1L);
  }

  /// Which of the entries 0 to `last` are missing.
  private List<Long> missing(long ledger, StoredEntries entries, long last) {
    List<Long> missing = new ArrayList<>();
    PrimitiveIterator.OfLong present = bookie.entries(ledger);
    long next = present.hasNext() ? present.nextLong() : Long.MAX_VALUE;
    for (long entry = 0; entry <= last; entry++) {
      while (next < entry) {
        next = present.hasNext() ? present.nextLong() : Long.MAX_VALUE;
      }
      if (next > entry && entries.belongsTo(bookie.id(), entry)) {
        missing.add(entry);
      }
    }
    return missing;
  }

  private void copy(StoredEntries entries, List<Long> missing) throws InterruptedException {
    List<CompletableFuture<Void>> syncing = new ArrayList<>();
    long bytes = 0;
    for (long entry : missing) {
      ByteBuf stored = entries.read(entry);
      bytes += stored.readableBytes();
      syncing.add(bookie.restore(stored, entries.ledgerKey()));
      if (bytes > BATCH_BYTES) {
        awaitAll(syncing);
        syncing.clear();
        bytes = 0;
      }
      if (isClosed()) {
        throw new RetryLater("closed");
      }
    }
    awaitAll(syncing);
  }

  private static void awaitAll(List<CompletableFuture<Void>> syncing) throws InterruptedException {
    try {
      CompletableFuture.allOf(syncing.toArray(CompletableFuture[]::new))
          .get(SYNC_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new RetryLater("missing entries not stored: " + e, e);
    }
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  /// Waits for the time to look again; false if this is closed meanwhile.
  private boolean await() throws InterruptedException {
    return !closing.await(interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
