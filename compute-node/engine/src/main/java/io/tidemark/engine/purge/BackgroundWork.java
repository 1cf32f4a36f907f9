package io.tidemark.engine.purge;

import io.tidemark.engine.catalog.WriterDictionary;
import io.tidemark.engine.table.RowUndo;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The writer's two background threads: one purges, drops tablespaces and stores row counts; one
/// takes back transactions that nobody else will: those an earlier writer left open, and those
/// whose rollback met a full log. Thread-safe.
public final class BackgroundWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundWork.class);
  private static final long ROUND_MILLIS = 20;
  private static final long RETRY_MILLIS = 200;
  private static final long COUNTERS_MILLIS = 10_000;

  private final TransactionSystem system;
  private final PurgeWorker purge;
  private final RowUndo undo;
  private final WriterDictionary dictionary;
  private final LinkedBlockingQueue<WriteState> abandoned = new LinkedBlockingQueue<>();
  private final AtomicInteger leftOpen = new AtomicInteger();
  private final CountDownLatch recovered = new CountDownLatch(1);
  private final Thread purgeThread;
  private final Thread rollbackThread;
  private final Object pause = new Object();

  /// Held while purge works; fair, so that who wants it to rest gets it after one round.
  private final ReentrantLock purging = new ReentrantLock(true);

  private volatile boolean closed;

  public BackgroundWork(
      TransactionSystem system, PurgeWorker purge, RowUndo undo, WriterDictionary dictionary) {
    this.system = system;
    this.purge = purge;
    this.undo = undo;
    this.dictionary = dictionary;
    this.purgeThread = Thread.ofPlatform().daemon().name("purge").unstarted(this::purgeLoop);
    this.rollbackThread =
        Thread.ofPlatform().daemon().name("rollback").unstarted(this::rollbackLoop);
  }

  /// Begins to work; `open` are the transactions that an earlier writer left.
  public void start(List<WriteState> open) {
    leftOpen.set(open.size());
    if (open.isEmpty()) {
      recovered.countDown();
    }
    abandoned.addAll(open);
    purgeThread.start();
    rollbackThread.start();
  }

  /// Takes over a transaction whose rollback could not be finished by its own thread.
  public void abandon(WriteState write) {
    abandoned.add(write);
  }

  /// Waits until what earlier writers left open is taken back; false after `timeout`.
  public boolean awaitRecovered(Duration timeout) {
    try {
      return recovered.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Runs `work` while purge neither changes nor frees a page.
  public <T> T whilePurgeRests(Supplier<T> work) {
    purging.lock();
    try {
      return work.get();
    } finally {
      purging.unlock();
    }
  }

  private void purgeLoop() {
    long nextCounters = System.nanoTime();
    while (!closed) {
      try {
        purgeOnce();
        if (System.nanoTime() - nextCounters > 0) {
          nextCounters = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(COUNTERS_MILLIS);
          dictionary.storeCounters(false);
        }
        pause(ROUND_MILLIS);
      } catch (Exhausted | RetryLater e) {
        pause(RETRY_MILLIS);
      } catch (Fenced e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("purge stopped", e);
        }
        return;
      }
    }
  }

  private void purgeOnce() {
    purging.lock();
    try {
      long horizon = system.advanceHorizon();
      purge.purge(horizon, () -> closed || purging.hasQueuedThreads());
      dictionary.births().forget(horizon);
      dictionary.finishChanges();
      dictionary.drops().drop(horizon, () -> system.announcePurge(horizon));
    } finally {
      purging.unlock();
    }
  }

  private void rollbackLoop() {
    while (!closed) {
      try {
        WriteState write = abandoned.poll(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        if (write != null && !tryRollBack(write)) {
          abandoned.add(write);
          pause(RETRY_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Fenced e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("background rollback stopped", e);
        }
        return;
      }
    }
  }

  private boolean tryRollBack(WriteState write) {
    try {
      if (write.undoPageCount() == 0) {
        undo.findPages(write);
      }
      if (!undo.rollback(write, 0, false, () -> closed)) {
        return false;
      }
      system.abort(write);
      system.metadataLocks().releaseAll(write.owner());
    } catch (Exhausted | RetryLater e) {
      return false;
    }
    if (leftOpen.get() > 0 && leftOpen.decrementAndGet() == 0) {
      recovered.countDown();
    }
    return true;
  }

  private void pause(long millis) {
    synchronized (pause) {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      long left = millis;
      while (!closed && left > 0) {
        try {
          pause.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    }
  }

  @Override
  public void close() {
    synchronized (pause) {
      closed = true;
      pause.notifyAll();
    }
    join(purgeThread);
    join(rollbackThread);
  }

  private static void join(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
