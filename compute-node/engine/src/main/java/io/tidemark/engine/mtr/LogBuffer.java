package io.tidemark.engine.mtr;

import io.tidemark.engine.buffer.ReadPoint;
import io.tidemark.engine.mtr.DurableWaiters.Waiter;
import io.tidemark.log.RedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// The writer's end of the redo log: takes mtrs, gives them LSNs, has them made durable.
///
/// Bounded. When more than half of it waits for the log, new mtrs wait in [#admit], before they
/// change anything; the other half is for those already under way. While the log is full
/// ([Exhausted]) `admit` refuses at once, until the log grows again. When the log has failed for
/// good ([Fenced], [io.tidemark.storage.error.Corrupt]) everything that writes or waits gets that
/// error.
///
/// Thread-safe.
public final class LogBuffer implements ReadPoint, AutoCloseable {
  public static final int DEFAULT_CAPACITY_BYTES = 8 << 20;

  private static final Duration FOR_EVER = Duration.ofDays(365);
  private static final long ADMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long ADMIT_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LogRing ring;
  private final RedoSender sender;
  private final DurableWaiters waiters;

  private LogBuffer(LogRing ring, RedoSender sender, DurableWaiters waiters) {
    this.ring = ring;
    this.sender = sender;
    this.waiters = waiters;
  }

  /// Begins to write behind `end`, which [RedoLog#fence] told for `epoch`. `onFailure` hears, once,
  /// that the log has failed for good.
  public static LogBuffer open(
      RedoLog log, Epoch epoch, Lsn end, int capacityBytes, Consumer<Throwable> onFailure) {
    LogRing ring = new LogRing(capacityBytes, end.value());
    DurableWaiters waiters = new DurableWaiters();
    RedoSender sender = new RedoSender(log, epoch, end.value(), ring, waiters, onFailure);
    sender.start();
    return new LogBuffer(ring, sender, waiters);
  }

  /// End of the last mtr that has an LSN. Mtrs below it may still be on their way into the buffer.
  public long appendLsn() {
    return ring.reservedLsn();
  }

  /// Up to where all mtrs are complete in the buffer, and the hooks of their commits have run.
  public long publishedLsn() {
    return ring.publishedLsn();
  }

  /// Up to where the log is known to be on disk.
  public long durableLsn() {
    return sender.durableLsn();
  }

  /// To be called before an mtr changes its first page.
  ///
  /// @throws Exhausted if the log is full, or does not keep up within ten seconds
  void admit() {
    sender.checkNotFailed();
    if (!sender.isLogFull() && ring.pendingBytes() < ring.capacity() / 2) {
      return;
    }
    long deadline = System.nanoTime() + ADMIT_NANOS;
    do {
      if (sender.isLogFull()) {
        throw new Exhausted("redo log: full; nothing can be written until space returns");
      }
      sender.requestAll();
      LockSupport.parkNanos(ADMIT_PARK_NANOS);
      sender.checkNotFailed();
      if (System.nanoTime() - deadline > 0) {
        throw new Exhausted("redo log: did not keep up for " + ADMIT_NANOS / 1_000_000 + " ms");
      }
    } while (ring.pendingBytes() >= ring.capacity() / 2);
  }

  /// Takes a finished mtr; returns its LSN. `hook` hears the LSN before the mtr is published, so
  /// before [#publishedLsn] or [#durableLsn] can reach it.
  long append(byte[] mtr, int length, LongConsumer hook) {
    long start = ring.reserve(length);
    long lsn = start + length;
    hook.accept(lsn);
    ring.put(start, mtr, length);
    if (lsn - ring.takenLsn() > sender.eagerBytes()) {
      sender.wake();
    }
    return lsn;
  }

  /// Waits until the log is as durable as asked up to `lsn`. [Durability#LAZY] does not wait.
  ///
  /// @throws Fenced if the writer lost its place; whether the redo is in the log is unknown
  public void awaitDurable(long lsn, Durability durability) {
    awaitDurable(lsn, durability, FOR_EVER);
  }

  /// As above, but for at most so long; false if it was not enough. Then whether the redo will be
  /// in the log is not known: it goes on its way all the same.
  public boolean awaitDurable(long lsn, Durability durability, Duration timeout) {
    if (durability == Durability.LAZY || sender.isReached(lsn, durability)) {
      return true;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    Waiter waiter = new Waiter(lsn, durability, Thread.currentThread(), null);
    waiters.add(waiter);
    sender.request(lsn, durability);
    boolean interrupted = false;
    long left = timeout.toNanos();
    while (left > 0 && !waiter.isDone() && !sender.isReached(lsn, durability)) {
      sender.checkNotFailed();
      LockSupport.parkNanos(this, left);
      left = deadline - System.nanoTime();
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (sender.isReached(lsn, durability)) {
      return true;
    }
    sender.checkNotFailed();
    return false;
  }

  /// Runs `action` when the log is as durable as asked up to `lsn`, or has failed: then
  /// [#isReached] is false. It may run on the caller's or on a thread of the log, and must be
  /// short.
  public void whenDurable(long lsn, Durability durability, Runnable action) {
    if (durability == Durability.LAZY || sender.isReached(lsn, durability)) {
      action.run();
      return;
    }
    waiters.add(new Waiter(lsn, durability, null, action));
    sender.request(lsn, durability);
    if (sender.isReached(lsn, durability) || sender.hasFailed()) {
      sender.completeWaiters();
    }
  }

  public boolean isReached(long lsn, Durability durability) {
    return durability == Durability.LAZY || sender.isReached(lsn, durability);
  }

  /// Whether writes are refused because the log is full.
  public boolean isLogFull() {
    return sender.isLogFull();
  }

  /// Ends all writing: a page could not be changed as its redo says.
  public void fail(RuntimeException reason) {
    sender.fail(reason);
  }

  /// @throws TidemarkException if the log has failed for good
  public void checkNotFailed() {
    sender.checkNotFailed();
  }

  @Override
  public long readLsn() {
    return sender.durableLsn();
  }

  @Override
  public long evictableLsn() {
    return sender.durableLsn();
  }

  @Override
  public void awaitEvictable(long nanos) {
    long lsn = ring.publishedLsn();
    if (sender.isReached(lsn, Durability.DISK)) {
      return;
    }
    Waiter waiter = new Waiter(lsn, Durability.DISK, Thread.currentThread(), null);
    waiters.add(waiter);
    sender.request(lsn, Durability.DISK);
    if (!sender.isReached(lsn, Durability.DISK)) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  @Override
  public boolean knowsLastChanges() {
    return true;
  }

  /// Sends what is there and waits, at most a few seconds, until it is durable. The log stays open.
  @Override
  public void close() {
    sender.close(CLOSE_NANOS);
  }
}
