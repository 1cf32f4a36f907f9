package io.tidemark.log.fault;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A redo log with faults that a test switches on and off, around any other log.
///
/// - [#refuseAppends]: a frame is refused and not in the log (full disk, fenced writer);
/// - [#loseAcknowledgements]: a frame is in the log, its future fails all the same;
/// - [#holdAcknowledgements]: a frame is in the log, its future waits for
///   [#releaseAcknowledgements];
/// - [#holdReaders]: readers see nothing new until [#releaseReaders], as over a broken feed.
///
/// Safe for use by any number of threads, as its target.
public final class FaultyRedoLog implements RedoLog {
  private final RedoLog target;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readersReleased = lock.newCondition();

  // Guarded by lock.
  private final List<Runnable> held = new ArrayList<>();
  private @Nullable Supplier<? extends RuntimeException> refusal;
  private int refusalsAfter;
  private int refusalsLeft;
  private @Nullable Supplier<? extends RuntimeException> loss;
  private boolean holdingAcknowledgements;
  private boolean holdingReaders;

  public FaultyRedoLog(RedoLog target) {
    this.target = target;
  }

  /// Lets `after` appends pass, then refuses the following `count` ones with a new error each.
  public void refuseAppends(int after, int count, Supplier<? extends RuntimeException> error) {
    locked(() -> {
      refusal = error;
      refusalsAfter = after;
      refusalsLeft = count;
    });
  }

  /// Refuses every append as on a full disk, until [#healAppends].
  public void fillDisk() {
    refuseAppends(0, Integer.MAX_VALUE, () -> new Exhausted("redo log: disk full, 0 bytes free"));
  }

  /// From here on futures of frames that got into the log fail with a new error each.
  public void loseAcknowledgements(Supplier<? extends RuntimeException> error) {
    locked(() -> loss = error);
  }

  /// Ends [#refuseAppends], [#fillDisk] and [#loseAcknowledgements].
  public void healAppends() {
    locked(() -> {
      refusal = null;
      loss = null;
    });
  }

  public void holdAcknowledgements() {
    locked(() -> holdingAcknowledgements = true);
  }

  public void releaseAcknowledgements() {
    List<Runnable> released = new ArrayList<>();
    locked(() -> {
      holdingAcknowledgements = false;
      released.addAll(held);
      held.clear();
    });
    released.forEach(Runnable::run);
  }

  public void holdReaders() {
    locked(() -> holdingReaders = true);
  }

  public void releaseReaders() {
    locked(() -> {
      holdingReaders = false;
      readersReleased.signalAll();
    });
  }

  @Override
  public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    return appendTo(() -> target.append(frame, durability));
  }

  @Override
  public CompletableFuture<Lsn> appendAndSync(Frame frame) {
    return appendTo(() -> target.appendAndSync(frame));
  }

  private CompletableFuture<Lsn> appendTo(Supplier<CompletableFuture<Lsn>> append) {
    Optional<RuntimeException> refused = takeRefusal();
    if (refused.isPresent()) {
      return CompletableFuture.failedFuture(refused.get());
    }
    CompletableFuture<Lsn> seen = new CompletableFuture<>();
    append.get().whenComplete((lsn, error) -> acknowledge(seen, lsn, error));
    return seen;
  }

  private void acknowledge(CompletableFuture<Lsn> seen, Lsn lsn, @Nullable Throwable error) {
    Runnable acknowledgement;
    lock.lock();
    try {
      Throwable lost = error == null && loss != null ? loss.get() : error;
      acknowledgement =
          lost == null ? () -> seen.complete(lsn) : () -> seen.completeExceptionally(lost);
      if (holdingAcknowledgements) {
        held.add(acknowledgement);
        return;
      }
    } finally {
      lock.unlock();
    }
    acknowledgement.run();
  }

  private Optional<RuntimeException> takeRefusal() {
    lock.lock();
    try {
      if (refusal == null || refusalsLeft == 0) {
        return Optional.empty();
      }
      if (refusalsAfter > 0) {
        refusalsAfter--;
        return Optional.empty();
      }
      refusalsLeft--;
      return Optional.of(refusal.get());
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Lsn fence(Epoch epoch) {
    return target.fence(epoch);
  }

  @Override
  public Epoch currentEpoch() {
    return target.currentEpoch();
  }

  @Override
  public boolean isNearlyFull() {
    return target.isNearlyFull();
  }

  @Override
  public Lsn startLsn() {
    return target.startLsn();
  }

  @Override
  public Lsn durableLsn() {
    return target.durableLsn();
  }

  @Override
  public RedoReader openReader(Lsn from) {
    return new HeldReader(target.openReader(from));
  }

  @Override
  public void trim(Lsn lsn) {
    target.trim(lsn);
  }

  @Override
  public void close() {
    releaseReaders();
    target.close();
  }

  /// A reader that waits while readers are held.
  private final class HeldReader implements RedoReader {
    private final RedoReader reader;

    HeldReader(RedoReader reader) {
      this.reader = reader;
    }

    @Override
    public Optional<Frame> next(Duration timeout) {
      long deadline = System.nanoTime() + timeout.toNanos();
      lock.lock();
      try {
        while (holdingReaders) {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return Optional.empty();
          }
          readersReleased.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } finally {
        lock.unlock();
      }
      return reader.next(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    @Override
    public Lsn position() {
      return reader.position();
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
