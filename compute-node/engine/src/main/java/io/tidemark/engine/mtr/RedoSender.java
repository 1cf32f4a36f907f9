package io.tidemark.engine.mtr;

import io.tidemark.log.RedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The thread that makes frames of what is in the [LogRing] and appends them to the log.
///
/// It sends when somebody waits, when much has gathered, or when what is there is getting old. At
/// most two frames are on their way: while the first is made durable the next group gathers behind
/// the second. A frame that the log refuses because it is full is appended again until it succeeds;
/// frames behind it fail as well and follow in order.
///
/// The thread owns `inFlight` and the frames' order; everything else may be called by any thread.
final class RedoSender {
  private static final int MAX_EAGER_BYTES = 512 << 10;

  private static final int MAX_FRAME_BYTES = 1 << 20;
  private static final int MAX_IN_FLIGHT = 2;
  private static final long UNASKED_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long GAP_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long FULL_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final VarHandle DISK_WANTED;
  private static final VarHandle MEMORY_WANTED;
  private static final VarHandle DURABLE;
  private static final VarHandle IN_MEMORY;
  private static final VarHandle FAILURE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      DISK_WANTED = lookup.findVarHandle(RedoSender.class, "diskWanted", long.class);
      MEMORY_WANTED = lookup.findVarHandle(RedoSender.class, "memoryWanted", long.class);
      DURABLE = lookup.findVarHandle(RedoSender.class, "durable", long.class);
      IN_MEMORY = lookup.findVarHandle(RedoSender.class, "inMemory", long.class);
      FAILURE = lookup.findVarHandle(RedoSender.class, "failure", Throwable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final RedoLog log;
  private final Epoch epoch;
  private final LogRing ring;
  private final DurableWaiters waiters;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private final int eagerBytes;
  private long lastSentNanos = System.nanoTime();
  private long diskSent;

  private volatile long diskWanted;
  private volatile long memoryWanted;
  private volatile long durable;
  private volatile long inMemory;
  private volatile boolean idle;
  private volatile boolean logFull;
  private volatile boolean closing;

  @SuppressWarnings("UnusedVariable")
  private volatile @Nullable Throwable failure;

  RedoSender(
      RedoLog log,
      Epoch epoch,
      long end,
      LogRing ring,
      DurableWaiters waiters,
      Consumer<Throwable> onFailure) {
    this.log = log;
    this.epoch = epoch;
    this.ring = ring;
    this.waiters = waiters;
    this.onFailure = onFailure;
    this.eagerBytes = Math.min(MAX_EAGER_BYTES, ring.capacity() / 8);
    this.diskSent = end;
    this.durable = end;
    this.inMemory = end;
    this.diskWanted = end;
    this.memoryWanted = end;
    this.thread = Thread.ofPlatform().daemon().name("redo-sender").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// From this many waiting bytes on it sends without being asked.
  int eagerBytes() {
    return eagerBytes;
  }

  long durableLsn() {
    return durable;
  }

  boolean isReached(long lsn, Durability durability) {
    return lsn <= (durability == Durability.DISK ? durable : inMemory);
  }

  boolean isLogFull() {
    return logFull || log.isNearlyFull();
  }

  boolean hasFailed() {
    return failure != null;
  }

  void checkNotFailed() {
    Throwable reason = failure;
    if (reason instanceof TidemarkException e) {
      throw e;
    }
    if (reason != null) {
      throw new IllegalStateException("redo log: writing has stopped", reason);
    }
  }

  /// Asks that the log become durable up to `lsn`.
  void request(long lsn, Durability durability) {
    raise(durability == Durability.DISK ? DISK_WANTED : MEMORY_WANTED, lsn);
    wake();
  }

  void requestAll() {
    request(ring.publishedLsn(), Durability.MEMORY);
  }

  void wake() {
    if (idle) {
      LockSupport.unpark(thread);
    }
  }

  void fail(Throwable reason) {
    if (FAILURE.compareAndSet(this, null, reason)) {
      onFailure.accept(reason);
    }
    completeWaiters();
    LockSupport.unpark(thread);
  }

  /// Wakes whom the log has reached. Comes again if it advanced meanwhile: another thread may then
  /// have found the waiters gone that this one was about to put back.
  void completeWaiters() {
    long memoryLsn;
    long durableLsn;
    boolean failed;
    do {
      memoryLsn = inMemory;
      durableLsn = durable;
      failed = failure != null;
      if (!waiters.isEmpty()) {
        waiters.complete(memoryLsn, durableLsn, failed);
      }
    } while (memoryLsn != inMemory || durableLsn != durable || failed != (failure != null));
  }

  void close(long nanos) {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.NANOSECONDS.toMillis(nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure == null && thread.isAlive()) {
      fail(new Exhausted("redo log: closed while it did not take what was written"));
    }
  }

  private void run() {
    try {
      while (failure == null) {
        reapFinished();
        if (!sendNext()) {
          if (closing && inFlight.isEmpty() && ring.pendingBytes() == 0) {
            return;
          }
          idle();
        }
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private boolean sendNext() {
    if (inFlight.size() >= MAX_IN_FLIGHT || logFull) {
      return false;
    }
    long published = ring.publishedLsn();
    long start = ring.takenLsn();
    long ready = published - start;
    if (ready == 0) {
      return false;
    }
    boolean diskAsked = diskWanted > diskSent;
    boolean memoryAsked = memoryWanted > start;
    boolean asked = diskAsked || memoryAsked || closing || ready >= eagerBytes;
    if (!asked && System.nanoTime() - lastSentNanos < UNASKED_NANOS) {
      return false;
    }
    // Unasked frames go to disk too: somebody may ask for them a moment later, and the log has no
    // way to hasten a frame that it has.
    Durability durability = memoryAsked && !diskAsked ? Durability.MEMORY : Durability.DISK;
    byte[] bytes = ring.take(published, Frame.HEADER_BYTES, MAX_FRAME_BYTES);
    Sent sent = new Sent(Frame.seal(epoch, Lsn.of(start), bytes), durability);
    if (durability == Durability.DISK) {
      diskSent = sent.frame.endLsn().value();
    }
    inFlight.add(sent);
    append(sent);
    lastSentNanos = System.nanoTime();
    return true;
  }

  private void append(Sent sent) {
    sent.error = null;
    sent.state = Sent.ON_ITS_WAY;
    // While somebody waits for the disk there is nothing better to do: the log may sync right here.
    CompletableFuture<Lsn> future =
        sent.durability == Durability.DISK
            ? log.appendAndSync(sent.frame)
            : log.append(sent.frame, sent.durability);
    future.whenComplete((lsn, error) -> finished(sent, error));
  }

  /// On a thread of the log, or on the sender's.
  private void finished(Sent sent, @Nullable Throwable error) {
    if (error != null) {
      sent.error =
          error instanceof CompletionException e && e.getCause() != null ? e.getCause() : error;
      sent.state = Sent.FAILED;
    } else {
      logFull = false;
      long end = sent.frame.endLsn().value();
      raise(IN_MEMORY, end);
      if (sent.durability == Durability.DISK) {
        raise(DURABLE, end);
      }
      sent.state = Sent.DONE;
      completeWaiters();
    }
    wake();
  }

  /// Removes finished frames; appends again what a full log refused, once nothing is on its way.
  private void reapFinished() {
    while (!inFlight.isEmpty() && inFlight.getFirst().state == Sent.DONE) {
      inFlight.removeFirst();
    }
    if (inFlight.isEmpty() || inFlight.getFirst().state != Sent.FAILED) {
      return;
    }
    for (Sent sent : inFlight) {
      if (sent.state == Sent.ON_ITS_WAY) {
        return;
      }
    }
    Throwable error = inFlight.getFirst().error;
    if (!(error instanceof Exhausted)) {
      fail(error == null ? new IllegalStateException("append failed") : error);
      return;
    }
    if (logFull) {
      LockSupport.parkNanos(FULL_PARK_NANOS);
    }
    logFull = true;
    for (Sent sent : inFlight) {
      append(sent);
    }
  }

  private void idle() {
    idle = true;
    boolean gap = Math.max(diskWanted, memoryWanted) > ring.takenLsn();
    boolean mayAct = inFlight.isEmpty() || inFlight.getFirst().state != Sent.ON_ITS_WAY;
    if (inFlight.size() < MAX_IN_FLIGHT && gap) {
      LockSupport.parkNanos(GAP_PARK_NANOS);
    } else if (mayAct && !inFlight.isEmpty()) {
      // A finished frame waits to be reaped.
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(UNASKED_NANOS / 2);
      noticeDurable();
    }
    idle = false;
  }

  /// Frames sent for memory only become durable by themselves; the log tells only when asked. What
  /// lies behind the frames that it has acknowledged is not ours: the log of a writer that was
  /// fenced goes on without it, and must not seem to have taken what it refused.
  private void noticeDurable() {
    long logDurable = Math.min(log.durableLsn().value(), inMemory);
    if (logDurable > durable) {
      raise(DURABLE, logDurable);
      raise(IN_MEMORY, logDurable);
      completeWaiters();
    }
  }

  private void raise(VarHandle field, long value) {
    long now = (long) field.getVolatile(this);
    while (now < value && !field.compareAndSet(this, now, value)) {
      now = (long) field.getVolatile(this);
    }
  }

  /// A frame handed to the log. Its state is set by the thread that completes it.
  private static final class Sent {
    static final int ON_ITS_WAY = 0;
    static final int DONE = 1;
    static final int FAILED = 2;

    final Frame frame;
    final Durability durability;
    @Nullable Throwable error;
    volatile int state;

    Sent(Frame frame, Durability durability) {
      this.frame = frame;
      this.durability = durability;
    }
  }
}
